"""Who takes a case, and what each of them asks."""
