"""`grooming-risk channels`: who takes a report, by country, with the source of each fact and the day it was read."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import Any

from grooming_risk.handover.addressees.channels import channels, countries, country_code, emergency_number
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import ENGLISH, language, languages
from grooming_risk.handover.summary.channel_list import channel_blocks
from grooming_risk.handover.summary.text_file import lines_of


@dataclass(frozen=True, slots=True)
class ChannelsOptions:
    """What `channels` was asked for.

    Attributes:
        country: code or English name; None to list the countries.
        language: of the output.
        format: text or json.
    """

    country: str | None
    language: str
    format: str


def add(verbs: Any) -> None:
    """Describe the verb.

    Args:
        verbs: of the command line.
    """
    parser = verbs.add_parser(
        "channels",
        help="emergency numbers, police and hotlines by country",
        description="List the bodies of a country that take a report about grooming or abuse material, emergency "
        "number first. Each fact has a source and a date; what was not read there is marked. The country is your "
        "choice, never guessed. Nothing is sent.",
    )
    parser.add_argument("country", nargs="?", metavar="COUNTRY", help="code or name; without one, all are listed")
    parser.add_argument("--language", choices=languages(), default=ENGLISH, help="of the text (default: %(default)s)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output")
    parser.set_defaults(run=lambda parsed: _channels(_options(parsed)))


def _options(parsed: argparse.Namespace) -> ChannelsOptions:
    return ChannelsOptions(parsed.country, parsed.language, parsed.format)


def _channels(options: ChannelsOptions) -> int:
    rows = channels(options.country)
    if options.format == "json":
        print(json.dumps([row.to_dict() for row in rows], indent=2, ensure_ascii=False))
    elif options.country is None:
        chosen = language(options.language)
        print("\n".join(f"{code}  {chosen.country(code)}" for code in countries()))
    else:
        _print_country(options.country, options.language)
    return 0


def _print_country(country: str, code: str) -> None:
    chosen, place = language(code), country_code(country)
    number = emergency_number(place)
    print(chosen.text(wording.EMERGENCY_NUMBER, number=number) if number else chosen.text(wording.EMERGENCY))
    if code != ENGLISH:
        print(chosen.text(wording.MACHINE_TRANSLATION))
    print()
    print("\n".join(lines_of(channel_blocks(channels(place), chosen, place), chosen)))
