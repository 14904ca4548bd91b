"""A case holds the stretches of its spans with context, and not what lies between them."""

from __future__ import annotations

from dataclasses import replace

from grooming_risk.handover.case.case import Stretch, TextScope
from grooming_risk.handover.case.selection import selected, stretches_of
from grooming_risk.report import Span
from tests.support.handover_fixture import report

SPANS = (Span(0, 11, 0.8, ((0, 2), (9, 11))), Span(5, 6, 0.7, ((5, 6),)))


def test_stretches_of_all_spans_are_in_order():
    assert stretches_of(replace(report(), spans=SPANS), ()) == (Stretch(0, 2), Stretch(5, 6), Stretch(9, 11))


def test_what_lies_between_is_left_out_unless_the_whole_is_asked_for():
    stretches = stretches_of(replace(report(), spans=SPANS[:1]), ())
    assert selected(stretches, 12, TextScope.FLAGGED, 1) == (0, 1, 2, 8, 9, 10, 11)
    assert selected(stretches, 12, TextScope.WHOLE, 1) == tuple(range(12))


def test_where_nothing_was_flagged_it_is_what_a_person_viewed():
    assert stretches_of(report(spans=()), (1, 2, 5)) == (Stretch(1, 3), Stretch(5, 6))
