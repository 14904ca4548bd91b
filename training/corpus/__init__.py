"""The corpus: its files, rules, splits and word lists."""
