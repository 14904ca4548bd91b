"""Reports and tables on a terminal."""
