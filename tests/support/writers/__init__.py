"""Writers of chat exports as their programs write them, one file a format, for tests of the readers."""
