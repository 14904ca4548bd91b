"""Readers of chat exports: one module or folder for each format, all behind one contract."""

from grooming_risk.readers.base.contract import (
    Columns,
    DateOrder,
    ExportedConversation,
    Guide,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.detection import read_file
from grooming_risk.readers.formats import FORMATS
from grooming_risk.readers.tables.table import read_table

__all__ = [
    "FORMATS",
    "Columns",
    "DateOrder",
    "ExportedConversation",
    "Guide",
    "ReadConversation",
    "Reader",
    "ReadingOptions",
    "UnreadableConversation",
    "read_file",
    "read_table",
]
