"""The review page: evidence first, message text masked until a reader shows it, the score folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grooming_risk.conversation import Conversation
from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.rendering.attribution import attribution_sentences
from grooming_risk.rendering.excerpts import Excerpt
from grooming_risk.rendering.html.markup import Html, document, join, tag
from grooming_risk.rendering.html.message_rows import arrows, badge, blank_row, data_block, excerpt_list, label_tag
from grooming_risk.rendering.html.review_case import Case, open_case
from grooming_risk.rendering.html.review_help import help_dialog
from grooming_risk.rendering.html.risk_map import message_links, risk_map
from grooming_risk.rendering.html.score_details import provenance, score
from grooming_risk.rendering.numbers import count, message_numbers, message_range
from grooming_risk.rendering.stretches import all_stretches, first_stretches, limits_sentence, unread_sentence
from grooming_risk.rendering.wording import (
    ABSTENTION,
    BEFORE_YOU_DECIDE,
    NOT_A_LOW_SCORE,
    REMINDER,
    SIGNS_WITHOUT_SCORE,
    label_name,
)
from grooming_risk.report import Evidence, RiskReport

UNFOLDED = 5  # excerpts shown at once; the others are folded
BLOCK = 500  # messages of the whole conversation that are laid out together
_SPEAKERS_SHOWN = 12
_STRETCHES_SHOWN = 12
_NO_SCRIPT = (
    "Scripts are disabled, so the messages cannot be shown. You can still see the evidence, the curve and the message "
    "numbers. To read the messages, open this file in a browser with scripts enabled."
)


def review_page(
    report: RiskReport,
    conversation: Conversation,
    *,
    title: str = "Conversation",
    questions: Sequence[tuple[str, str]] = (),
) -> str:
    """Return a self-contained HTML page for a trained reviewer, ASCII only.

    It loads nothing and sends nothing. It contains the texts of the messages: handle it like the conversation itself.

    Args:
        report: the result.
        conversation: the messages that were scored.
        title: heading and window title.
        questions: questions that a hand-over has to answer, each with its reason; they are shown below the
            conversation.

    Returns:
        The page.

    Raises:
        InvalidConversationError: the report belongs to another conversation.
    """
    case = open_case(report, conversation, "c0")
    heading = tag("header", tag("h1", tag("bdi", title)), facts(case), class_="title")
    chat = tag("article", heading, case_body(case), class_="chat", id=case.key)
    return page(title, tag("main", chat, _questions(questions)))


def _questions(questions: Sequence[tuple[str, str]]) -> Html | None:
    """Return the questions that a hand-over has to answer, folded; None if there are none."""
    if not questions:
        return None
    rows = (tag("li", tag("strong", question), " ", reason) for question, reason in questions)
    heading = tag("summary", "Before you hand this over: questions to answer")
    return tag("details", heading, tag("ul", *rows), class_="before", id="questions", dir="auto")


def page(title: str, main: Html) -> str:
    """Return a document around one or more conversations: reminder, help, and what the script needs."""
    return document(
        title,
        tag("p", tag("strong", REMINDER), " ", tag("a", "Before you decide", href="#before"), class_="reminder"),
        tag("p", _NO_SCRIPT, class_="no-script"),
        main,
        before_you_decide(),
        tag("p", class_="status", role="status", id="status"),
        help_dialog(),
        blank_row(),
    )


def case_body(case: Case) -> Html:
    """Return everything about one conversation except its heading."""
    picture = risk_map(case)
    side = (
        picture and section(case, "Across the conversation", picture, class_="picture"),
        score(case.report),
    )
    return tag(
        "div",
        _toolbar(case),
        tag(
            "div",
            _authors(case),
            *_not_usual(case),
            _reading(case),
            _whole_conversation(case),
            class_="reading",
        ),
        tag("aside", *side, class_="side", aria_label="Overview and score"),
        provenance(case.report, case.level),
        data_block(case),
        class_="body",
    )


def facts(case: Case) -> Html:
    """Return length, time and speakers: what is known before anything is read."""
    stamps = [stamp for index in (0, len(case.conversation) - 1) if (stamp := case.stamp(index))]
    when = f" \u00b7 {' to '.join(dict.fromkeys(stamps))} UTC" if stamps else ""
    counts: dict[int, int] = {}
    for number in case.numbers:
        counts[number] = counts.get(number, 0) + 1
    shown = [
        join((badge(number), f" {count(counts[number], 'message')} ")) for number in list(counts)[:_SPEAKERS_SHOWN]
    ]
    more = f"and {count(len(counts) - _SPEAKERS_SHOWN, 'more speaker')}" if len(counts) > _SPEAKERS_SHOWN else None
    first = f"{count(len(case.conversation), 'message')}, numbered from 0{when}"
    return tag("div", tag("p", first), tag("p", *shown, more), class_="facts")


def _authors(case: Case) -> Html:
    """Return what shows who wrote the messages; a box when that is doubtful, a line otherwise."""
    first, *more = attribution_sentences(case.report, case.conversation)
    doubtful = more and more[-1].startswith("Compare")
    words = " ".join((first, *more))
    return tag("p", tag("strong", "Who wrote this? "), words, class_="authors doubtful" if doubtful else "authors")


def _not_usual(case: Case) -> Iterator[Html]:
    """Yield whose messages were not read, and which limits the conversation is beyond."""
    for heading, sentence in (
        ("Not read: ", unread_sentence(case.report)),
        ("Very long: ", limits_sentence(case.report)),
    ):
        if sentence is not None:
            yield tag("p", tag("strong", heading), sentence, class_="authors doubtful")


def section(case: Case, heading: str, *children: str | None, class_: str) -> Html:
    """Return a part of a conversation under its heading."""
    return tag("section", tag(f"h{case.level}", heading), *children, class_=class_)


def _subheading(case: Case, *words: str) -> Html:
    return tag(f"h{case.level + 1}", *words)


def _toolbar(case: Case) -> Html:
    shown = [range(excerpt.start, excerpt.stop) for excerpt in case.excerpts]
    marked = sum(index in case.levels for indices in shown for index in indices)
    steps = (
        _button("Previous", "previous", "k"),
        tag("span", f"{count(marked, 'piece')} of evidence", class_="place"),
        _button("Next", "next", "j"),
    )
    rest = (
        tag("span", class_="gap"),
        _button("Show all messages", "show-all", "Shift+R"),
        _button("Hide all", "hide-all", "h"),
        _button("Keys", "help", "?"),
    )
    return tag("div", *(steps if marked else ()), *rest, class_="toolbar", role="toolbar", aria_label="Messages")


def _button(label: str, action: str, key: str) -> Html:
    return tag("button", label, " ", tag("kbd", key), type="button", data_do=action)


def _reading(case: Case) -> Html:
    report = case.report
    if report.abstention is not None:
        return _not_scored(case, report.abstention)
    lead = _stretches(case) if report.outcome is Outcome.REVIEW else _nothing_flagged(case)
    if not case.chosen:
        why = "No single message moved the score." if report.evidence else "It was scored without evidence."
        return section(case, "Evidence", lead, tag("p", f"{why} Read the conversation below."), class_="evidence-list")
    raised = _excerpts(case, [excerpt for excerpt in case.excerpts if excerpt.weight > 0])
    lowered = _lowered(case, [excerpt for excerpt in case.excerpts if excerpt.weight <= 0])
    return section(case, "Evidence", lead, _index(case), *raised, *lowered, class_="evidence-list")


def _not_scored(case: Case, reason: AbstentionReason) -> Html:
    why, steps = ABSTENTION[reason]
    advice = (*steps, SIGNS_WITHOUT_SCORE) if case.report.timeline else steps
    return section(
        case,
        "Not scored",
        tag("p", f"This conversation was not scored because {why}. {NOT_A_LOW_SCORE}"),
        _subheading(case, "What to do"),
        tag("ul", *(tag("li", step) for step in advice)),
        class_="evidence-list abstained",
    )


def _nothing_flagged(case: Case) -> Html:
    words = "No stretch reached the threshold. That does not mean that the conversation is safe."
    if case.chosen:
        words += " The messages below moved its highest stretch most; they are shown so that you can check the tool."
    return tag("p", words, class_="lead")


def _stretches(case: Case) -> Html:
    found, more = first_stretches(case.report.spans, _STRETCHES_SHOWN)
    parts: list[str] = []
    for stretches in found:
        for place, (start, stop) in enumerate(stretches):
            target = f"#{case.key}-t{start}"
            link = tag("a", message_numbers(start, stop), href=target, data_go=start, data_in="whole")
            within = " with " if place == 1 else " and "
            parts += [within if place else ", " if parts else "Read messages ", link]
    rest = f" and {count(more, 'more stretch', 'more stretches')}" if more else ""
    return tag("p", *parts, f"{rest}. A flag does not mean that something happened.", class_="lead")


def _index(case: Case) -> Html:
    """Return the evidence as a list of links, strongest first."""
    rows = [tag("li", _index_link(case, item)) for item in case.chosen]
    return tag("ol", *rows, class_="index", aria_label="Evidence, strongest first")


def _index_link(case: Case, item: Evidence) -> Html:
    index = item.message
    return tag(
        "a",
        arrows(case.levels.get(index, 1 if item.delta_logit > 0 else -1)),
        badge(case.numbers[index]),
        tag("span", str(index), class_="number"),
        *(label_tag(label) for label in case.labels.get(index, ())),
        href=f"#{case.key}-m{index}",
        data_go=index,
    )


def _excerpts(case: Case, found: list[Excerpt]) -> Iterable[Html]:
    if found:
        yield _subheading(case, arrows(1), " Messages that raised the score, in context")
    yield from (excerpt_list(case, excerpt) for excerpt in found[:UNFOLDED])
    if len(found) > UNFOLDED:
        more = f"{count(len(found) - UNFOLDED, 'more excerpt')}"
        yield tag("details", tag("summary", more), *(excerpt_list(case, excerpt) for excerpt in found[UNFOLDED:]))


def _lowered(case: Case, found: list[Excerpt]) -> Iterable[Html]:
    """Yield the counter-evidence; messages that an excerpt above shows already are linked, not repeated."""
    lowered = [item for item in case.chosen if item.delta_logit < 0]
    apart = {index for excerpt in found for index in range(excerpt.start, excerpt.stop)}
    above = sorted(item.message for item in lowered if item.message not in apart)
    yield _subheading(case, arrows(-1), " Counter-evidence: messages that lowered the score")
    if not lowered:
        yield tag("p", "No message lowered the score.")
    if above:
        yield tag("p", "In the excerpts above: ", *message_links(case, above), ".")
    yield from (excerpt_list(case, excerpt) for excerpt in found)


def _whole_conversation(case: Case) -> Html:
    total = len(case.conversation)
    field = tag("input", type="number", min=0, max=total - 1, step=1, required=True, autocomplete="off")
    go = tag("form", tag("label", "Message ", field), tag("button", "Go", type="submit"), class_="go")
    found: dict[int, dict[str, None]] = {}  # block → its tactics as keys: in order, each once
    for tactic, indices in case.report.timeline.items():
        for index in indices:
            found.setdefault(index // BLOCK, {})[tactic] = None
    blocks = (
        _block(case, start, min(start + BLOCK, total), list(found.get(start // BLOCK, ())))
        for start in range(0, total, BLOCK)
    )
    return section(case, "Whole conversation", go, *blocks, tag("p", class_="seen"), class_="whole")


def _block(case: Case, start: int, stop: int, tactics: list[str]) -> Html:
    flagged = sum(first < stop and start < end for first, end in all_stretches(case.report))
    notes = (f" \u00b7 {count(flagged, 'flagged stretch', 'flagged stretches')}" if flagged else "") + (
        f" \u00b7 {', '.join(map(label_name, tactics))}" if tactics else ""
    )
    return tag(
        "details",
        tag("summary", message_range(start, stop).capitalize(), tag("span", notes, class_="notes")),
        tag("ol", class_="rows", start=start, aria_label=message_range(start, stop).capitalize()),
        class_="block",
        data_from=start,
        data_to=stop,
    )


def before_you_decide() -> Html:
    """Return what RESPONSIBLE_USE.md asks of a reviewer."""
    rules = tag("ul", *(tag("li", line) for line in BEFORE_YOU_DECIDE))
    return tag("section", tag("h2", "Before you decide"), rules, class_="before", id="before")
