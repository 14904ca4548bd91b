"""Evaluation of the shipped scorer, its metrics and floors."""
