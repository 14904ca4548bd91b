"""JSON Schemas of what the library writes, a checker for them, and canonical JSON."""
