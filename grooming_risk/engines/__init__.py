"""Data engines: the same rows in and out in Spark, Ray and Kafka. No engine is imported before its module is used.

`grooming_risk.engines.spark`, `.ray` and `.kafka` each need their extra. `EngineOptions` is the same for all of them.
"""

from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.worker import score_conversation_rows, score_message_rows

__all__ = ["EngineOptions", "score_conversation_rows", "score_message_rows"]
