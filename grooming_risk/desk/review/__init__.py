"""What a reader sees of a case, what is decided about it, and what follows from that."""
