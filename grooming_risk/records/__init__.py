"""Sealed records of reviewed flags, their verification and their summary."""

from grooming_risk.records.handover_record import Method, make_handover_record
from grooming_risk.records.misses import MissEstimate
from grooming_risk.records.review_record import Decision, make_review_record
from grooming_risk.records.summary import RecordsSummary, summarize_records
from grooming_risk.records.unflagged_record import Sampling, SamplingMethod, UnflaggedDecision, make_unflagged_record
from grooming_risk.records.verification import RecordCheck, verify_chain, verify_record

__all__ = [
    "Decision",
    "Method",
    "MissEstimate",
    "RecordCheck",
    "RecordsSummary",
    "Sampling",
    "SamplingMethod",
    "UnflaggedDecision",
    "make_handover_record",
    "make_review_record",
    "make_unflagged_record",
    "summarize_records",
    "verify_chain",
    "verify_record",
]
