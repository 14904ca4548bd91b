"""What lies between the stretches of a span is not shown, and stretches of one span are listed together."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from grooming_risk import AbstentionReason, Evidence
from grooming_risk.errors import InvalidConversationError
from grooming_risk.rendering.excerpts import chosen_evidence
from grooming_risk.rendering.html.compact import compact_view
from grooming_risk.rendering.html.queue_page import ReviewItem, queue_page
from grooming_risk.rendering.html.review_case import open_case
from grooming_risk.rendering.html.review_page import review_page
from grooming_risk.rendering.html.risk_map import risk_map
from grooming_risk.rendering.stretches import all_stretches, first_stretches, stretch_numbers, unread_sentence
from grooming_risk.rendering.terminal.cells import Terminal
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import Span, WindowRisk
from tests.support.review_page_fixture import Page, abstained, chat, report_on

CHAT = chat(*(f"line {index}" for index in range(60)))
FAR = (Span(2, 40, 0.8, ((2, 5), (20, 21), (38, 40))), Span(10, 12, 0.7, ((10, 12),)))
WINDOW = WindowRisk(8, 58, (2, 4), "a", 3.0, 0.8, (0.7, 0.9), True)
REPORT = replace(report_on(CHAT, {3: 2.0, 15: 1.0, 38: 1.5}, spans=[(0, 60)]), spans=FAR, windows=(WINDOW,))


def test_stretches_are_listed_span_by_span_and_the_others_counted():
    assert stretch_numbers(FAR, 12) == (["2\u20134 with 20 and 38\u201339", "10\u201311"], 0)
    assert first_stretches(FAR, 2) == ([((2, 5), (20, 21))], 2)
    assert all_stretches(REPORT) == [(2, 5), (10, 12), (20, 21), (38, 40)]


def test_the_views_list_stretches_and_not_the_outer_ends():
    views = {
        "page": "".join(Page(review_page(REPORT, CHAT)).text),
        "queue": "".join(Page(queue_page([ReviewItem("x", REPORT, CHAT)])).text),
        "notebook": html.unescape(compact_view(REPORT)),
    }
    for name, text in views.items():
        assert "2\u20134 with 20 and 38\u201339" in text, name
        assert "2\u201339" not in text, name
    lines = render_table([ReportRow("chat", REPORT)], False, terminal=Terminal(120, "utf-8"))
    assert "messages to review: 2-4 with 20 and 38-39, 10-11" in lines


def test_the_picture_shades_stretches_only():
    page = Page(risk_map(open_case(REPORT, CHAT, "c0")))
    shaded = sorted((int(mark["x"]), int(mark["width"])) for mark in page.find("rect", "span"))
    assert shaded == [(2, 3), (10, 2), (20, 1), (38, 2)]
    assert "remember" in "".join(page.text)


def test_a_block_counts_the_stretches_in_it():
    text = "".join(Page(review_page(REPORT, CHAT)).text)
    assert "4 flagged stretches" in text


def test_evidence_between_the_stretches_is_not_chosen_for_the_span():
    between = [Evidence(22 + place, "a", (), (), 2.0 - place / 10) for place in range(9)]
    evidence = (*between, Evidence(20, "a", (), (), 1.0))
    report = replace(REPORT, evidence=evidence, spans=(FAR[0],))
    assert 20 in {item.message for item in chosen_evidence(report)}


def test_the_score_names_what_a_window_remembers():
    text = " ".join(Page(review_page(REPORT, CHAT)).text)
    assert "remembers" in text
    assert "2, 4" in text


@pytest.mark.parametrize(
    "change",
    [
        {"windows": (replace(WINDOW, remembered=(60,)),)},
        {"spans": (Span(2, 40, 0.8, ((2, 61),)),)},
        {"spans": (Span(2, 40, 0.8, ((5, 5),)),)},
        {"unread": ("z",)},
    ],
)
def test_places_outside_the_conversation_are_refused(change):
    with pytest.raises(InvalidConversationError, match="another conversation"):
        open_case(replace(REPORT, **change), CHAT, "c0")


def test_unread_speakers_are_named_in_every_view():
    report = replace(REPORT, unread=("b",))
    words = unread_sentence(report)
    assert words.startswith("Most messages of speaker b are in a language")
    assert words in "".join(Page(review_page(report, CHAT)).text)
    assert words in compact_view(report)
    lines = render_table([ReportRow("chat", report)], False, terminal=Terminal(120, "utf-8"))
    assert words in " ".join(lines.split())
    assert unread_sentence(REPORT) is None
    both = unread_sentence(replace(REPORT, unread=("a", "b")))
    assert both.startswith("Most messages of speakers a and b are")


def test_unread_speakers_of_a_conversation_that_was_not_scored_are_named_too():
    report = replace(abstained(CHAT, AbstentionReason.UNSUPPORTED_LANGUAGE), unread=("a",))
    assert unread_sentence(report) in "".join(Page(review_page(report, CHAT)).text)
