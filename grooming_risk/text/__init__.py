"""Text path: what a message shows becomes what the models read."""
