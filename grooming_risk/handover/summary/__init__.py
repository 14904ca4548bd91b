"""The summary of a case, as a page and as text."""
