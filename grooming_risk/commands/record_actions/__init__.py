"""Further actions of `grooming-risk records`."""
