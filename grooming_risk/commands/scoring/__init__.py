"""What `score` reads, its options, and how it writes results."""
