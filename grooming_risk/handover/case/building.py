"""A case from a report, the conversation, the record of a decision and a person's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from grooming_risk.conversation import Message, MessageKind
from grooming_risk.errors import InvalidOptionError
from grooming_risk.handover.case.answers import Answers
from grooming_risk.handover.case.case import (
    SCHEMA_VERSION,
    Case,
    CaseMessage,
    Internal,
    Review,
    Source,
    Stretch,
    TextScope,
)
from grooming_risk.handover.case.decided import check_decision
from grooming_risk.handover.case.facts import Answer, Participant, Preservation, Role, Zone, ZoneSource
from grooming_risk.handover.case.selection import CONTEXT, MOST_CONTEXT, selected, stretches_of
from grooming_risk.handover.case.source import zone_of
from grooming_risk.handover.case.zones import in_zone, zone_named
from grooming_risk.model.artifact import Artifact
from grooming_risk.readers import ExportedConversation
from grooming_risk.rendering.html.review_case import Case as Opened
from grooming_risk.rendering.html.review_case import open_case
from grooming_risk.rendering.terminal.evidence import without_explicit
from grooming_risk.report import RiskReport
from grooming_risk.text.masking import ExplicitVocabulary

NOTICE = "Internal. Not evidence: a number of this block says nothing about a person and must not be relied on."
# 18 U.S.C. 2258A(h)(1) asks US providers to preserve a report for one year; e-Evidence asks for 60 days.
PRESERVATION_DAYS = 365
# What goes from the answers into the case as it is.
_ANSWERED = (
    *("explanation", "platform", "conversation_id", "countries", "meeting_planned", "images_exchanged", "threats"),
    *("immediate_danger", "accounts_elsewhere", "events", "reporter", "order", "cybertip"),
)


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What a case holds.

    Attributes:
        scope: which messages, and whether with text.
        context: messages kept on each side of a stretch, 0 to 1,000.
        unmask: whether explicit terms are shown as they were written, which nobody should choose by accident.
    """

    scope: TextScope = TextScope.FLAGGED
    context: int = CONTEXT
    unmask: bool = False


def make_case(
    report: RiskReport,
    exported: ExportedConversation,
    record: Mapping[str, Any],
    answers: Answers,
    options: CaseOptions | None = None,
    *,
    source: Source | None = None,
    vocabulary: ExplicitVocabulary | None = None,
    key: bytes | None = None,
) -> Case:
    """Build the case that a person hands over.

    Args:
        report: the report on the conversation.
        exported: the conversation, as a reader gives it.
        record: the record of the decision: a review record, or an unflagged record of a miss.
        answers: what a person answered.
        options: what the case holds; `CaseOptions()` when None.
        source: facts about the export, as `source_of` returns them; None when there is no file.
        vocabulary: explicit terms to mask; those of the bundled artefact when None.
        key: key that the record is sealed with; its HMAC is not checked when None.

    Returns:
        The case.

    Raises:
        UndecidedCaseError: nobody has decided, or the decision does not support a hand-over.
        InvalidOptionError: an answer or option does not fit the conversation, or the record belongs to another report.
        InvalidConversationError: the report belongs to another conversation.
    """
    chosen = options or CaseOptions()
    check_decision(record, report, key)
    opened = open_case(report, exported.conversation, "c0")
    speakers, total = _speakers(opened), len(exported.conversation)
    stretches = stretches_of(report, record["viewed"])
    _check(answers, speakers, total, chosen, stretches)
    kept = selected(stretches, total, chosen.scope, chosen.context)
    words, zone = None if chosen.unmask else vocabulary or _bundled_vocabulary(), _zone(answers, source)
    case = Case(
        schema_version=SCHEMA_VERSION,
        case_id=answers.case_id or f"case-{record['record_digest'][:12]}",
        created_at=record["decided_at"],
        review=_review(record, answers),
        tactics=_tactics(report, frozenset(kept)),
        participants=_participants(speakers, exported.speakers, answers.participants),
        messages_total=total,
        text_scope=chosen.scope,
        text_masked=words is not None,
        context=chosen.context,
        stretches=stretches,
        zone=zone,
        messages=_messages(opened, kept, stretches, answers, zone, words),
        source=source,
        preservation=Preservation(_until(answers, record["decided_at"]), ()),
        internal=_internal(report, record),
        **{name: getattr(answers, name) for name in _ANSWERED},
    )
    case = replace(case, preservation=replace(case.preservation, ids=_ids(case, answers)))
    return _without_names(case) if chosen.scope is TextScope.NONE else case


@lru_cache(maxsize=1)
def _bundled_vocabulary() -> ExplicitVocabulary:
    return Artifact().vocabulary


def _speakers(opened: Opened) -> dict[str, str]:
    """Neutral name → what the conversation calls the speaker, in order of first appearance."""
    found: dict[str, str] = {}
    for index, message in enumerate(opened.conversation):
        found.setdefault(opened.letter(index), message.speaker)
    return found


