"""A live conversation: its monitor, the answers that may be asked for again, and both as one record."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.live.lines import flag_line
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.step import MonitorStep
from grooming_risk.rows.identifiers import Identifier
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.live_requests import LiveRequest
from grooming_risk.service.problems import Problem

FORMAT = 1
# Answers kept for requests that are sent again. A caller sends the messages of a conversation one after the other, so
# that the last one is usually enough.
ANSWERS = 16
# Ids kept of the last messages, to know a message that is sent again and to name those that a flag cites.
IDS = 256


@dataclass(slots=True)
class LiveConversation:
    """A live conversation in memory.

    Attributes:
        name: Its id.
        monitor: Its monitor.
        version: Version of the record that it was read from or stored as; 0 for none.
        step: The last step, as plain JSON types; None before the first message.
        flag: Its flag, as monitor_flag_schema.json describes it; None without one.
        ids: Index → id of the last messages.
        answers: Idempotency key → fingerprint of the request, and its answer.
        state: State of the monitor after the last request, until it is stored.
    """

    name: str
    monitor: ConversationMonitor
    version: int = 0
    step: dict[str, Any] | None = None
    flag: dict[str, Any] | None = None
    ids: OrderedDict[int, Identifier] = field(default_factory=OrderedDict)
    answers: OrderedDict[str, tuple[str, dict[str, Any]]] = field(default_factory=OrderedDict)
    state: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"LiveConversation({self.monitor.messages} messages)"

    def answered(self, request: LiveRequest) -> dict[str, Any] | None:
        """Return the answer that a request with this key was given.

        Args:
            request: A request.

        Returns:
            The answer, or None where there was none.

        Raises:
            Problem: Another request had the key (422).
        """
        known = None if request.key is None else self.answers.get(request.key)
        if known is None:
            return None
        if known[0] != request.fingerprint:
            raise Problem(422, "another request had this Idempotency-Key; use a new key for each", reason="key")
        return {**known[1], "replayed": True}

    def read(self, request: LiveRequest, settings: dict[str, Any]) -> dict[str, Any]:
        """Read the messages of a request.

        Args:
            request: The request.
            settings: Everything that flags depend on besides the messages.

        Returns:
            The answer.

        Raises:
            InputTooLargeError: The conversation exceeds a limit; it may have read some of the messages.
        """
        known = {str(name) for name in self.ids.values()}
        flagged, duplicates = None, []
        for position, message in enumerate(request.messages):
            name = request.message_ids[position] if request.message_ids else None
            if name is not None and str(name) in known:
                duplicates.append(position)
                continue
            step = self.monitor.update(message)
            self._note(step, name)
            if step.raised:
                flagged = self.flag = json.loads(flag_line(self.name, self.monitor, step, settings))
        self.state = self.monitor.to_state()
        answer = {
            **self.summary(),
            "flag": flagged,
            "duplicates": duplicates,
            "reread_from": self.state.get("reread_from"),
            "replayed": False,
        }
        if request.key is not None:
            self.answers[request.key] = request.fingerprint, answer
            while len(self.answers) > ANSWERS:
                self.answers.popitem(last=False)
        return answer

    def _note(self, step: MonitorStep, name: Identifier | None) -> None:
        self.step = asdict(step)
        if name is not None:
            self.ids[step.message] = name
            while len(self.ids) > IDS:
                self.ids.popitem(last=False)

    def summary(self) -> dict[str, Any]:
        """Return what is known of the conversation, as plain JSON types."""
        return _summary(self.name, self.step, self.flag, self.ids)

    def record(self) -> bytes:
        """Return the conversation as a record, which holds no text."""
        state, self.state = self.state or self.monitor.to_state(), None
        fields = {
            "format": FORMAT,
            "step": self.step,
            "flag": self.flag,
            "ids": list(self.ids.items()),
            "answers": [[key, *answer] for key, answer in self.answers.items()],
            "state": state,
        }
        return json.dumps(fields, separators=(",", ":")).encode("ascii")


def from_record(
    name: str, record: bytes, version: int, scorer: RiskScorer, request: LiveRequest | None = None
) -> LiveConversation:
    """Return the conversation of a record.

    Args:
        name: Id of the conversation.
        record: What `LiveConversation.record` returned.
        version: Its version.
        scorer: Scores the conversation.
        request: The request that it is read for; its recent messages restore a run of short ones.

    Returns:
        The conversation.

    Raises:
        UnsupportedFormatError: The record was written by another version, or is damaged.
        InvalidConversationError: The recent messages are not the ones needed.
    """
    fields = json.loads(record)
    if fields["format"] != FORMAT:
        raise UnsupportedFormatError("another version stored this conversation; use that version, or delete it")
    recent = request.recent if request is not None else ()
    return LiveConversation(
        name=name,
        monitor=ConversationMonitor.from_state(fields["state"], scorer, recent),
        version=version,
        step=fields["step"],
        flag=fields["flag"],
        ids=OrderedDict((index, known) for index, known in fields["ids"]),
        answers=OrderedDict((key, (fingerprint, answer)) for key, fingerprint, answer in fields["answers"]),
    )


def known(name: str, record: bytes) -> dict[str, Any]:
    """Return what is known of the conversation of a record, without scoring anything.

    Args:
        name: Id of the conversation.
        record: What `LiveConversation.record` returned.

    Returns:
        Plain JSON types.
    """
    fields = json.loads(record)
    return _summary(name, fields["step"], fields["flag"], dict(fields["ids"]))


def _summary(
    name: str, step: dict[str, Any] | None, flag: dict[str, Any] | None, ids: Mapping[int, Identifier]
) -> dict[str, Any]:
    """Return step and flag, with the ids of the messages that they cite, as far as they are kept."""
    cited = set() if step is None else {step["message"]}
    if flag is not None:
        cited |= {flag["message"], *(item["message"] for item in flag["evidence"])}
    return {
        "conversation": name,
        "messages": 0 if step is None else step["message"] + 1,
        "step": step,
        "flag": flag,
        "message_ids": {str(index): identifier for index, identifier in ids.items() if index in cited},
    }
