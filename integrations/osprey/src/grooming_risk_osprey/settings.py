"""Settings of the plugin, from the environment of the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

URL, TOKEN = "GROOMING_RISK_URL", "GROOMING_RISK_TOKEN"
ACTIONS, FIELDS = "GROOMING_RISK_ACTIONS", "GROOMING_RISK_FIELDS"
# What a message needs, and where an action's data has it by default.
DEFAULT_FIELDS = {
    "conversation": "conversation_id",
    "message_id": "message_id",
    "speaker": "user_id",
    "text": "text",
    "sent_at": "sent_at",
}
_REQUIRED = ("conversation", "message_id", "speaker", "text")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the plugin.

    Attributes:
        url: Address of the grooming-risk service; None without one.
        token: Its token, or None.
        actions: Names of the actions that are messages.
        fields: Part of a message → path in the data of an action, with dots.
    """

    url: str | None
    token: str | None
    actions: frozenset[str]
    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Settings(url={self.url!r}, actions={sorted(self.actions)})"

    def message(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the message in an action's data, with "conversation"; None where a part of it is missing."""
        found = {part: _at(data, path) for part, path in self.fields.items()}
        if any(found.get(part) in (None, "") for part in _REQUIRED):
            return None
        return {part: value for part, value in found.items() if value is not None}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Args:
        environment: GROOMING_RISK_URL, GROOMING_RISK_TOKEN, GROOMING_RISK_ACTIONS (names separated by commas) and
            GROOMING_RISK_FIELDS (PART=PATH,… for conversation, message_id, speaker, text and sent_at).

    Returns:
        The settings.

    Raises:
        ValueError: GROOMING_RISK_FIELDS names another part.
    """
    given = dict(pair.strip().partition("=")[::2] for pair in environment.get(FIELDS, "").split(",") if pair.strip())
    if not given.keys() <= DEFAULT_FIELDS.keys() or not all(given.values()):
        raise ValueError(f"{FIELDS} must be PART=PATH,… with the parts {', '.join(DEFAULT_FIELDS)}")
    names = (name.strip() for name in environment.get(ACTIONS, "").split(","))
    return Settings(
        url=environment.get(URL, "").rstrip("/") or None,
        token=environment.get(TOKEN) or None,
        actions=frozenset(name for name in names if name),
        fields={**DEFAULT_FIELDS, **given},
    )


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(data, Mapping):
            return None
        data = data.get(name)
    return data
