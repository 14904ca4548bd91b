"""The case: what is handed over, from a report, a decision and a person's answers."""
