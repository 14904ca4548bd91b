"""Score many conversations: an iterator in, an iterator out, in constant memory, with the ids of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, overload

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import GroomingRiskError, InvalidConversationError, InvalidOptionError
from grooming_risk.report import RiskReport
from grooming_risk.row_keys import CONVERSATION_FIELDS, check_keys, named
from grooming_risk.rows.conversations import IdentifiedConversation, read_conversation
from grooming_risk.rows.identifiers import Identifier, usable_id
from grooming_risk.rows.scored import ScoredConversation
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.scorer import RiskScorer, default_scorer

_Item = IdentifiedConversation | ScoredConversation  # the latter where it cannot be used


@overload
def score_conversations(
    conversations: Iterable[Iterable[object]],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    errors: str = "raise",
    keys: Mapping[str, str] | None = None,
    ids: Literal[False] = False,
) -> Iterator[RiskReport | GroomingRiskError]: ...


@overload
def score_conversations(
    conversations: Iterable[Mapping[str, Any]],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    errors: str = "raise",
    keys: Mapping[str, str] | None = None,
    ids: Literal[True],
) -> Iterator[ScoredConversation]: ...


def score_conversations(
    conversations: Iterable[Any],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    errors: str = "raise",
    keys: Mapping[str, str] | None = None,
    ids: bool = False,
) -> Iterator[RiskReport | GroomingRiskError] | Iterator[ScoredConversation]:
    """Score conversations as they come.

    Args:
        conversations: Conversations as `score_conversation` accepts them, read ahead by at most a few thousand
            messages; with `ids`, mappings that have such a conversation as "messages", and its id as "conversation",
            "conversation_id" or "id". An error of their source is raised after the results before it.
        operating_point: As in `score_conversation`.
        prior: As in `score_conversation`.
        explain: As in `score_conversation`.
        scorer: As in `score_conversation`.
        errors: "raise" to stop at the first conversation that cannot be used, after the results before it; "return" to
            yield its error in its place and go on.
        keys: As in `score_conversation`; with `ids`, it may name "messages" and "conversation" too.
        ids: Whether results carry the ids of the conversations and of their messages.

    Returns:
        An iterator over the reports, one for each conversation, in order; with `ids`, over `ScoredConversation`s, which
        have report and ids.

    Raises:
        GroomingRiskError: A conversation cannot be used, as in `score_conversation`, and `errors` is "raise".
        InvalidOptionError: `errors` has another value, `keys` names an unknown field, or the prior is not strictly
            between 0 and 1.
    """
    if errors not in ("raise", "return"):
        raise InvalidOptionError('errors must be "raise" or "return"')
    check_keys(keys)
    chosen = scorer or default_scorer()
    items = _items(conversations, chosen.limits, keys, ids, errors == "raise")
    scored = score_items(items, _conversation, chosen, operating_point=operating_point, prior=prior, explain=explain)
    results = _results(scored, errors == "raise")
    if ids:
        return results
    return (_bare(result) for result in results)


def _items(
    conversations: Iterable[Any], limits: Limits, keys: Mapping[str, str] | None, ids: bool, stop: bool
) -> Iterator[_Item]:
    for given in conversations:
        try:
            yield _with_ids(given, limits, keys) if ids else _without_ids(given, limits, keys)
        except GroomingRiskError as error:
            yield ScoredConversation(_name(given, keys) if ids else None, error=error)
            if stop:
                return


def _without_ids(rows: Any, limits: Limits, keys: Mapping[str, str] | None) -> IdentifiedConversation:
    if isinstance(rows, Mapping):
        raise InvalidConversationError(
            "a conversation must be a list of messages; wrap a single message in a list, or pass ids=True for mappings "
            'with "messages"'
        )
    return IdentifiedConversation(None, Conversation.from_messages(rows, limits, keys=keys))


def _with_ids(row: Any, limits: Limits, keys: Mapping[str, str] | None) -> IdentifiedConversation:
    """Read a conversation. A row's own error is named by its type alone, because its words may quote a message."""
    try:
        return read_conversation(row, limits, keys)
    except GroomingRiskError:
        raise
    except Exception as error:
        fault = type(error).__name__
    raise InvalidConversationError(f"the conversation raised {fault} when it was read; pass a plain dict")


def _name(row: Any, keys: Mapping[str, str] | None) -> Identifier | None:
    try:
        return usable_id(named(row, keys, CONVERSATION_FIELDS))
    except Exception:  # from the row's own code
        return None


def _conversation(item: _Item) -> Conversation | None:
    return item.conversation if isinstance(item, IdentifiedConversation) else None


def _results(scored: Iterator[tuple[_Item, RiskReport | None]], stop: bool) -> Iterator[ScoredConversation]:
    for item, report in scored:
        if isinstance(item, IdentifiedConversation):
            yield ScoredConversation(item.name, report, message_ids=item.message_ids)
        elif stop and item.error is not None:
            raise item.error
        else:
            yield item


def _bare(result: ScoredConversation) -> RiskReport | GroomingRiskError:
    if result.report is not None:
        return result.report
    assert result.error is not None
    return result.error
