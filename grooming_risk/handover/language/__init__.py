"""Texts, and their translations into the languages of those who read them."""
