"""`grooming-risk bench`: how fast the library is on this machine, beside another version of it, and at scale."""

from grooming_risk.commands.bench.verb import add

__all__ = ["add"]
