"""From logits to decisions: calibration, operating points, abstention."""
