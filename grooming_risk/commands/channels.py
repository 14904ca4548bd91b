"""`grooming-risk channels`: bodies that take reports, by country, with the source and the date of each fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grooming_risk.commands.options import runs
from grooming_risk.commands.terminal_output import show, show_json
from grooming_risk.handover.addressees.channels import channels, countries, country_code, emergency_number
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import ENGLISH, language, languages
from grooming_risk.handover.summary.channel_list import channel_blocks
from grooming_risk.handover.summary.text_file import lines_of


@dataclass(frozen=True, slots=True)
class ChannelsOptions:
    """Options of `channels`.

    Attributes:
        country: code or English name of a country; None to list the countries.
        language: language of the output.
        format: "text" or "json".
    """

    country: str | None
    language: str
    format: str


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "channels",
        help="show emergency numbers, police and hotlines by country",
        description="List the bodies of a country that take reports about grooming or abuse material, emergency number "
        "first. Each fact has a source and the date on which it was read; facts that were not read on the body's own "
        "page are marked. You choose the country; it is never guessed. Nothing is sent.",
    )
    parser.add_argument(
        "country", nargs="?", metavar="COUNTRY", help="code or name of a country (default: list the countries)"
    )
    parser.add_argument(
        "--language",
        choices=languages(),
        default=ENGLISH,
        metavar="TAG",
        help=f"language of the text: {', '.join(languages())} (default: %(default)s)",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format (default: %(default)s)"
    )
    runs(parser, _channels, ChannelsOptions)


def _channels(options: ChannelsOptions) -> int:
    rows = channels(options.country)
    if options.format == "json":
        show_json([row.to_dict() for row in rows], indent=2)
    elif options.country is None:
        chosen = language(options.language)
        show("\n".join(f"{code}  {chosen.country(code)}" for code in countries()))
    else:
        _print_country(options.country, options.language)
    return 0


def _print_country(country: str, code: str) -> None:
    chosen, place = language(code), country_code(country)
    number = emergency_number(place)
    show(chosen.text(wording.EMERGENCY_NUMBER, number=number) if number else chosen.text(wording.EMERGENCY))
    if code != ENGLISH:
        show(chosen.text(wording.MACHINE_TRANSLATION))
    show()
    show("\n".join(lines_of(channel_blocks(channels(place), chosen, place), chosen)))
