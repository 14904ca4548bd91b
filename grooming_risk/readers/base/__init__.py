"""The contract of all readers, and what they share: opening exports, times, speakers."""
