"""Readers of rows with named columns: CSV, JSON lines and tables in memory."""
