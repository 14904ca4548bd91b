"""Invariants over generated input."""

import itertools
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk import Outcome
from grooming_risk.report import WindowRisk
from grooming_risk.scoring.assessment import merge_spans
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, mask_explicit
from grooming_risk.text.normalization import normalize
from tests.support.examples import examples

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
ALPHABETS = st.text("abcо аеhоw\u200b\u0301\u0337ﷺｈ😀\u200d\ue000\ud800\x00 .", max_size=40)
SETTINGS = settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(ANY_TEXT | ALPHABETS)
def test_normalisation_keeps_its_promises(text):
    result = normalize(text)
    assert len(result.offsets) == len(result.text)
    assert all(0 <= offset < len(text) for offset in result.offsets)
    assert list(result.offsets) == sorted(result.offsets)
    assert unicodedata.is_normalized("NFKC", result.text)
    assert EXPLICIT_CHARACTER not in result.text
    again = normalize(result.text)
    assert again.text == result.text


@given(ANY_TEXT | ALPHABETS)
def test_masking_keeps_offsets_and_the_rest(text):
    vocabulary = ExplicitVocabulary.from_terms(["how", "abc", "a b"], b"salt")
    normalized = normalize(text)
    masked = mask_explicit(normalized, vocabulary)
    assert len(masked.offsets) == len(masked.text)
    assert list(masked.offsets) == sorted(masked.offsets)
    again = mask_explicit(masked, vocabulary)
    assert again.text == masked.text


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10), st.booleans()), max_size=12))
def test_spans_are_disjoint_ordered_and_cover_the_flagged_windows(raw):
    risks = tuple(
        WindowRisk(start, start + size, "a", 0.0, 0.5, (0.4, 0.6), flagged) for start, size, flagged in sorted(raw)
    )
    spans = merge_spans(risks)
    assert all(first.stop < second.start for first, second in itertools.pairwise(spans))
    inside = {index for span in spans for index in range(span.start, span.stop)}
    assert inside == {index for risk in risks if risk.flagged for index in range(risk.start, risk.stop)}


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=30)), min_size=1, max_size=12)


@SETTINGS
@given(ROWS)
def test_any_conversation_gives_a_consistent_report(scorer, rows):
    report = scorer.score(rows)
    assert report.messages == len(rows)
    assert all(0 <= item.message < len(rows) for item in report.evidence)
    assert [abs(item.delta_logit) for item in report.evidence] == sorted(
        (abs(item.delta_logit) for item in report.evidence), reverse=True
    )
    if report.outcome is not Outcome.ABSTAINED:
        low, high = report.interval
        assert low <= report.probability <= high
        assert report.probability == max(window.probability for window in report.windows)
        assert (report.outcome is Outcome.REVIEW) == any(window.flagged for window in report.windows)


@SETTINGS
@given(ROWS)
def test_renaming_speakers_changes_nothing(scorer, rows):
    renamed = [({"a": "Zoë", "b": "42", "c": "\u200b"}[speaker], text) for speaker, text in rows]
    first, second = scorer.score(rows), scorer.score(renamed)
    assert (first.outcome, first.windows, first.evidence) == (second.outcome, second.windows, second.evidence)


@pytest.mark.parametrize("position", [0, 30, 75, 150])
def test_a_benign_conversation_around_it_does_not_hide_a_risky_stretch(scorer, position):
    risky = [
        ("x", "how old are you? are your parents home"),
        ("y", "12, why"),
        ("x", "don't tell your mum we talk, it's our secret"),
        ("y", "hmm"),
        ("x", "send me a pic of you, i'll give you free coins"),
        ("y", "no"),
        ("x", "delete this chat and add me on the other app"),
        ("y", "i don't want to"),
    ]
    benign = [("xy"[n % 2], f"the bus was late again, page {n} of the homework is easy") for n in range(150)]
    report = scorer.score([*benign[:position], *risky, *benign[position:]], operating_point="high_recall")
    assert report.outcome is Outcome.REVIEW
    for window in report.windows:
        whole = window.start <= position and position + len(risky) <= window.stop
        apart = window.stop <= position or position + len(risky) <= window.start
        assert window.flagged or not whole
        assert not (apart and window.flagged)
    assert all(position <= item.message < position + len(risky) for item in report.evidence[:3])
