"""Writers of exports that are web pages."""
