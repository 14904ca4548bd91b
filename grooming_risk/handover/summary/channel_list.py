"""Where to turn, as lines of a summary, of the command line or of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grooming_risk.handover.addressees.channels import Channel, Kind, Status
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language
from grooming_risk.handover.summary.parts import Block, Bullets, Given, Heading, Line, Phrase


def channel_blocks(bodies: Sequence[Channel], language: Language, country: str | None) -> Iterator[Block]:
    """Yield where to turn: the bodies of a country, emergency number first, and those that lead to bodies everywhere.

    Args:
        bodies: the rows.
        language: of dates and names of countries.
        country: code of the chosen country; None when none was chosen.

    Yields:
        Lines and lists.
    """
    yield (Phrase(wording.CHOOSE),)
    yield (Phrase(wording.MATERIAL_ONLY),)
    for place in dict.fromkeys(body.country for body in bodies):
        rows = tuple(_channel(body, language) for body in bodies if body.country == place)
        heading = Phrase(wording.ELSEWHERE_IN_THE_WORLD) if place is None else Given(language.country(place))
        yield Heading((heading,))
        yield Bullets(rows)


def _channel(body: Channel, language: Language) -> Line:
    addresses = [Given(address) for address in (body.phone, body.url, body.email) if address]
    when = {"date": language.date(body.checked_on), "source": body.source}
    name = () if body.kind is Kind.EMERGENCY and body.name == "Emergency" else (Given(body.name),)
    return (
        Phrase(wording.KINDS[body.kind.value]),
        *name,
        *addresses,
        *([Phrase(wording.TAKES[body.takes])] if body.takes else []),
        *([Phrase(wording.HOURS, {"hours": body.hours})] if body.hours else []),
        *([Phrase(wording.NOT_FORMAL)] if body.formal_complaint is False else []),
        Phrase(wording.READ_AT_SOURCE if body.status is Status.READ else wording.UNVERIFIED, when),
    )
