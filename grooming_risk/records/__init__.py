"""Sealed records of reviewed flags, their verification and their summary."""
