"""The queue page: several conversations in reading order, each folded until a reader opens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grooming_risk.conversation import Conversation
from grooming_risk.outcome import Outcome
from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.html.message_rows import label_tag
from grooming_risk.rendering.html.review_case import Case, open_case
from grooming_risk.rendering.html.review_page import case_body, facts, page
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.stretches import stretch_numbers
from grooming_risk.rendering.wording import ABSTENTION
from grooming_risk.report import RiskReport

_LABELS_SHOWN = 6
_STRETCHES_SHOWN = 3
_LEVEL = 4  # heading level of the parts of a conversation, below page, group and conversation
_GROUPS = {
    Outcome.REVIEW: ("To read", "to read"),
    Outcome.ABSTAINED: ("Not scored", "not scored"),
    Outcome.NO_REVIEW: ("Nothing flagged", "with nothing flagged"),
}


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One conversation of a queue. The `repr` shows no text.

    Attributes:
        name: heading in the queue, often the name of a file.
        report: the result.
        conversation: the messages that were scored.
    """

    name: str = field(repr=False)
    report: RiskReport
    conversation: Conversation


def ranked(items: Sequence[ReviewItem]) -> list[ReviewItem]:
    """Sort conversations: those to review by falling probability, then those not scored, then the rest.

    The sort is stable, so ties keep the given order.
    """
    order = list(_GROUPS)
    return sorted(items, key=lambda item: (order.index(item.report.outcome), -(item.report.probability or 0.0)))


def queue_page(items: Sequence[ReviewItem], *, title: str = "Conversations") -> str:
    """Return a self-contained HTML page of several conversations, ranked; ASCII only, see `review_page`.

    Args:
        items: conversations with their reports, in any order.
        title: heading and window title.

    Returns:
        The page.

    Raises:
        InvalidConversationError: a report belongs to another conversation.
    """
    cases = [
        (item, open_case(item.report, item.conversation, f"c{number}", _LEVEL))
        for number, item in enumerate(ranked(items))
    ]
    groups = [_group(outcome, cases) for outcome in _GROUPS]
    heading = tag("header", tag("h1", tag("bdi", title)), tag("p", *_counts(items)), class_="title")
    return page(title, tag("main", heading, *groups, class_="queue"))


def _counts(items: Sequence[ReviewItem]) -> Iterator[str]:
    """Yield the size of each group with a link to it: a group may begin hundreds of rows further down."""
    yield count(len(items), "conversation")
    between = ": "
    for outcome, (_, words) in _GROUPS.items():
        if found := sum(item.report.outcome is outcome for item in items):
            yield between
            yield tag("a", f"{found:,} {words}", href=f"#{outcome.value}")
            between = ", "
    yield "."


def _group(outcome: Outcome, cases: Sequence[tuple[ReviewItem, Case]]) -> Html | None:
    rows = [
        _row(rank, item, case) for rank, (item, case) in enumerate(cases, start=1) if item.report.outcome is outcome
    ]
    if not rows:
        return None
    heading = f"{_GROUPS[outcome][0]} ({len(rows):,})"
    return tag("section", tag("h2", heading), *rows, class_="group", id=outcome.value, tabindex=-1)


def _row(rank: int, item: ReviewItem, case: Case) -> Html:
    heading = tag("h3", tag("span", f"{rank}.", class_="rank"), " ", tag("bdi", item.name))
    note = tag("span", _note(case), class_="notes")
    # Signs of tactics in a conversation that was not scored are not a reason to read it before another.
    names = [] if case.report.abstention else list(case.report.timeline)[:_LABELS_SHOWN]
    labels = [label_tag(name) for name in names]
    opened = tag("span", class_="opened")
    summary = tag("summary", heading, note, tag("span", *labels, class_="labels"), opened)
    body = tag("details", summary, facts(case), case_body(case), class_="case")
    return tag("article", body, class_="chat", id=case.key)


def _note(case: Case) -> str:
    report = case.report
    if report.abstention is not None:
        return f"{count(report.messages, 'message')}; {ABSTENTION[report.abstention][0]}"
    shown, more = stretch_numbers(report.spans, _STRETCHES_SHOWN)
    where = f"; read {', '.join(shown)}" if shown else ""
    rest = f" and {count(more, 'more stretch', 'more stretches')}" if more else ""
    return f"{count(report.messages, 'message')}{where}{rest}"
