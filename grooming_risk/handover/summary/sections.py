"""What a summary says, section by section, in the order in which a reader needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grooming_risk.handover.addressees.channels import Channel, Kind
from grooming_risk.handover.addressees.completeness import Completeness, Finding
from grooming_risk.handover.addressees.requirements import REQUIREMENTS, Addressee
from grooming_risk.handover.case.case import Case, TextScope
from grooming_risk.handover.case.facts import Event, Participant
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import ENGLISH, Language
from grooming_risk.handover.summary.channel_list import channel_blocks
from grooming_risk.handover.summary.parts import (
    Block,
    Bullets,
    Facts,
    Given,
    Heading,
    Line,
    Part,
    Phrase,
    Section,
    Summary,
    Transcript,
)

_ASKED = ("immediate_danger", "meeting_planned", "images_exchanged", "threats")


def summary_of(
    case: Case, language: Language, bodies: Sequence[Channel], found: Sequence[Completeness], country: str | None
) -> Summary:
    """Put a summary together.

    Args:
        case: the case.
        language: to write it in.
        bodies: of the chosen country, and those that lead to bodies everywhere.
        found: what each addressee finds in the case.
        country: code of the chosen country; None when none was chosen.

    Returns:
        The summary.
    """
    opening = [Phrase(wording.SPEAKS_OF_MESSAGES), Phrase(wording.SUPPORT_THE_CHILD), Phrase(wording.PRIVATE)]
    if language.code != ENGLISH:
        opening.append(Phrase(wording.MACHINE_TRANSLATION))
    sections = (
        Section(Phrase(wording.DECISION), (_decision(case, language),)),
        Section(Phrase(wording.EXPLANATION), ((Given(case.explanation, lines=True),),)),
        Section(Phrase(wording.SHOWS), (_tactics(case),)),
        Section(Phrase(wording.ANSWERS), (_answers(case),)),
        Section(Phrase(wording.ACCOUNTS), tuple(_accounts(case, language))),
        Section(Phrase(wording.CONVERSATION), (_conversation(case, language),)),
        Section(Phrase(wording.MESSAGES), tuple(_messages(case, language))),
        Section(Phrase(wording.MISSING), tuple(_missing(found, language))),
        Section(Phrase(wording.CHANNELS), tuple(channel_blocks(bodies, language, country))),
        Section(Phrase(wording.PRESERVE), tuple(_preservation(case, language))),
        Section(Phrase(wording.SOURCE), (_source(case, language),)),
        Section(Phrase(wording.REPORTER), (_reporter(case),)),
    )
    kept = tuple(section for section in sections if any(map(_says_something, section.blocks)))
    return Summary(language, _emergency(bodies), tuple(opening), kept)


def _says_something(block: Block) -> bool:
    if isinstance(block, Facts):
        return bool(block.rows)
    if isinstance(block, Bullets):
        return bool(block.lines)
    return bool(block.messages) if isinstance(block, Transcript) else bool(block)


def _emergency(bodies: Iterable[Channel]) -> Phrase:
    number = next((body.phone for body in bodies if body.kind is Kind.EMERGENCY and body.country and body.phone), None)
    return Phrase(wording.EMERGENCY) if number is None else Phrase(wording.EMERGENCY_NUMBER, {"number": number})


def _facts(*rows: tuple[str, Line | str | None]) -> Facts:
    """Keep the rows that have a value; a string is somebody's text."""
    shown = ((label, (Given(value),) if isinstance(value, str) else value) for label, value in rows if value)
    return Facts(tuple(((Phrase(label),), line) for label, line in shown))


def _decision(case: Case, language: Language) -> Facts:
    review = case.review
    return _facts(
        (wording.DECISION, (Phrase(wording.DECIDED[review.decision]),)),
        (wording.CASE, case.case_id),
        (wording.DECIDED_AT, f"{language.date(review.decided_at)}, {review.decided_at[11:16]} UTC"),
        (wording.REVIEWER, review.role),
        (wording.VIEWED, ranges(review.viewed)),
        (wording.NOTE, (Given(review.note, lines=True),) if review.note else None),
    )


def _tactics(case: Case) -> Facts:
    rows = (((Phrase(wording.TACTICS[name]),), (Given(ranges(found)),)) for name, found in case.tactics.items())
    return Facts(tuple(rows))


def _answers(case: Case) -> Facts:
    questions = {item.key: item.question for item in REQUIREMENTS}
    rows = [(questions[name], (Phrase(wording.ANSWER[getattr(case, name).value]),)) for name in _ASKED]
    return _facts(*rows)


def _accounts(case: Case, language: Language) -> Iterator[Block]:
    for participant in case.participants:
        role = Phrase(wording.ROLES[participant.role.value])
        yield Heading((Phrase(wording.ACCOUNT, {"letter": participant.speaker}), role))
        yield _account(case, participant, language)


