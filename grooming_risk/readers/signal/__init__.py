"""Signal exports."""
