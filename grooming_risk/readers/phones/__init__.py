"""Readers of what phones, their backup apps and forensic programs write."""
