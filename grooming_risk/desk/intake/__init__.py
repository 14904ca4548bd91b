"""Exports are brought in: received, read and scored in the background, and sampled."""
