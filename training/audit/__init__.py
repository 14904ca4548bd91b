"""Composed conversations seen from outside: their statistics, and the shortcuts that tell the classes apart."""
