"""`grooming-risk records report`: the yearly figures that EU rules ask for, and a template for an impact assessment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import add_artifact
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.records.files import read_records, record_files
from grooming_risk.records.review_record import utc_now
from grooming_risk.records.summary import summarize_records
from grooming_risk.records.verification import verify_record
from grooming_risk.rendering.dpia import dpia
from grooming_risk.rendering.eu_report import eu_report


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What `records report` was asked for.

    Attributes:
        kind: eu or dpia.
        files: records, or folders of them.
        year: of the figures.
        key_file: of the HMAC key.
        artifact: folder of the artefact whose facts fill the template.
    """

    kind: str
    files: tuple[Path, ...]
    year: int
    key_file: Path | None
    artifact: Path


def add(actions: Any) -> None:
    """Describe the action.

    Args:
        actions: of `records`.
    """
    parser = actions.add_parser("report", help="yearly figures for EU rules, or a template for an impact assessment")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--eu", dest="kind", action="store_const", const="eu", help="flags, errors and misses of a year")
    kind.add_argument(
        "--dpia", dest="kind", action="store_const", const="dpia", help="impact assessment with the artefact's facts"
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="records, or a folder of them")
    parser.add_argument("--year", type=int, default=utc_now().year, help="of the figures (default: %(default)s)")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="HMAC key: all bytes of the file, 16 or more")
    add_artifact(parser)
    parser.set_defaults(run=lambda parsed: _report(_options(parsed)))


def _options(parsed: argparse.Namespace) -> ReportOptions:
    return ReportOptions(parsed.kind, tuple(parsed.files), parsed.year, parsed.key_file, parsed.artifact)


def _report(options: ReportOptions) -> int:
    if options.kind == "dpia":
        sys.stdout.write(dpia(Artifact(options.artifact)))
        return 0
    if not options.files:
        raise InvalidOptionError("no records are named; give the log, as in `records report --eu log.jsonl`")
    key = read_key(options.key_file)
    sound, refused = _read(options.files, key)
    summary = summarize_records(sound, utc_now().date())
    sys.stdout.write(eu_report(summary, options.year, refused=refused, authenticated=key is not None))
    return int(refused > 0)


def _read(paths: tuple[Path, ...], key: bytes | None) -> tuple[list[Mapping[str, Any]], int]:
    """Read valid records, and count those that are not."""
    sound: list[Mapping[str, Any]] = []
    refused = 0
    for file in (file for path in paths for file in record_files(path)):
        for item in read_records(file):
            check = verify_record(item.record, key)
            if check.valid:
                sound.append(item.record)
            else:
                refused += 1
                print(f"grooming-risk: {item.where}: {item.problem or check.problems[0]}", file=sys.stderr)
    return sound, refused
