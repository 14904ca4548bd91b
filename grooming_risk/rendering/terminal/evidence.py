"""The evidence below a conversation: what raised the score and what lowered it, with text only where asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grooming_risk.conversation import Conversation, Message, speaker_name
from grooming_risk.errors import InvalidConversationError
from grooming_risk.rendering.excerpts import chosen_evidence, excerpts
from grooming_risk.rendering.numbers import count, format_interval, format_probability
from grooming_risk.rendering.terminal.cells import Terminal, cut, pad, wrap
from grooming_risk.rendering.terminal.sparkline import sparkline, stretches
from grooming_risk.rendering.wording import is_protective
from grooming_risk.report import Evidence, RiskReport
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, mask_explicit
from grooming_risk.text.message_text import read_from
from grooming_risk.text.normalization import normalize

EXPLICIT = "[EXPLICIT]"
BAR = 8  # columns of the bar of the strongest message
TEXT_SHOWN = 600  # characters of one message; a longer one is cut, with a note
SPEAKERS_SHOWN = 12
_NAME = 30  # columns of a speaker's own name
VISIBLE = 0.05  # change of the logit; a smaller one is written as 0.0


@dataclass(frozen=True, slots=True)
class SourceText:
    """The caller's own messages, to be shown beside the evidence. The `repr` shows none of them.

    Attributes:
        conversation: the conversation that was scored.
        vocabulary: explicit terms, which are replaced before text is shown.
    """

    conversation: Conversation
    vocabulary: ExplicitVocabulary

    def __repr__(self) -> str:
        return f"SourceText({len(self.conversation)} messages)"


def evidence_lines(report: RiskReport, page: Terminal) -> list[str]:
    """Return the messages that raised the score most and those that lowered it, strongest first, without text."""
    if report.probability is None:
        return []
    lines = _curve(report, page)
    shown = chosen_evidence(report)
    strongest = max((abs(item.delta_logit) for item in shown), default=0.0)
    if strongest < VISIBLE:
        words = "no single message moved the score" if report.evidence else "scored without evidence"
        return [*lines, page.dim(f"  {words}"), *_score(report, page)]
    parts: tuple[tuple[str, list[Evidence]], ...] = (
        ("raised the score (change of the logit)", [item for item in shown if item.delta_logit >= VISIBLE]),
        ("counter-evidence: lowered the score", [item for item in shown if item.delta_logit <= -VISIBLE]),
        (
            "counter-evidence: points to an innocent reading, moved the score little",
            [item for item in shown if abs(item.delta_logit) < VISIBLE and any(map(is_protective, item.cues))],
        ),
    )
    for heading, items in parts:
        lines += _table(heading, items, strongest, page) if items else []
    rest = len(report.evidence) - sum(len(items) for _, items in parts)
    lines += [page.dim(f"  {count(rest, 'other message')} moved it less; --format json lists all")] if rest else []
    return [*lines, *_score(report, page)]


def text_lines(report: RiskReport, source: SourceText, page: Terminal) -> list[str]:
    """Return the text of the evidence, of what it was read with, and of two messages before and after, in order.

    Args:
        report: the result.
        source: the messages that were scored.
        page: the terminal.

    Returns:
        Lines that fit the terminal; none where there is no evidence.

    Raises:
        InvalidConversationError: the report belongs to another conversation.
    """
    if report.messages != len(source.conversation):
        raise InvalidConversationError(
            f"the report covers {report.messages} messages, but the conversation has {len(source.conversation)}; "
            "pass the messages that were scored, in the same order"
        )
    shown = {item.message: item for item in chosen_evidence(report)}
    passages = sorted(excerpts(shown.values(), read_from(source.conversation)), key=lambda excerpt: excerpt.start)
    if not passages:
        return []
    names = {name: speaker_name(number) for number, name in enumerate(_speakers(source.conversation))}
    lines = _who(names, source, page)
    letters = max(map(len, names.values()))
    after = 0
    for passage in passages:
        if gap := passage.start - after:
            lines.append(page.dim(f"    {page.glyphs.ellipsis} {gap:,} message{'s' if gap > 1 else ''}"))
        for index in range(passage.start, passage.stop):
            message = source.conversation.messages[index]
            start = f"{index:>6} {names[message.speaker]:<{letters}}"
            lines += _message(start, shown.get(index), message_text(message, source, page), page)
        after = passage.stop
    return lines


def without_explicit(text: str, vocabulary: ExplicitVocabulary) -> str:
    """Return the text as it was written, with each explicit term replaced by `[EXPLICIT]`.

    A term that a speaker spells over several messages is found only where they are read together, so not here.
    """
    masked = mask_explicit(normalize(text), vocabulary)
    if EXPLICIT_CHARACTER not in masked.text:
        return text
    parts, position = [], 0
    for place, character in enumerate(masked.text):
        if character == EXPLICIT_CHARACTER:
            parts += [text[position : masked.offsets[place]], EXPLICIT]
            # The replacement is one character and a space; what follows them points to what follows the term.
            position = masked.offsets[place + 2] if place + 2 < len(masked.text) else len(text)
    return "".join([*parts, text[position:]])


def risk_curve(report: RiskReport, columns: int, page: Terminal) -> str:
    """Return the sparkline in a column of this width, or a dash when nothing was scored."""
    drawn = stretches(report.windows, columns)
    line = sparkline(drawn, report.provenance.threshold, page.glyphs.levels)
    painted = [page.raised(level) if stretch.flagged else level for level, stretch in zip(line, drawn, strict=True)]
    return "".join(painted or "-") + " " * (columns - max(len(line), 1))


def _curve(report: RiskReport, page: Terminal) -> list[str]:
    """Return the sparkline over the whole width, where there is more than one window."""
    if len(report.windows) < 2:
        return []
    flagged = sum(window.flagged for window in report.windows)
    highest = max(report.windows, key=lambda window: window.probability)
    words = (
        f"risk over messages 0-{report.messages - 1}; {flagged:,} of {len(report.windows):,} windows flagged, "
        f"highest at messages {highest.start}-{highest.stop - 1}"
    )
    lines = [page.dim(f"  {line}") for line in wrap(words, page.columns - 4)]
    return [*lines, f"  {risk_curve(report, page.columns - 4, page)}".rstrip()]


def _score(report: RiskReport, page: Terminal) -> list[str]:
    """Return the score, which comes after the evidence: a number shown first pulls the judgement towards it."""
    if report.probability is None or report.interval is None:
        return []
    text = (
        f"probability {format_probability(report.probability)} {format_interval(report.interval)} at a prevalence of "
        f"{report.provenance.prior:g}"
    )
    return [page.dim(f"  {line}") for line in wrap(text, page.columns - 4)]


def _table(heading: str, items: Sequence[Evidence], strongest: float, page: Terminal) -> list[str]:
    lines = [page.dim(f"  {heading}")]
    for item in items:
        labels = [*item.tactics, *(f"{cue} (innocent reading)" if is_protective(cue) else cue for cue in item.cues)]
        bar = pad(_bar(item.delta_logit, strongest, page), BAR)
        start = f"  {item.message:>6} {item.speaker:<2} {_change(item):>5} "
        first, *others = wrap(page.safe(", ".join(labels)), page.columns - len(start) - BAR - 1)
        painted = page.raised(bar) if item.delta_logit > 0 else bar
        lines.append(f"{start}{painted} {first}".rstrip())
        lines += [" " * (len(start) + BAR + 1) + line for line in others]
    return lines


def _bar(delta: float, strongest: float, page: Terminal) -> str:
    """Return a bar as long as the change is large: solid where the score was raised, shaded where it was lowered."""
    share = BAR * abs(delta) / strongest
    if abs(delta) < VISIBLE:
        return ""
    if delta < 0:
        return page.glyphs.lowered * max(1, round(share))
    steps = len(page.glyphs.raised)
    whole, part = divmod(max(1, round(share * steps)), steps)
    return page.glyphs.raised[-1] * whole + (page.glyphs.raised[part - 1] if part else "")


def _speakers(conversation: Conversation) -> list[str]:
    return list(dict.fromkeys(message.speaker for message in conversation))


def _who(names: dict[str, str], source: SourceText, page: Terminal) -> list[str]:
    """Return which letter stands for which speaker; their own names are shown only here, where text is shown."""
    known = [
        f"{letter} is {cut(page.safe(without_explicit(name, source.vocabulary)), _NAME, page.glyphs.ellipsis)}"
        for name, letter in list(names.items())[:SPEAKERS_SHOWN]
    ]
    more = [f"and {len(names) - SPEAKERS_SHOWN:,} others"] if len(names) > SPEAKERS_SHOWN else []
    lines = wrap(f"text, by speaker: {', '.join([*known, *more])}", page.columns - 4)
    return [page.dim(f"  {'  ' if place else ''}{line}") for place, line in enumerate(lines)]


def message_text(message: Message, source: SourceText, page: Terminal) -> str:
    """Return the text of a message, harmless and without explicit terms, or in brackets why it has none."""
    if not message.kind.carries_text or not message.text.strip():
        return f"[{'empty' if message.kind.carries_text else message.kind.value}]"
    text = without_explicit(message.text, source.vocabulary)
    cut_off = len(text) - TEXT_SHOWN
    shown = page.safe(text[:TEXT_SHOWN])
    return f"{shown}{page.glyphs.ellipsis} [{cut_off:,} more characters]" if cut_off > 0 else shown


def _message(start: str, evidence: Evidence | None, text: str, page: Terminal) -> list[str]:
    first, *others = wrap(text, page.columns - len(start) - 10)
    line = f"{start} {'' if evidence is None else _change(evidence):>5}  {first}"
    rest = [" " * (len(start) + 10) + line for line in others]
    if evidence is None:
        return [f"  {line}", *rest]
    mark = page.raised("> ") if evidence.delta_logit >= VISIBLE else "< " if evidence.delta_logit <= -VISIBLE else "  "
    return [mark + page.bold(line), *map(page.bold, rest)]


def _change(item: Evidence) -> str:
    """Return the change of the logit with its sign, or 0.0 where it is too small to be shown."""
    return f"{item.delta_logit:+.1f}" if abs(item.delta_logit) >= VISIBLE else "0.0"
