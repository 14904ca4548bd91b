"""A request for scoring: conversations and options, or the places that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.model.artifact import Artifact
from grooming_risk.rows import IdentifiedConversation, error_row, read_conversation, usable_id
from grooming_risk.service.options import ServiceLimits, ServiceOptions
from grooming_risk.service.problems import Problem, unusable_parts


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """Conversations to score.

    Attributes:
        items: Each a conversation, or the row of the error that it is answered with.
        options: Keywords of `RiskScorer.judge`.
    """

    items: tuple[IdentifiedConversation | dict[str, Any], ...]
    options: dict[str, Any]

    def conversations(self) -> list[Conversation]:
        """Return the conversations that can be used, in order."""
        return [item.conversation for item in self.items if isinstance(item, IdentifiedConversation)]


def read_score_request(
    body: Mapping[str, Any], limits: ServiceLimits, lengths: Limits, artifact: Artifact, service: ServiceOptions
) -> ScoreRequest:
    """Check a request.

    Args:
        body: Body of the request, of the form that the OpenAPI document describes.
        limits: Limits of requests.
        lengths: Limits of conversations and messages.
        artifact: Has the operating points.
        service: Has the options that a request leaves out.

    Returns:
        The request.

    Raises:
        Problem: The request exceeds a limit, an option is unknown, or a conversation cannot be used.
    """
    rows = _rows(body, limits)
    options = _options(body, artifact, service)
    items: list[IdentifiedConversation | dict[str, Any]] = []
    found: list[tuple[GroomingRiskError, dict[str, int]]] = []
    names: set[str] = set()
    for position, row in enumerate(rows):
        try:
            items.append(_conversation(row, lengths, body.get("keys"), names))
        except (InvalidConversationError, InputTooLargeError) as error:
            found.append((error, {"conversation": position}))
            items.append(error_row(usable_id(row), error))
    if found and body.get("errors") != "return":
        raise unusable_parts(found)
    return ScoreRequest(tuple(items), options)


def _rows(body: Mapping[str, Any], limits: ServiceLimits) -> list[Mapping[str, Any]]:
    if ("messages" in body) == ("conversations" in body):
        raise Problem(422, 'send either "messages" or "conversations"', reason="form")
    rows: list[Mapping[str, Any]] = [body] if "messages" in body else body["conversations"]
    if len(rows) > limits.conversations:
        raise Problem(413, f"send at most {limits.conversations} conversations at a time", reason="too_large")
    if sum(len(row["messages"]) for row in rows) > limits.messages:
        raise Problem(413, f"send at most {limits.messages:,} messages at a time", reason="too_large")
    return rows


def _options(body: Mapping[str, Any], artifact: Artifact, service: ServiceOptions) -> dict[str, Any]:
    point, prior = body.get("operating_point", service.operating_point), body.get("prior", service.prior)
    if isinstance(point, str) and point not in artifact.operating_points:
        known = ", ".join(artifact.operating_points)
        raise Problem(422, f"there is no such operating point; use one of {known}", reason="form")
    if prior is not None and not 0 < prior < 1:
        raise Problem(422, "prior must be strictly between 0 and 1", reason="form")
    return {"operating_point": point, "prior": prior, "explain": body.get("explain", True)}


def _conversation(
    row: Mapping[str, Any], lengths: Limits, keys: Mapping[str, str] | None, names: set[str]
) -> IdentifiedConversation:
    item = read_conversation(row, lengths, keys)
    if item.name is not None and str(item.name) in names:
        raise InvalidConversationError("an earlier conversation has this id; send each conversation once")
    names.add("" if item.name is None else str(item.name))
    return item
