"""Versions of the tables, as SQL: each file leads from the version before it to its own."""
