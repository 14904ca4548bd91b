"""A reviewed case, ready for those who act on it. Nothing here sends anything."""
