"""Readers of exports that are text: lines begin a message, give the day, or continue a message."""
