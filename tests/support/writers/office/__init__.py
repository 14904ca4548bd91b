"""Writers beside `grooming_risk.readers.office`."""
