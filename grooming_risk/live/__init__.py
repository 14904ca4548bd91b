"""Conversations followed message by message, with bounded state: one with a monitor, many with a watch."""

from grooming_risk.live.flag_output import FlagFile, FlagFunction, FlagOutput
from grooming_risk.live.inbox import Event, Inbox
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.notices import Notice, NoticeKind
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.state_file import StateFile
from grooming_risk.live.step import MonitorStep
from grooming_risk.live.watch import ConversationWatch, WatchSummary

__all__ = [
    "ConversationMonitor",
    "ConversationWatch",
    "Event",
    "FlagFile",
    "FlagFunction",
    "FlagOutput",
    "Inbox",
    "MonitorStep",
    "Notice",
    "NoticeKind",
    "StateFile",
    "WatchOptions",
    "WatchSummary",
]
