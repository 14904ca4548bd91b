"""Readers of spreadsheets and documents."""
