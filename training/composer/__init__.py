"""Conversations composed from single lines while training runs."""
