"""Readers of chat exports, one file a format, behind one contract."""

from grooming_risk.readers.contract import (
    Columns,
    DateOrder,
    ExportedConversation,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.detection import FORMATS, read_file

__all__ = [
    "FORMATS",
    "Columns",
    "DateOrder",
    "ExportedConversation",
    "ReadConversation",
    "Reader",
    "ReadingOptions",
    "UnreadableConversation",
    "read_file",
]