def _check(
    answers: Answers,
    speakers: Mapping[str, str],
    total: int,
    options: CaseOptions,
    stretches: tuple[Stretch, ...],
) -> None:
    """Refuse answers and options that do not fit the conversation."""
    if not 0 <= options.context <= MOST_CONTEXT:
        raise InvalidOptionError(f"context must be between 0 and {MOST_CONTEXT:,}, got {options.context}")
    if not stretches and options.scope is not TextScope.WHOLE:
        raise InvalidOptionError("the record names no message that a person viewed; record them with --viewed")
    named = [participant.speaker for participant in answers.participants]
    if len(set(named)) != len(named):
        raise InvalidOptionError("participants names a speaker twice; give each one entry")
    parts = {"participants": named}
    parts["accounts_elsewhere"] = [account.speaker for account in answers.accounts_elsewhere]
    parts["events"] = [event.speaker for event in answers.events]
    for part, names in parts.items():
        if unknown := next((name for name in names if name not in speakers), None):
            raise InvalidOptionError(f"{part} names speaker {unknown}; the conversation has {', '.join(speakers)}")
    if any(not index.isascii() or not index.isdecimal() or int(index) >= total for index in answers.message_ids):
        raise InvalidOptionError(f"message_ids has a key that is not an index; messages are 0 to {total - 1}")


def _zone(answers: Answers, source: Source | None) -> Zone:
    known_by = zone_of(source)
    if answers.time_zone is None:
        return Zone("UTC" if known_by is ZoneSource.EXPORT else None, known_by)
    if known_by is ZoneSource.EXPORT:
        raise InvalidOptionError("time_zone is given, but the export states its time zone; leave time_zone out")
    zone_named(answers.time_zone)
    return Zone(answers.time_zone, ZoneSource.PERSON)


def _review(record: Mapping[str, Any], answers: Answers) -> Review:
    viewed = tuple(record["viewed"])
    return Review(record["decision"], record["decided_at"], answers.reviewer_role, answers.note, viewed)


def _messages(
    opened: Opened,
    kept: Iterable[int],
    stretches: Iterable[Stretch],
    answers: Answers,
    zone: Zone,
    vocabulary: ExplicitVocabulary | None,
) -> tuple[CaseMessage, ...]:
    flagged = {index for stretch in stretches for index in range(stretch.start, stretch.stop)}
    shown: dict[int, list[str]] = {}
    for tactic in sorted(opened.report.timeline):
        for index in opened.report.timeline[tactic]:
            shown.setdefault(index, []).append(tactic)
    return tuple(
        CaseMessage(
            index=index,
            message_id=answers.message_ids.get(str(index)),
            speaker=opened.letter(index),
            sent_at=None if message.sent_at is None else in_zone(message.sent_at, zone),
            kind=message.kind.value,
            edited=message.kind is MessageKind.EDITED,
            deleted=message.kind is MessageKind.DELETED,
            flagged=index in flagged,
            tactics=tuple(shown.get(index, ())),
            text=_text(message, vocabulary),
        )
        for index in kept
        for message in (opened.conversation.messages[index],)
    )


def _text(message: Message, vocabulary: ExplicitVocabulary | None) -> str | None:
    if not message.text:
        return None
    # Half of a surrogate pair has no place in UTF-8, nor in XML.
    whole = message.text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole if vocabulary is None else without_explicit(whole, vocabulary)


def _tactics(report: RiskReport, kept: frozenset[int]) -> dict[str, tuple[int, ...]]:
    found = {tactic: tuple(index for index in indices if index in kept) for tactic, indices in report.timeline.items()}
    return {tactic: found[tactic] for tactic in sorted(found) if found[tactic]}


def _participants(
    speakers: Mapping[str, str], names: Mapping[str, str], answered: Iterable[Participant]
) -> tuple[Participant, ...]:
    """Every speaker; the name that the export shows where nobody gave a screen name."""
    known = {participant.speaker: participant for participant in answered}
    found = []
    for speaker, called in speakers.items():
        shown = names.get(called, called) or None
        plain = shown and shown.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")[:256]
        blank = Participant(speaker, Role.OTHER, None, None, (), None, Answer.UNKNOWN)
        participant = known.get(speaker, blank)
        found.append(replace(participant, screen_name=participant.screen_name or plain))
    return tuple(found)


def _until(answers: Answers, decided_at: str) -> str:
    decided = date.fromisoformat(decided_at[:10])
    if answers.preserve_until is None:
        return (decided + timedelta(days=PRESERVATION_DAYS)).isoformat()
    try:
        until = datetime.strptime(answers.preserve_until, "%Y-%m-%d").date()
    except ValueError:
        until = date.min
    if until < decided:
        raise InvalidOptionError("preserve_until is not a date on or after the decision; write it as in 2027-03-01")
    return answers.preserve_until


def _ids(case: Case, answers: Answers) -> tuple[str, ...]:
    """List what the platform should keep, each id once: accounts, conversation, messages, and what a person added."""
    accounts = (participant.platform_id for participant in case.participants)
    messages = (message.message_id for message in case.messages)
    found = (*accounts, case.conversation_id, *messages, *answers.preserve_ids)
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))


def _without_names(case: Case) -> Case:
    """Leave out texts, and the names that people chose or that the export shows; ids of the platform stay."""
    participants = tuple(replace(item, screen_name=None, profile_urls=()) for item in case.participants)
    accounts = tuple(replace(item, identifier=None) for item in case.accounts_elsewhere)
    source = case.source and replace(case.source, name=None)
    messages = tuple(replace(message, text=None) for message in case.messages)
    return replace(case, participants=participants, accounts_elsewhere=accounts, source=source, messages=messages)


def _internal(report: RiskReport, record: Mapping[str, Any]) -> Internal:
    origin = report.provenance
    return Internal(
        notice=NOTICE,
        library_version=origin.library_version,
        model_version=origin.model_version,
        artifact_digest=origin.artifact_digest,
        operating_point=origin.operating_point,
        threshold=origin.threshold,
        prior=origin.prior,
        probability=report.probability,
        interval=report.interval,
        input_digest=origin.input_digest,
        report_digest=record["report_digest"],
        record_id=record["record_id"],
        record_digest=record["record_digest"],
    )
