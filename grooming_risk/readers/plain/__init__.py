"""Readers of plain text and of documents that contain it."""
