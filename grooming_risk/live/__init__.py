"""Conversations followed message by message, with bounded state."""
