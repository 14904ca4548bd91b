"""Sealed records of reviewed flags, their verification and their summary."""

from grooming_risk.records.review_record import Decision, make_review_record
from grooming_risk.records.summary import RecordsSummary, summarize_records
from grooming_risk.records.verification import RecordCheck, verify_chain, verify_record

__all__ = [
    "Decision",
    "RecordCheck",
    "RecordsSummary",
    "make_review_record",
    "summarize_records",
    "verify_chain",
    "verify_record",
]
