"""Read chat conversations and point trained reviewers to the stretches that show warning signs of online grooming."""

from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.errors import GroomingRiskError
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.step import MonitorStep
from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.report import Evidence, RiskReport, WindowRisk
from grooming_risk.rows.batch import score_conversations
from grooming_risk.rows.scored import ScoredConversation
from grooming_risk.scoring.saved_point import load_operating_point
from grooming_risk.scoring.scorer import RiskScorer, score_conversation
from grooming_risk.tactics import Tactic
from grooming_risk.version import __version__

__all__ = [
    "AbstentionReason",
    "Conversation",
    "ConversationMonitor",
    "Evidence",
    "GroomingRiskError",
    "Message",
    "MonitorStep",
    "OperatingPoint",
    "Outcome",
    "RiskReport",
    "RiskScorer",
    "ScoredConversation",
    "Tactic",
    "WindowRisk",
    "__version__",
    "load_operating_point",
    "score_conversation",
    "score_conversations",
]
