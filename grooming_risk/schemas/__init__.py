"""JSON Schemas of what the library writes, and the checker for them."""
