"""Writers beside `grooming_risk.readers.apps`."""
