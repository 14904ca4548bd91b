"""The notebook view: no text, no markup from a report, no scripts, and a small view of a long conversation."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from grooming_risk import AbstentionReason, Evidence, Outcome, RiskReport
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import read_file
from grooming_risk.rendering.html.compact import compact_view
from grooming_risk.report import Provenance, Span, WindowRisk

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\u202e'
ELEMENTS = {
    "div",
    "p",
    "strong",
    "table",
    "caption",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "svg",
    "line",
    "rect",
    "polyline",
    "details",
    "summary",
}
ATTRIBUTES = {
    "style",
    "scope",
    "role",
    "aria-label",
    "width",
    "height",
    "viewbox",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "points",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
}


class Reader(HTMLParser):
    """Elements in order, attribute names, text, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.text, self.open, self.folded = [], set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.folded if "details" in self.open else self.text).append(data)


def report(messages=400, windows=8, flagged=True, text="balanced", timeline=None, digest="0" * 64):
    risks = tuple(
        WindowRisk(
            n * 50, n * 50 + 50, (), text, 1.0, 0.9 if flagged and n == 2 else 0.1, (0.05, 0.95), flagged and n == 2
        )
        for n in range(windows)
    )
    evidence = (
        Evidence(120, text, (text, "secrecy"), (text,), 3.0),
        Evidence(121, text, (), ("guardian_aware",), -1.5),
    )
    return RiskReport(
        Outcome.REVIEW if flagged else Outcome.NO_REVIEW,
        None,
        0.9 if flagged else 0.1,
        (0.05, 0.95),
        risks,
        (Span(100, 150, 0.9, ((100, 150),)),) if flagged else (),
        119 if flagged else None,
        evidence,
        {text: (120,), "meeting": tuple(range(0, messages, 2))} if timeline is None else timeline,
        (),
        messages,
        Provenance(text, text, digest, text, 0.4, 0.01, digest),
    )


def test_evidence_stands_before_the_score_and_the_score_is_folded():
    found = Reader(compact_view(report()))
    text = "".join(found.text)
    order = [
        "Review, 400 messages, first flag at message 119",
        "Messages to read first, then counter-evidence",
        "raised it by 3.0",
        "guardian aware (innocent reading)",
        "lowered it by 1.5",
        "Tactics over the conversation",
        "meeting",
        "To review: messages 100\u2013149",
        "Risk from the first",
        "operating point",
    ]
    places = [text.find(wanted) for wanted in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "0.900, interval [0.050, 0.950]" in "".join(found.folded)
    assert "0.900" not in text
    assert "0.050" not in text
    assert not found.open


def test_only_what_a_notebook_keeps_and_nothing_that_runs_or_loads():
    for given in (report(), report(flagged=False), report(text=HOSTILE)):
        found = Reader(compact_view(given))
        assert set(found.elements) <= ELEMENTS
        assert found.attributes <= ATTRIBUTES
        assert "url(" not in compact_view(given)
        assert compact_view(given).isascii()


def test_a_hostile_report_cannot_become_markup():
    plain, hostile = (
        compact_view(report(text="plain")),
        compact_view(report(text=HOSTILE, digest=HOSTILE)),
    )
    assert Reader(hostile).elements == Reader(plain).elements
    assert "<script" not in hostile
    assert "onerror=alert(1)>" not in hostile
    assert "\u202e" not in "".join(Reader(hostile).text)


@pytest.mark.parametrize("place", ["evidence", "windows", "spans", "messages", "first_flag"])
def test_text_where_a_number_should_stand_is_never_shown(place):
    values = json.loads(report().to_json())
    if place in ("messages", "first_flag"):
        values[place] = HOSTILE
    else:
        values[place][0][{"evidence": "message", "windows": "start", "spans": "start"}[place]] = HOSTILE
    assert RiskReport.from_json(report().to_json()) == report()
    with pytest.raises(UnsupportedFormatError, match=place):
        RiskReport.from_json(json.dumps(values))


def test_an_abstention_gives_its_reason_and_no_score():
    given = RiskReport(
        Outcome.ABSTAINED,
        AbstentionReason.UNSUPPORTED_LANGUAGE,
        None,
        None,
        (),
        (),
        None,
        (),
        {},
        (),
        7,
        report().provenance,
    )
    found = Reader(compact_view(given))
    assert "unsupported language" in "".join(found.text)
    assert "not mean a low score" in "".join(found.text)
    assert "details" not in found.elements
    assert "svg" not in found.elements


def test_a_long_conversation_is_no_long_page():
    spans = tuple(Span(n, n + 50, 0.9, ((n, n + 50),)) for n in range(0, 200_000, 100))
    short, long = report(), report(200_000, 4_000, timeline={f"tactic {n}": tuple(range(200_000)) for n in range(13)})
    crowded = replace(long, spans=spans)
    assert len(compact_view(short)) < 30_000
    assert len(compact_view(crowded)) < 400_000


def test_the_samples_give_views_without_their_text(scorer):
    for path in sorted(SAMPLES.glob("*.json")):
        (exported,) = read_file(path)
        text = "".join(Reader(compact_view(scorer.score(exported.conversation))).text)
        assert not any(message.text in text for message in exported.conversation if len(message.text) > 8)
        assert not any(message.speaker in text for message in exported.conversation if len(message.speaker) > 5)
        assert "A trained person decides." in text
