"""`grooming-risk inspect FILE`: what an export contains, before anything is scored. Shows no text and no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import add_reading, reading_options, runs
from grooming_risk.commands.terminal_output import say, show, show_json
from grooming_risk.readers import FORMATS, Columns, Reader
from grooming_risk.readers.inspection import InspectedConversation, inspect_file, ranked_formats


@dataclass(frozen=True, slots=True)
class InspectOptions:
    """Options of `inspect`.

    Attributes:
        file: file, folder or zip of an export.
        source: format; None to detect it.
        format: "text" or "json".
        date_order: order of day and month in dates; None to infer it.
        clock_hours: hours of clocks without AM or PM; None to infer them.
        columns: names of a table's columns.
    """

    file: Path
    source: str | None
    format: str
    date_order: str | None
    clock_hours: int | None
    columns: Columns


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "inspect",
        help="show what an export contains, with the text masked",
        description="Show the format, speakers, times, kinds and first rows of an export before anything is scored. "
        "Text is masked, and names are not shown.",
    )
    parser.add_argument("file", type=Path, help="file, folder or zip of an export")
    parser.add_argument(
        "--from",
        dest="source",
        choices=sorted(FORMATS),
        metavar="FORMAT",
        help="format of the export, by its name in `grooming-risk formats` (default: recognized by content)",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format (default: %(default)s)"
    )
    add_reading(parser)
    runs(parser, _inspect, InspectOptions)


def _inspect(options: InspectOptions) -> int:
    reading = reading_options(options.date_order, options.clock_hours, options.columns)
    reader, conversations = inspect_file(options.file, options.source, reading)
    ranked = [found.name for found in ranked_formats(options.file, reading)] if options.source is None else []
    unusable = found = 0
    if options.format == "text":
        show(f"format: {reader.name} ({reader.description})")
        if len(ranked) > 1:
            show(f"also recognized as: {', '.join(ranked[1:])} (most likely first; choose one with --from)")
    for number, conversation in enumerate(conversations, start=1):
        found += 1
        unusable += conversation.error is not None
        if options.format == "json":
            show_json(_as_json(reader, ranked, number, conversation))
        else:
            show("\n".join(_lines(number, conversation)))
    if not found:
        say("the export contains no messages; export it again")
    return 1 if unusable or not found else 0


def _lines(number: int, conversation: InspectedConversation) -> list[str]:
    if conversation.error is not None:
        return [f"conversation {number}: {conversation.error}"]
    speakers = ", ".join(f"{name} ({count:,})" for name, count in conversation.speakers.items())
    kinds = ", ".join(f"{kind} ({count:,})" for kind, count in conversation.kinds.items())
    untimed = f", {conversation.untimed:,} without a time" if conversation.untimed else ""
    return [
        f"conversation {number}: {conversation.messages:,} message{'s' * (conversation.messages != 1)}",
        f"  speakers: {speakers}",
        f"  times: {_time(conversation.first)} to {_time(conversation.last)} (UTC){untimed}",
        f"  kinds: {kinds}",
        *(f"  warning: {warning}" for warning in conversation.warnings),
        *(f"    {_time(row.sent_at)}  {row.speaker}  {row.kind:7}{row.text}".rstrip() for row in conversation.rows),
    ]


def _as_json(reader: Reader, ranked: list[str], number: int, conversation: InspectedConversation) -> dict[str, Any]:
    begin = {"format": reader.name, "candidates": ranked, "conversation": number}
    if conversation.error is not None:
        return {**begin, "error": str(conversation.error)}
    return {
        **begin,
        "messages": conversation.messages,
        "speakers": conversation.speakers,
        "kinds": conversation.kinds,
        "first": conversation.first and conversation.first.isoformat(),
        "last": conversation.last and conversation.last.isoformat(),
        "untimed": conversation.untimed,
        "warnings": conversation.warnings,
        "rows": [
            {
                "speaker": row.speaker,
                "sent_at": row.sent_at and row.sent_at.isoformat(),
                "kind": row.kind,
                "text": row.text,
            }
            for row in conversation.rows
        ],
    }


def _time(moment: datetime | None) -> str:
    return "unknown" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
