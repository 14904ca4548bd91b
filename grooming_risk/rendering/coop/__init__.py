"""Signals and model card sections for ROOST Coop."""
