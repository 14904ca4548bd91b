"""IRC logs."""
