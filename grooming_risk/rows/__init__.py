"""Conversations and results as rows that carry the ids of the caller, the same for every service and engine."""

from grooming_risk.rows.conversations import IdentifiedConversation, read_conversation
from grooming_risk.rows.identifiers import conversation_id, message_id, usable_id
from grooming_risk.rows.results import COLUMNS, Column, error_fields, error_row, flat_row, result_row
from grooming_risk.rows.scored import ScoredConversation
from grooming_risk.rows.steps import LIVE_COLUMNS, flat_error, flat_step

__all__ = [
    "COLUMNS",
    "LIVE_COLUMNS",
    "Column",
    "IdentifiedConversation",
    "ScoredConversation",
    "conversation_id",
    "error_fields",
    "error_row",
    "flat_error",
    "flat_row",
    "flat_step",
    "message_id",
    "read_conversation",
    "result_row",
    "usable_id",
]
