"""Public benign conversations, PAN12, and labelled conversations of your own."""
