"""Matrix exports and event lists."""
