"""Writers of exports that are text."""
