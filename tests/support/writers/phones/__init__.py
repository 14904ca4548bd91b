"""Writers beside `grooming_risk.readers.phones`."""
