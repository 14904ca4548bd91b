"""`grooming-risk records report`: the yearly figures that EU rules ask for, and a template for an impact assessment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import add_artifact, add_key, runs
from grooming_risk.commands.records.checks import valid_records
from grooming_risk.commands.terminal_output import show
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.records.review_record import utc_now
from grooming_risk.records.summary import summarize_records
from grooming_risk.rendering.dpia import dpia
from grooming_risk.rendering.eu_report import eu_report


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Options of `records report`.

    Attributes:
        kind: "eu" or "dpia".
        files: files of records, and folders of them.
        year: year of the figures.
        key_file: file with the key of the HMACs; they are not checked when None.
        artifact: folder of the artefact whose facts fill the template.
    """

    kind: str
    files: list[Path]
    year: int
    key_file: Path | None
    artifact: Path


def add(actions: Any) -> None:
    """Describe the action."""
    parser = actions.add_parser(
        "report",
        help="yearly figures for EU rules, or a template for an impact assessment",
        description="Print the yearly figures that EU rules ask for, from the records that are valid, or a template "
        "for a data-protection impact assessment with the facts of the artefact. Both are Markdown.",
    )
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--eu", dest="kind", action="store_const", const="eu", help="flags, errors and misses of a year")
    kind.add_argument(
        "--dpia",
        dest="kind",
        action="store_const",
        const="dpia",
        help="template for an impact assessment, which needs no records",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="file of records, or a folder of them")
    parser.add_argument("--year", type=int, default=utc_now().year, help="year of the figures (default: this year)")
    add_key(parser)
    add_artifact(parser)
    runs(parser, _report, ReportOptions)


def _report(options: ReportOptions) -> int:
    if options.kind == "dpia":
        show(dpia(Artifact(options.artifact)).removesuffix("\n"))
        return 0
    if not options.files:
        raise InvalidOptionError("--eu needs records; name the log, as in `records report --eu log.jsonl`")
    key = read_key(options.key_file)
    valid, refused = valid_records(options.files, key)
    summary = summarize_records(valid, utc_now().date())
    show(eu_report(summary, options.year, refused=refused, authenticated=key is not None).removesuffix("\n"))
    return int(refused > 0)
