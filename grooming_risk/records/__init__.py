"""Review records: sealed records of what people decided about flags, their verification and their summary.

`make_review_record` makes one record and `append_review_record` makes one and appends it to a log; `read_records` reads
files of them; `verify_record` and `verify_chain` check them; `summarize_records` adds them up.
"""

from grooming_risk.records.files import StoredRecord, read_records
from grooming_risk.records.handover_record import Method, make_handover_record
from grooming_risk.records.log import append_review_record
from grooming_risk.records.misses import MissEstimate
from grooming_risk.records.review_record import RETENTION_DAYS, Decision, make_review_record
from grooming_risk.records.summary import FlagCounts, RecordsSummary, summarize_records
from grooming_risk.records.unflagged_record import Sampling, SamplingMethod, UnflaggedDecision, make_unflagged_record
from grooming_risk.records.verification import RecordCheck, verify_chain, verify_record

__all__ = [
    "RETENTION_DAYS",
    "Decision",
    "FlagCounts",
    "Method",
    "MissEstimate",
    "RecordCheck",
    "RecordsSummary",
    "Sampling",
    "SamplingMethod",
    "StoredRecord",
    "UnflaggedDecision",
    "append_review_record",
    "make_handover_record",
    "make_review_record",
    "make_unflagged_record",
    "read_records",
    "summarize_records",
    "verify_chain",
    "verify_record",
]
