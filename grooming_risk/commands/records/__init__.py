"""`grooming-risk records`: decisions about flags, recorded, checked and added up."""

from grooming_risk.commands.records.verb import add

__all__ = ["add"]
