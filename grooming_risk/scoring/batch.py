"""Score the conversations of many items together, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.report import RiskReport
from grooming_risk.scoring.scorer import RiskScorer

# Messages whose texts are encoded together: enough to fill length-sorted batches, few enough for constant memory.
MESSAGES = 2_048
# Most items read ahead, so that a killed process loses little work where conversations are short.
ITEMS = 256

Item = TypeVar("Item")


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
