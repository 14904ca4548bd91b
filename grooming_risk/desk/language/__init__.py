"""Texts of the desk and their translations."""
