"""Score many conversations in several processes, in order and in constant memory."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

from grooming_risk.conversation import Conversation
from grooming_risk.report import RiskReport
from grooming_risk.scoring.batch import ITEMS, MESSAGES
from grooming_risk.scoring.scorer import RiskScorer

Item = TypeVar("Item")
_AHEAD = 2  # batches that wait for each process

_scorer: RiskScorer | None = None


def score_items_in_processes(
    items: Iterable[Item],
    conversation_of: Callable[[Item], Conversation | None],
    scorer: RiskScorer,
    jobs: int,
    **asked: Any,
) -> Iterator[tuple[Item, RiskReport | None]]:
    """Score the conversations of items as `score_items` does, with the same batches and the same results.

    Args:
        items: Items of any type; this process reads them.
        conversation_of: Returns the conversation of an item, or None when it has none.
        scorer: The scorer; each process loads its artefact once. It should have one thread.
        jobs: Number of processes.
        **asked: Operating point, prior and `explain`, as in `score_conversation`.

    Yields:
        Each item, in order, with the report of its conversation, or None. An error of the source of the items is raised
        after the results before it.
    """
    waiting: deque[tuple[list[Item], Future[list[RiskReport]]]] = deque()
    context = multiprocessing.get_context("spawn")
    source, fault = _batches(items, conversation_of), None
    with ProcessPoolExecutor(jobs, context, _start, (scorer,)) as pool:
        while True:
            try:
                batch = next(source, None)
            except Exception as error:  # what came before it is not lost
                batch, fault = None, error
            if batch is not None:
                known = [found for item in batch if (found := conversation_of(item)) is not None]
                waiting.append((batch, pool.submit(_score, known, asked)))
            while waiting and (batch is None or len(waiting) > _AHEAD * jobs):
                yield from _paired(*waiting.popleft(), conversation_of)
            if batch is None:
                break
    if fault is not None:
        raise fault


def _paired(
    batch: list[Item], future: Future[list[RiskReport]], conversation_of: Callable[[Item], Conversation | None]
) -> Iterator[tuple[Item, RiskReport | None]]:
    reports = iter(future.result())
    for item in batch:
        yield item, None if conversation_of(item) is None else next(reports)


def _batches(items: Iterable[Item], conversation_of: Callable[[Item], Conversation | None]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    messages, fault = 0, None
    source = iter(items)
    while fault is None:
        try:
            item = next(source)
        except StopIteration:
            break
        except Exception as error:
            fault = error
            break
        batch.append(item)
        messages += len(conversation_of(item) or ())
        if messages >= MESSAGES or len(batch) >= ITEMS:
            yield batch
            batch, messages = [], 0
    if batch:
        yield batch
    if fault is not None:
        raise fault


def _start(scorer: RiskScorer) -> None:
    global _scorer
    _scorer = scorer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that reads decides when to stop


def _score(conversations: list[Conversation], asked: dict[str, Any]) -> list[RiskReport]:
    assert _scorer is not None
    return _scorer.score_batch(conversations, **asked) if conversations else []