def _account(case: Case, participant: Participant, language: Language) -> Facts:
    elsewhere = [
        " ".join(filter(None, (account.service, account.identifier)))
        for account in case.accounts_elsewhere
        if account.speaker == participant.speaker
    ]
    events = [_event(event) for event in case.events if event.speaker == participant.speaker]
    age = None if participant.claimed_age is None else language.number(participant.claimed_age)
    return _facts(
        (wording.PLATFORM_ID, participant.platform_id),
        (wording.SCREEN_NAME, participant.screen_name),
        *((wording.PROFILE, url) for url in participant.profile_urls),
        (wording.CLAIMED_AGE, age),
        *((wording.ELSEWHERE, words) for words in elsewhere),
        *((wording.EVENT, words) for words in events),
    )


def _event(event: Event) -> str:
    port = "" if event.port is None else f" port {event.port}"
    return " ".join(filter(None, (event.event, event.id_type, f"{event.value}{port}", event.at)))


def _conversation(case: Case, language: Language) -> Facts:
    zone: list[Part] = [Given(case.zone.name)] if case.zone.name else []
    return _facts(
        (wording.PLATFORM, " ".join(filter(None, (case.platform.name, case.platform.url)))),
        (wording.PLATFORM_COUNTRY, case.platform.country and language.country(case.platform.country)),
        (wording.CONVERSATION_ID, case.conversation_id),
        (wording.COUNTRIES, ", ".join(map(language.country, case.countries))),
        (wording.ZONE, (*zone, Phrase(wording.ZONE_KNOWN[case.zone.known_by.value]))),
    )


def _messages(case: Case, language: Language) -> Iterator[Block]:
    counts = {"count": language.number(len(case.messages)), "total": language.number(case.messages_total)}
    yield (Phrase(wording.MESSAGES_OF, counts),)
    yield Bullets(
        tuple(
            (Phrase(wording.STRETCH, {"first": str(stretch.start), "last": str(stretch.stop - 1)}),)
            for stretch in case.stretches
        )
    )
    context = {"count": language.number(case.context)} if case.text_scope is TextScope.FLAGGED else {}
    masked = wording.MASKED if case.text_masked else wording.UNMASKED
    yield (Phrase(wording.SCOPES[case.text_scope.value], context),)
    if case.text_scope is not TextScope.NONE:
        yield (Phrase(masked),)
    yield Transcript(case.messages)


def _missing(found: Sequence[Completeness], language: Language) -> Iterator[Block]:
    """Say how much each addressee has, and then each open question once, with those who ask it."""
    counts = []
    for result in found:
        total = len(result.findings)
        given = {"given": language.number(total - len(result.missing)), "total": language.number(total)}
        counts.append(((Phrase(wording.ADDRESSEES[result.addressee.value]),), (Phrase(wording.GIVEN, given),)))
    yield Facts(tuple(counts))
    asking: dict[str, list[tuple[Addressee, Finding]]] = {}
    for result in found:
        for item in result.missing:
            asking.setdefault(item.key, []).append((result.addressee, item))
    if not asking:
        yield (Phrase(wording.COMPLETE),)
    for requirement in REQUIREMENTS:
        if requirement.key in asking:
            yield Heading((Phrase(requirement.question),))
            yield (Phrase(requirement.reason),)
            yield Facts(
                tuple(
                    ((Phrase(wording.ADDRESSEES[addressee.value]),), (Phrase(wording.NEEDS[item.need.value]),))
                    for addressee, item in asking[requirement.key]
                )
            )


def _preservation(case: Case, language: Language) -> Iterator[Block]:
    yield (Phrase(wording.PRESERVE_UNTIL, {"date": language.date(case.preservation.until)}),)
    yield Bullets(tuple((Given(identifier),) for identifier in case.preservation.ids))


def _source(case: Case, language: Language) -> Facts:
    if case.source is None:
        return Facts(())
    return _facts(
        (wording.FILE, case.source.name),
        (wording.BYTES, language.number(case.source.bytes)),
        ("SHA-256", case.source.sha256),
        (wording.READ_AS, f"{case.source.reader} (grooming-risk {case.source.reader_version})"),
    )


def _reporter(case: Case) -> Facts:
    reporter = case.reporter
    names = " ".join(filter(None, (reporter.first_name, reporter.last_name)))
    words = ", ".join(filter(None, (names, reporter.organization, reporter.email, reporter.phone)))
    order = ""
    if case.order is not None:
        order = ", ".join(filter(None, (case.order.reference, case.order.authority, case.order.deadline)))
    return _facts((wording.REPORTER, words), (wording.ORDER, order))


def ranges(indices: Sequence[int]) -> str:
    """Return rising indices in few characters: 3, 5-9."""
    found: list[list[int]] = []
    for index in indices:
        if found and index == found[-1][1] + 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
