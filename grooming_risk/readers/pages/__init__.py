"""Readers of exports that are web pages."""
