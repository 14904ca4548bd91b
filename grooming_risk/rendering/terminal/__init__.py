"""Reports and tables for a terminal."""
