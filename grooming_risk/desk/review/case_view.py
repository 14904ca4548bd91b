"""What a case page shows: evidence first, in context, then the whole conversation a page at a time, masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grooming_risk.conversation import Conversation, speaker_name
from grooming_risk.desk.review.authors import Authors, authors_of
from grooming_risk.desk.review.message_text import TextPart, one_line, text_parts
from grooming_risk.desk.review.picture import Picture, picture_of
from grooming_risk.readers import ExportedConversation
from grooming_risk.rendering.html.review_case import Case, open_case
from grooming_risk.rendering.stretches import all_stretches
from grooming_risk.rendering.wording import label_kind
from grooming_risk.report import RiskReport

PAGE = 200  # messages of the whole conversation on a page
UNFOLDED = 5  # excerpts that are open at once
MOST_FOUND = 200  # messages that a search shows
_COLORS = 10  # classes of the style sheet


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of a page. The `repr` shows no text.

    Attributes:
        index: place in the conversation, from 0.
        letter: neutral name of the speaker.
        color: class of the speaker's colour.
        sent_at: when; None where the export does not say.
        pause: hours since the message before, where that is one or more.
        level: arrows; negative where it lowered the score, 0 for none.
        labels: tactics and cues, each with its class.
        absent: what is shown in the place of a text, in English; None where there is one.
        characters: length of the text.
        parts: the text, where it is shown; None where it is masked.
        name: the speaker's own name, where the text is shown.
        found: whether a search found it.
    """

    index: int
    letter: str
    color: int
    sent_at: datetime | None
    pause: int
    level: int
    labels: tuple[tuple[str, str], ...]
    absent: str | None
    characters: int
    parts: list[TextPart] | None = field(repr=False)
    name: str = field(repr=False)
    found: bool = False


@dataclass(frozen=True, slots=True)
class ExcerptView:
    """Messages to read together."""

    messages: tuple[MessageView, ...]
    raised: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything of a case page that comes from the conversation.

    Attributes:
        report: the report.
        case: the report with its conversation, as all views open it.
        speakers: letter, colour and number of messages of each speaker.
        stretches: flagged stretches, from 0, half-open.
        excerpts: evidence in context, strongest first.
        evidence: chosen evidence: index, level, labels.
        picture: what is drawn.
        authors: what shows who wrote the messages.
        names: neutral name → own name.
    """

    report: RiskReport
    case: Case
    speakers: tuple[tuple[str, int, int], ...]
    stretches: tuple[tuple[int, int], ...]
    excerpts: tuple[ExcerptView, ...]
    evidence: tuple[tuple[int, int, tuple[tuple[str, str], ...]], ...]
    picture: Picture
    authors: Authors
    names: Mapping[str, str] = field(repr=False)

    @property
    def pages(self) -> int:
        """Pages of the whole conversation."""
        return max(1, -(-len(self.case.conversation) // PAGE))

    def page(self, number: int, shown: Collection[int]) -> tuple[MessageView, ...]:
        """Return the messages of one page, from 1."""
        first = (number - 1) * PAGE
        return self.rows(range(first, min(first + PAGE, len(self.case.conversation))), shown)

    def rows(
        self, indices: Iterable[int], shown: Collection[int], found: Collection[int] = ()
    ) -> tuple[MessageView, ...]:
        """Return messages as rows.

        Args:
            indices: of the messages, rising.
            shown: indices of those whose text is shown.
            found: indices of those that a search found.

        Returns:
            The rows.
        """
        return tuple(_row(self.case, index, self.names, index in shown, index in found) for index in indices)


def view_of(report: RiskReport, exported: ExportedConversation, shown: Collection[int]) -> CaseView:
    """Put a case page together.

    Args:
        report: the report.
        exported: the conversation.
        shown: indices of messages whose text is shown.

    Returns:
        The page.
    """
    case = open_case(report, exported.conversation, "c")
    counts: dict[int, int] = {}
    for number in case.numbers:
        counts[number] = counts.get(number, 0) + 1
    view = CaseView(
        report=report,
        case=case,
        speakers=tuple((speaker_name(number), number % _COLORS, count) for number, count in counts.items()),
        stretches=tuple(all_stretches(report)),
        excerpts=(),
        evidence=tuple((item.message, _level(case, item.message), _labels(case, item.message)) for item in case.chosen),
        picture=picture_of(case),
        authors=authors_of(report, exported.conversation),
        names=exported.speakers,
    )
    excerpts = tuple(
        ExcerptView(view.rows(range(excerpt.start, excerpt.stop), shown), excerpt.weight > 0)
        for excerpt in case.excerpts
    )
    return CaseView(
        **{name: getattr(view, name) for name in CaseView.__slots__ if name != "excerpts"}, excerpts=excerpts
    )


def search(conversation: Conversation, wanted: str) -> list[int]:
    """Return the indices of messages that contain words, whatever their case; nothing of it is kept."""
    needle = wanted.casefold()
    return [index for index, message in enumerate(conversation) if needle and needle in message.text.casefold()]


def _row(case: Case, index: int, names: Mapping[str, str], shown: bool, found: bool) -> MessageView:
    message = case.conversation.messages[index]
    neutral = message.speaker
    return MessageView(
        index=index,
        letter=case.letter(index),
        color=case.numbers[index] % _COLORS,
        sent_at=message.sent_at,
        pause=case.hours_since(index),
        level=case.levels.get(index, 0),
        labels=_labels(case, index),
        absent=case.without_text(index),
        characters=len(message.text),
        parts=text_parts(message.text) if shown and message.text else None,
        name=one_line(names.get(neutral) or neutral) if shown else "",
        found=found,
    )


def _level(case: Case, index: int) -> int:
    return case.levels.get(index, 0)


def _labels(case: Case, index: int) -> tuple[tuple[str, str], ...]:
    return tuple((name, label_kind(name)) for name in case.labels.get(index, ()))
