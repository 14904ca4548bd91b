"""Input written by people who do not want it to work: a score, a named refusal, never a crash."""

import re
import time

import pytest

from grooming_risk import GroomingRiskError, Outcome, masking, normalization, score_conversation
from training import baselines, corpus_check

BENIGN = [("a", "see you at practice tomorrow"), ("b", "yes, and bring the ball please")] * 3


@pytest.mark.parametrize(
    "text",
    ["<s> </s> <pad>", "[EXPLICIT]", "\ud800\udfff", "\x00" * 50, "\u202e\u2066" * 200, "\u200b" * 5_000, "﷽" * 400,
     "\ufdfa" * 1_000, "a" * 8_000, "😀" * 2_000, "a\u0301" * 3_000, "\ue000" * 100, "\u0f3f" * 500],
)  # fmt: skip
def test_strange_messages_are_scored(text):
    report = score_conversation([*BENIGN, ("a", text)])
    assert report.outcome in Outcome
    assert report.messages == 7


def test_typing_the_token_does_not_raise_the_score_like_the_token():
    plain, typed = (score_conversation([*BENIGN, ("a", text)]) for text in ("lol", "[EXPLICIT]"))
    assert "explicit_language" not in typed.timeline
    assert plain.outcome is typed.outcome


def test_clocks_may_run_backwards_or_stand_still():
    rows = [(speaker, text, 2_000_000_000 - 1_000 * n) for n, (speaker, text) in enumerate(BENIGN)]
    assert score_conversation(rows).outcome is Outcome.NO_REVIEW


def test_limits_are_refused_not_cut():
    for rows in ([("a", "x" * 8_001)], [(f"s{n}", "x") for n in range(1_001)]):
        with pytest.raises(GroomingRiskError, match="more than"):
            score_conversation(rows)


PATTERNS = [
    (f"{module.__name__}.{name}", pattern)
    for module in (masking, normalization, corpus_check, baselines)
    for name, value in vars(module).items()
    for pattern in (
        [value]
        if isinstance(value, re.Pattern)
        else value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, tuple)
        else []
    )
    if isinstance(pattern, re.Pattern)
]


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_every_regular_expression_is_linear(name, pattern):
    for piece in ("a", " ", ":", "1", "1 ", "@", "a.", "w", "parents "):
        started = time.perf_counter()
        text = piece * (100_000 // len(piece))
        for _ in pattern.finditer(text):
            pass
        # A quadratic pattern takes minutes here; a linear one milliseconds.
        assert time.perf_counter() - started < 5, name
