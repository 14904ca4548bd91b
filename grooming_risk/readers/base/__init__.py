"""The contract of all readers and the code they share: opening exports, times and speakers."""
