"""Public benign conversations, fetched from where they live and converted to the form that training reads."""
