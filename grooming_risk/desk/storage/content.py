"""What a case holds, as sealed bytes: the conversation with its names, and the report."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from functools import lru_cache

from grooming_risk.conversation import Attribution, Conversation, Doubt, Message, MessageKind
from grooming_risk.desk.storage.vault import Vault
from grooming_risk.readers import ExportedConversation
from grooming_risk.report import RiskReport

_LEVEL = 6


def pack_conversation(exported: ExportedConversation, vault: Vault) -> bytes:
    """Return a conversation as sealed bytes."""
    rows = [
        [message.speaker, message.text, message.sent_at and message.sent_at.isoformat(), message.kind.value]
        for message in exported.conversation
    ]
    doubts = {index: message.doubt.value for index, message in enumerate(exported.conversation) if message.doubt}
    value = {
        "i": exported.identifier,
        "n": dict(exported.speakers),
        "m": rows,
        "w": list(exported.warnings),
        "a": exported.conversation.attribution.value,
        "d": doubts,
    }
    return vault.seal(zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), _LEVEL))


def unpack_conversation(data: bytes, vault: Vault) -> ExportedConversation:
    """Return the conversation that `pack_conversation` packed."""
    value = json.loads(zlib.decompress(vault.open(data)))
    doubts = {int(index): Doubt(reason) for index, reason in value.get("d", {}).items()}  # not in the oldest cases
    messages = tuple(
        Message(speaker, text, sent_at and datetime.fromisoformat(sent_at), MessageKind(kind), doubts.get(index))
        for index, (speaker, text, sent_at, kind) in enumerate(value["m"])
    )
    conversation = Conversation(messages, Attribution(value.get("a", Attribution.GIVEN.value)))
    return ExportedConversation(value["i"], conversation, value["n"], tuple(value["w"]))


def pack_report(report: RiskReport, vault: Vault) -> bytes:
    """Return a report as sealed bytes."""
    return vault.seal(zlib.compress(report.to_json().encode("utf-8"), _LEVEL))


def unpack_report(data: bytes, vault: Vault) -> RiskReport:
    """Return the report that `pack_report` packed."""
    return _report(vault.open(data))


@lru_cache(maxsize=8)
def _report(packed: bytes) -> RiskReport:
    """Return a report; checking a long one takes a second, and a reader asks for it again with each page of it.

    A report holds no text. Conversations are never kept in memory like this.
    """
    return RiskReport.from_json(zlib.decompress(packed).decode("utf-8"))


def pack_text(text: str, vault: Vault) -> bytes:
    """Return a short text, such as a name or a note, as sealed bytes."""
    return vault.seal(text.encode("utf-8", "surrogatepass"))


def unpack_text(data: bytes | None, vault: Vault) -> str:
    """Return the text that `pack_text` packed; empty where there is none."""
    return "" if data is None else vault.open(data).decode("utf-8", "surrogatepass")
