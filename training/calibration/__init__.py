"""Calibration, operating points and abstention thresholds, fitted on the shipped scorer."""
