"""Score many conversations: an iterator in, an iterator out, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import GroomingRiskError, InvalidOptionError
from grooming_risk.report import RiskReport
from grooming_risk.row_keys import check_keys, renamed
from grooming_risk.scoring.scorer import RiskScorer, default_scorer

# Messages whose texts are encoded together: enough to fill length-sorted batches, few enough for constant memory.
MESSAGES = 2_048
# Most items read ahead, so that a killed process loses little work where conversations are short.
ITEMS = 256

Item = TypeVar("Item")


def score_conversations(
    conversations: Iterable[Iterable[object]],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    errors: str = "raise",
    keys: Mapping[str, str] | None = None,
) -> Iterator[RiskReport | GroomingRiskError]:
    """Score conversations as they come.

    Args:
        conversations: Conversations as `score_conversation` accepts them, read ahead by at most a few thousand
            messages. An error of their source is raised after the results before it.
        operating_point: As in `score_conversation`.
        prior: As in `score_conversation`.
        explain: As in `score_conversation`.
        scorer: As in `score_conversation`.
        errors: "raise" to stop at the first conversation that cannot be used, after the results before it; "return" to
            yield its error in its place and go on.
        keys: As in `score_conversation`.

    Returns:
        An iterator over the reports, one for each conversation, in order.

    Raises:
        GroomingRiskError: A conversation cannot be used, as in `score_conversation`, and `errors` is "raise".
        InvalidOptionError: `errors` has another value, or the prior is not strictly between 0 and 1.
    """
    if errors not in ("raise", "return"):
        raise InvalidOptionError('errors must be "raise" or "return"')
    chosen = scorer or default_scorer()
    named = conversations if keys is None else _renamed(conversations, keys)
    items = _read(named, chosen.limits, errors == "raise")
    scored = score_items(items, _conversation, chosen, operating_point=operating_point, prior=prior, explain=explain)
    return _results(scored, errors == "raise")


def score_items(
    items: Iterable[Item],
    conversation_of: Callable[[Item], Conversation | None],
    scorer: RiskScorer,
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
) -> Iterator[tuple[Item, RiskReport | None]]:
    """Score the conversations of items; texts of neighbouring items are encoded together.

    Args:
        items: Items of any type, read ahead by at most 256 of them, or 2,048 messages and one conversation.
        conversation_of: Returns the conversation of an item, or None when it has none.
        scorer: The scorer.
        operating_point: As in `score_conversation`.
        prior: As in `score_conversation`.
        explain: As in `score_conversation`.

    Yields:
        Each item, in order, with the report of its conversation, or None.
    """
    waiting: list[Item] = []
    messages = 0

    def flush() -> Iterator[tuple[Item, RiskReport | None]]:
        found = [conversation_of(item) for item in waiting]
        known = [conversation for conversation in found if conversation is not None]
        options = {"operating_point": operating_point, "prior": prior, "explain": explain}
        reports = iter(scorer.score_batch(known, **options) if known else [])  # type: ignore[arg-type]
        for item, conversation in zip(waiting, found, strict=True):
            yield item, None if conversation is None else next(reports)
        waiting.clear()

    source = iter(items)
    while True:
        try:
            item = next(source)
        except StopIteration:
            break
        except Exception:  # what came before it is not lost
            yield from flush()
            raise
        waiting.append(item)
        messages += len(conversation_of(item) or ())
        if messages >= MESSAGES or len(waiting) >= ITEMS:
            yield from flush()
            messages = 0
    yield from flush()


def _renamed(conversations: Iterable[Iterable[object]], keys: Mapping[str, str]) -> Iterator[Iterable[object]]:
    check_keys(keys)
    for rows in conversations:
        # What is not a list of messages is refused as it is.
        is_list = isinstance(rows, Iterable) and not isinstance(rows, (str, bytes, Mapping, Conversation))
        yield renamed(rows, keys) if is_list else rows


def _read(
    conversations: Iterable[Iterable[object]], limits: Limits, stop: bool
) -> Iterator[Conversation | GroomingRiskError]:
    for rows in conversations:
        try:
            yield Conversation.from_messages(rows, limits)
        except GroomingRiskError as error:
            yield error
            if stop:
                return


def _conversation(item: Conversation | GroomingRiskError) -> Conversation | None:
    return item if isinstance(item, Conversation) else None


def _results(
    scored: Iterator[tuple[Conversation | GroomingRiskError, RiskReport | None]], stop: bool
) -> Iterator[RiskReport | GroomingRiskError]:
    for item, report in scored:
        if isinstance(item, GroomingRiskError):
            if stop:
                raise item
            yield item
        elif report is not None:
            yield report
