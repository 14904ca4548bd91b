"""Readers of chat exports: one module or folder for each format, all behind one contract."""

from grooming_risk.readers.base.contract import (
    Columns,
    DateOrder,
    ExportedConversation,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.detection import FORMATS, read_file
from grooming_risk.readers.tables.table import read_table

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
    "read_table",
]
