"""`grooming-risk handover`: a reviewed case for those who act on it."""

from grooming_risk.commands.handover.verb import add

__all__ = ["add"]
