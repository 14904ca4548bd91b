"""Invariants over generated input."""

import itertools
import unicodedata

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk import Outcome
from grooming_risk.scoring.spans import CARRIED, carrying, joined, merge_spans
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


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10)), min_size=1, max_size=4)


@given(st.lists(st.tuples(RANGES, st.floats(0, 1)), max_size=12))
def test_spans_share_no_message_and_cover_what_the_windows_show(raw):
    shown = [(joined((start, start + size) for start, size in ranges), chance) for ranges, chance in raw]
    spans = merge_spans(shown)
    stretches = sorted(stretch for span in spans for stretch in span.stretches)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(stretches))
    inside = {index for start, stop in stretches for index in range(start, stop)}
    assert inside == {index for parts, _ in shown for start, stop in parts for index in range(start, stop)}
    for span in spans:
        assert (span.start, span.stop) == (span.stretches[0][0], span.stretches[-1][1])
        own = [chance for parts, chance in shown if any(start <= parts[0][0] < stop for start, stop in span.stretches)]
        assert span.probability == max(own)


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=80))
def test_few_messages_carry_nine_tenths_of_what_raises_a_logit(values):
    contributions = np.array(values)
    rows = carrying(contributions)
    raising = np.maximum(contributions, 0)
    assert len(rows)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert contributions[rows].max() == contributions.max()
    assert raising[rows].sum() >= CARRIED * raising.sum() - 1e-9


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
        threshold = scorer.artifact.operating_points["balanced"].threshold
        read = [window for window in report.windows if window.flagged or window.logit < threshold]
        assert report.probability == max(window.probability for window in read)
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
        assert window.flagged or not whole
        assert not (window.stop <= position and window.flagged)
    # Later windows remember the stretch; what is shown of them is the stretch.
    for span in report.spans:
        for start, stop in span.stretches:
            assert position - 10 <= start < stop <= position + len(risky) + 10
    assert all(position <= item.message < position + len(risky) for item in report.evidence[:3])
