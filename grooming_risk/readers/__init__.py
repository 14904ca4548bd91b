"""Readers of chat exports, one file a format, behind one contract."""

from grooming_risk.readers.contract import ExportedConversation, Reader
from grooming_risk.readers.detection import FORMATS, read_file

__all__ = ["FORMATS", "ExportedConversation", "Reader", "read_file"]
