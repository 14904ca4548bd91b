"""Ablations: what each part of the model contributes, measured by training without it."""
