"""Rows under named columns: CSV, JSON lines, tables in memory."""
