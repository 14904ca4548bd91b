"""From the text of a message to the text that the models read."""
