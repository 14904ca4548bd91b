"""Where the time of a message goes: each step before the encoder by itself, and the share that the screen passes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grooming_risk.conversation import Conversation
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.scoring.message_encoding import shown_model_text
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.text.masking import mask_explicit
from grooming_risk.text.message_text import joined_texts
from grooming_risk.text.normalization import normalize

_REPEATS = 3  # the fastest counts


@dataclass(frozen=True, slots=True)
class TextPath:
    """Time of each step, in microseconds a message.

    Attributes:
        steps: Name of each step and its time; a step is timed on what the one before it gave.
        text: Time of the text path as it runs: normalize, join, mask and divide.
        passed_on: Share of the messages with text that the screen passes on to the encoder; None where the artefact
            has no screen.
    """

    steps: tuple[tuple[str, float], ...]
    text: float
    passed_on: float | None


def measure_text_path(scorer: RiskScorer, conversations: Sequence[Conversation]) -> TextPath:
    """Time the steps from text to window logits, on one thread but for the encoder.

    Args:
        scorer: The scorer; it is loaded by the first step that needs it, before anything is timed.
        conversations: What is read; at least one message in it must show text.

    Returns:
        The times, and the share passed on.
    """
    artifact = scorer.artifact
    messages = [message for conversation in conversations for message in conversation]
    shown = [text for conversation in conversations for text in joined_texts(conversation)]
    normalized = [text.text for text in shown]
    masked = [mask_explicit(text, artifact.vocabulary) for text in normalized]
    spelled = [text.run.spelled for text in shown]
    distinct = list(dict.fromkeys(shown_model_text(text, artifact) for text in shown))
    words, tokenizer = artifact.tokenizer.words, artifact.tokenizer
    encoded = scorer.encode(conversations)

    def each(step: Callable[[], object]) -> float:
        return _fastest(step) * 1e6 / len(messages)

    joined = each(lambda: [joined_texts(conversation) for conversation in conversations])
    path = joined + each(lambda: [shown_model_text(text, artifact) for text in shown])
    tokenizing = each(lambda: tokenizer.ids(distinct))
    steps = (
        ("normalize", each(lambda: [normalize(message.text) for message in messages])),
        ("normalize and join", joined),
        ("mask", each(lambda: [mask_explicit(text, artifact.vocabulary) for text in normalized])),
        ("divide", each(lambda: [words.divide(text, own) for text, own in zip(masked, spelled, strict=True)])),
        ("tokenize", tokenizing),
        ("screen, encoder and digests", max(0.0, each(lambda: scorer.encode(conversations)) - path - tokenizing)),
        ("windows", each(lambda: [scorer.judge(one, explain=False) for one in encoded])),
    )
    return TextPath(steps, path, share_passed_on([one.vectors for one in encoded]))


def share_passed_on(vectors: Sequence[MessageVectors]) -> float | None:
    """Return the share of rows that the screen passed on to the encoder; None where no screen was asked."""
    marks = [getattr(rows, "noteworthy", None) for rows in vectors]
    found = [mark for mark in marks if mark is not None]
    rows = sum(len(mark) for mark in found)
    return sum(int(mark.sum()) for mark in found) / rows if rows else None


def passed_on_text(share: float | None) -> str:
    """Return the share passed on as text; "not screened" for None."""
    return "not screened" if share is None else f"{100 * share:.1f} %"


def _fastest(step: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        step()
        times.append(time.perf_counter() - started)
    return min(times)
