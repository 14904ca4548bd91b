"""What happens inside a worker process of an engine: the model is loaded once, rows come in, rows go out."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import Grouped, grouped
from grooming_risk.errors import GroomingRiskError
from grooming_risk.row_keys import CONVERSATION_FIELDS, named, renamed
from grooming_risk.rows import (
    IdentifiedConversation,
    error_row,
    flat_row,
    read_conversation,
    result_row,
    usable_id,
)
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.scorer import RiskScorer

_LOGGER = logging.getLogger("grooming_risk.engines")  # never text of messages, nor ids
Row = dict[str, Any]
_Item = IdentifiedConversation | Row


def worker_options(options: EngineOptions) -> EngineOptions:
    """Return the options of this process: equal ones share a scorer, so that a process loads the model once.

    Args:
        options: Options as they came with a task.

    Returns:
        The first options of this process that equal them.
    """
    return _kept(pickle.dumps(options))


@lru_cache(maxsize=4)
def _kept(pickled: bytes) -> EngineOptions:
    options: EngineOptions = pickle.loads(pickled)  # bytes that this process has just made itself
    return options


def score_conversation_rows(rows: Iterable[Mapping[str, Any]], options: EngineOptions) -> Iterator[Row]:
    """Score rows that each hold a conversation.

    Args:
        rows: "messages", and the id of the conversation as "conversation", "conversation_id" or "id".
        options: As they came with the task.

    Yields:
        A row with the columns of `grooming_risk.rows.COLUMNS` for each, in order; an error row for what cannot be used.
    """
    kept = worker_options(options)
    yield from _scored((_read(row, kept.scorer.limits, kept.keys) for row in rows), kept)


def score_message_rows(rows: Iterable[Mapping[str, Any]], options: EngineOptions) -> Iterator[Row]:
    """Score rows that each hold a message, where those of a conversation follow each other in any order.

    Args:
        rows: Messages with the id of their conversation.
        options: As they came with the task.

    Yields:
        As `score_conversation_rows` does; a message without an id of a conversation gives an error row of its own.
    """
    kept = worker_options(options)
    found = grouped(renamed(rows, kept.keys), kept.scorer.limits)
    yield from _scored((_of_group(group, kept.scorer.limits) for group in found), kept)


def _read(row: Mapping[str, Any], limits: Limits, keys: Mapping[str, str] | None = None) -> _Item:
    try:
        return read_conversation(row, limits, keys)
    except GroomingRiskError as error:
        return error_row(usable_id(named(row, keys, CONVERSATION_FIELDS)), error)


def _of_group(group: Grouped, limits: Limits) -> _Item:
    if group.error is not None:
        return error_row(group.name, group.error)
    return _read({"conversation": group.name, "messages": group.messages}, limits)


def _conversation(item: _Item) -> Conversation | None:
    return item.conversation if isinstance(item, IdentifiedConversation) else None


def _scored(items: Iterable[_Item], options: EngineOptions) -> Iterator[Row]:
    scorer: RiskScorer = options.scorer
    asked: dict[str, Any] = {
        "operating_point": options.operating_point,
        "prior": options.prior,
        "explain": options.explain,
    }
    for item, report in score_items(items, _conversation, scorer, **asked):
        if isinstance(item, IdentifiedConversation) and report is not None:
            row = result_row(item, report)
            yield flat_row(row, json.dumps(row, allow_nan=False))
        elif isinstance(item, dict):
            _LOGGER.warning("a conversation cannot be used: %s", item["error"]["type"])
            yield flat_row(item, None)
