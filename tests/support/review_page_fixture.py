"""Reports and conversations for the tests of the review page, made by hand so that they need no model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser

from grooming_risk import AbstentionReason, Conversation, Evidence, Outcome, RiskReport, WindowRisk
from grooming_risk.conversation import speaker_name
from grooming_risk.report import Provenance, Span

PROVENANCE = Provenance("1.2.3", "4.5.6", "ab" * 32, "balanced", 0.1, 0.01, "cd" * 32)
VOID = {"meta", "input"}


def report_on(
    conversation: Conversation,
    deltas: dict[int, float],
    *,
    tactics: dict[int, tuple[str, ...]] | None = None,
    cues: dict[int, tuple[str, ...]] | None = None,
    spans: Sequence[tuple[int, int]] = (),
    probability: float = 0.8,
) -> RiskReport:
    """A report with this evidence; it asks for review when it has spans."""
    tactics, cues = tactics or {}, cues or {}
    numbers: dict[str, int] = {}
    speakers = [speaker_name(numbers.setdefault(message.speaker, len(numbers))) for message in conversation]
    evidence = tuple(
        Evidence(index, speakers[index], tactics.get(index, ()), cues.get(index, ()), delta)
        for index, delta in sorted(deltas.items(), key=lambda item: (-abs(item[1]), item[0]))
    )
    timeline: dict[str, tuple[int, ...]] = {}
    for index, names in sorted(tactics.items()):
        for name in names:
            timeline[name] = (*timeline.get(name, ()), index)
    total = len(conversation)
    windows = tuple(WindowRisk(start, stop, (), "a", 3.0, probability, (0.7, 0.9), True) for start, stop in spans)
    return RiskReport(
        outcome=Outcome.REVIEW if spans else Outcome.NO_REVIEW,
        abstention=None,
        probability=probability if spans else 0.001,
        interval=(0.7, 0.9) if spans else (0.0005, 0.002),
        windows=windows or (WindowRisk(0, total, (), "a", -3.0, 0.001, (0.0005, 0.002), False),),
        spans=tuple(Span(start, stop, probability, ((start, stop),)) for start, stop in spans),
        first_flag=spans[0][0] if spans else None,
        evidence=evidence,
        timeline=timeline,
        unread=(),
        messages=total,
        provenance=PROVENANCE,
    )


def abstained(conversation: Conversation, reason: AbstentionReason) -> RiskReport:
    """A report without a score."""
    return RiskReport(Outcome.ABSTAINED, reason, None, None, (), (), None, (), {}, (), len(conversation), PROVENANCE)


def chat(*texts: str) -> Conversation:
    """Two speakers in turn."""
    return Conversation.from_messages([(("anna", "ben")[index % 2], text) for index, text in enumerate(texts)])


class Page(HTMLParser):
    """What a browser without scripts would see: elements in order, text outside scripts and styles, data blocks."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.data: list[dict] = []
        self.places: dict[str, int] = {}  # heading or summary text → its place among the elements
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()
        assert not self._open, f"left open: {[name for name, _ in self._open]}"

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), f"{tag} repeats an attribute"
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag):
        assert self._open[-1][0] == tag, f"{tag} closes {self._open[-1][0]}"
        self._open.pop()

    def handle_data(self, data):
        name, attributes = self._open[-1] if self._open else ("", {})
        if name == "script" and attributes.get("type") == "application/json":
            assert not set("<>&") & set(data), "a data block could end, or begin a comment"
            self.data.append(json.loads(data))
        elif name in self.raw:
            self.raw[name].append(data)
        else:
            self.text.append(data)
            if name in ("h1", "h2", "h3", "h4", "h5", "summary"):
                self.places.setdefault(data.strip(), len(self.elements))

    @property
    def visible(self) -> str:
        """All text, and all attributes, which a reader may meet as well."""
        values = (value or "" for _, attributes in self.elements for value in attributes.values())
        return " ".join((*self.text, *values))

    @property
    def outline(self) -> list[int]:
        """Levels of the headings, in order."""
        return [int(name[1]) for name, _ in self.elements if name in ("h1", "h2", "h3", "h4", "h5", "h6")]

    def find(self, name: str, class_: str | None = None) -> list[dict[str, str | None]]:
        """Attributes of the elements of this name and class."""
        return [
            attributes
            for tag, attributes in self.elements
            if tag == name and (class_ is None or class_ in (attributes.get("class") or "").split())
        ]
