"""The language model: tells the languages that are scored from all others, by token ids."""
