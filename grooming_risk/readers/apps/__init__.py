"""Readers of what chat apps let people download, one file for each app."""
