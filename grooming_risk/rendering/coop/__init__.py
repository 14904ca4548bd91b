"""The signal descriptor and model card for ROOST Coop."""
