"""The messages in the evidence list and their excerpts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import Conversation
from grooming_risk.rendering.excerpts import (
    CONTEXT,
    EACH_SPAN,
    LEVELS,
    LOWERED,
    RAISED,
    SPANS,
    chosen_evidence,
    excerpts,
    levels,
)
from grooming_risk.text.message_text import read_from
from tests.support.review_page_fixture import chat, report_on

DELTAS = st.dictionaries(st.integers(0, 199), st.floats(-5, 5, allow_subnormal=False), max_size=60)
CHAT = chat(*("x" for _ in range(200)))


@given(DELTAS)
def test_each_piece_of_evidence_stands_once_with_its_context(deltas):
    report = report_on(CHAT, deltas)
    found = excerpts(report.evidence, range(200))
    covered = [index for excerpt in found for index in range(excerpt.start, excerpt.stop)]
    wanted = {i for m in deltas for i in range(max(0, m - CONTEXT), min(200, m + CONTEXT + 1))}
    assert len(covered) == len(set(covered)) and set(covered) == wanted
    assert [excerpt.weight for excerpt in found] == sorted((excerpt.weight for excerpt in found), reverse=True)
    for excerpt in found:
        inside = [delta for message, delta in deltas.items() if excerpt.start <= message < excerpt.stop]
        assert excerpt.weight == max(inside)


@given(DELTAS, st.lists(st.integers(0, 9), unique=True, max_size=10))
def test_the_list_is_short_strongest_first_and_leaves_no_flagged_stretch_out(deltas, tens):
    spans = [(20 * start, 20 * start + 19) for start in sorted(tens)]
    report = report_on(CHAT, deltas, spans=spans)
    chosen = chosen_evidence(report)
    assert len(chosen) <= RAISED + EACH_SPAN * SPANS + 2 * LOWERED
    assert [abs(item.delta_logit) for item in chosen] == sorted((abs(i.delta_logit) for i in chosen), reverse=True)
    strongest = max(map(abs, deltas.values()), default=0.0)
    for start, stop in spans:
        inside = [m for m, delta in deltas.items() if start <= m < stop and delta > 0 and delta >= strongest / 10]
        assert sum(start <= item.message < stop and item.delta_logit > 0 for item in chosen) >= min(len(inside), 2)
    lowered = sorted(delta for delta in deltas.values() if delta < 0)[:LOWERED]
    assert sorted(item.delta_logit for item in chosen if item.delta_logit < 0)[: len(lowered)] == lowered


@given(DELTAS)
def test_arrows_follow_the_size_and_the_sign(deltas):
    report = report_on(CHAT, deltas)
    shown = levels(report)
    assert {item.message for item in chosen_evidence(report) if item.delta_logit} <= set(shown)
    for message, level in shown.items():
        assert 1 <= abs(level) <= LEVELS and (level > 0) == (deltas[message] > 0)
        assert all(abs(shown[other]) <= abs(level) for other in shown if abs(deltas[other]) <= abs(deltas[message]))


def test_the_strongest_of_a_weaker_stretch_are_listed_too():
    deltas = {index: 5.0 - index / 100 for index in range(30)} | {110: 1.0, 111: 0.9, 112: 0.8}
    report = report_on(CHAT, deltas, spans=[(0, 40), (100, 140)])
    assert [item.message for item in chosen_evidence(report)] == [*range(RAISED), 110, 111]


def test_counter_evidence_is_listed_however_small():
    report = report_on(CHAT, {3: 4.0, 9: -0.001, 20: 0.02}, cues={20: ("guardian_aware",)})
    assert [item.message for item in chosen_evidence(report)] == [3, 20, 9]
    assert levels(report) == {3: 4, 20: 1, 9: -1}


@pytest.mark.parametrize("deltas", [{}, {5: 0.0}])
def test_nothing_to_choose_from(deltas):
    report = report_on(CHAT, deltas)
    assert levels(report) == {} and chosen_evidence(report) == []


def test_what_a_message_was_read_together_with_stands_before_it():
    letters = [("a", "see you at nine"), *(("a", letter) for letter in "whereru"), ("b", "at home"), ("b", "still")]
    conversation = Conversation.from_messages([("b", "hello to you all"), *letters])
    assert read_from(conversation) == [0, 1, *[2] * 7, 9, 9]
    report = report_on(conversation, {8: 1.0, 10: 0.5})
    assert [(found.start, found.stop) for found in excerpts(report.evidence, read_from(conversation))] == [(0, 11)]
    report = report_on(conversation, {8: 1.0})
    assert [(found.start, found.stop) for found in excerpts(report.evidence, read_from(conversation))] == [(0, 11)]
    report = report_on(conversation, {1: 1.0})
    assert [(found.start, found.stop) for found in excerpts(report.evidence, read_from(conversation))] == [(0, 4)]
