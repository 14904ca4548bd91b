"""The window model and its training data."""
