"""What each part of the model is worth, measured by training without it."""
