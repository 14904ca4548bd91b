"""From a conversation to a report."""
