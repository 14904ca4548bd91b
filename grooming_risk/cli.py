"""The command line: score, demo, info, verify, bench."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from grooming_risk.artifact import BUNDLED, Artifact
from grooming_risk.bench import print_bench
from grooming_risk.errors import (
    GroomingRiskError,
    InputTooLargeError,
    InvalidConversationError,
    UnsupportedFormatError,
)
from grooming_risk.operating_points import DEFAULT
from grooming_risk.readers import FORMATS, ExportedConversation, read_file
from grooming_risk.rendering.terminal import Row, render_table
from grooming_risk.report import RiskReport
from grooming_risk.scorer import RiskScorer
from grooming_risk.version import __version__

SAMPLES = Path(__file__).parent / "samples"
# Errors of one file; the other files are still scored. All others would meet every file alike.
_PER_FILE = (InputTooLargeError, InvalidConversationError, UnsupportedFormatError)
TOGETHER = 32  # conversations of a file whose texts are encoded together
_REMINDER = "A trained person decides. This output speaks of messages, not of anyone's guilt. See RESPONSIBLE_USE.md."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        Exit status: 0 done, 1 a file or the artefact could not be used, 2 wrong usage.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except GroomingRiskError as error:
        print(f"grooming-risk: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grooming-risk",
        description="Point trained reviewers to the stretches of a chat that show warning signs of online grooming.",
        epilog=_REMINDER,
    )
    parser.add_argument("--version", action="version", version=f"grooming-risk {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    score = verbs.add_parser("score", help="score chat exports")
    score.add_argument("files", nargs="+", type=Path, metavar="FILE")
    score.add_argument(
        "--from", dest="source", choices=sorted(FORMATS), help="format of the files (default: by content)"
    )
    score.add_argument("--format", choices=("table", "json", "jsonl"), default="table", help="form of the output")
    score.add_argument("--no-explain", action="store_true", help="leave out the evidence (faster)")
    _scoring_options(score)
    score.set_defaults(run=_score)
    demo = verbs.add_parser("demo", help="score the bundled sample conversations")
    _scoring_options(demo)
    demo.set_defaults(run=_demo)
    info = verbs.add_parser("info", help="model, languages, operating points with their measured rates, limits")
    info.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")
    info.set_defaults(run=_info)
    verify = verbs.add_parser("verify", help="check every byte of the artefact against its manifest")
    verify.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")
    verify.set_defaults(run=_verify)
    bench = verbs.add_parser("bench", help="measure speed, latency, start-up and memory on this machine")
    bench.add_argument("--messages", type=int, default=3_000, help="messages to score (default: %(default)s)")
    bench.set_defaults(run=lambda options: print_bench(options.messages))
    return parser


def _scoring_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--operating-point", default=DEFAULT, help="named threshold (default: %(default)s)")
    parser.add_argument("--prior", type=float, help="prevalence that probabilities refer to, between 0 and 1")
    parser.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in the table")


def _score(options: argparse.Namespace) -> int:
    scorer, failed = RiskScorer(options.artifact), False
    asked = {"operating_point": options.operating_point, "prior": options.prior, "explain": not options.no_explain}
    rows: list[Row] = []
    for path in options.files:
        try:
            for exported, report in _reports(scorer, read_file(path, options.source), asked):
                _warn(path, exported)
                name = path.name if exported.identifier == "1" else f"{path.name}#{exported.identifier}"
                if options.format == "jsonl":
                    print(json.dumps({"conversation": name, **report.to_dict()}), flush=True)
                else:
                    rows.append(Row(name, report))
        except _PER_FILE as error:
            failed = True
            # Readers name the file themselves; errors of the conversation do not.
            prefix = "" if path.name in str(error) else f"{path.name}: "
            print(f"grooming-risk: {prefix}{error}", file=sys.stderr)
    _print_rows(rows, options.format, options.color)
    return int(failed)


def _reports(
    scorer: RiskScorer, exported: Iterator[ExportedConversation], asked: dict[str, Any]
) -> Iterator[tuple[ExportedConversation, RiskReport]]:
    """Score a file's conversations a few at a time; those before a damaged one are not lost."""
    waiting: list[ExportedConversation] = []
    damaged: GroomingRiskError | None = None
    while damaged is None:
        try:
            waiting.extend(islice(exported, TOGETHER))
        except _PER_FILE as error:
            damaged = error
        if not waiting:
            break
        reports = scorer.score_batch([item.conversation for item in waiting], **asked)
        yield from zip(waiting, reports, strict=True)
        waiting = []
    if damaged is not None:
        raise damaged


def _warn(path: Path, exported: ExportedConversation) -> None:
    for warning in exported.warnings:
        print(f"grooming-risk: {path.name}: {warning}", file=sys.stderr)


def _print_rows(rows: list[Row], form: str, color: str) -> None:
    if form == "json":
        print(json.dumps([{"conversation": row.name, **row.report.to_dict()} for row in rows], indent=2))
    elif form == "table" and rows:
        print(render_table(rows, _use_color(color)))


def _demo(options: argparse.Namespace) -> int:
    scorer = RiskScorer(options.artifact)
    rows = [Row(name, report) for name, report in _demo_reports(scorer, options)]
    print(render_table(rows, _use_color(options.color)))
    print(f"\n{_REMINDER}")
    return 0


def _demo_reports(scorer: RiskScorer, options: argparse.Namespace) -> Iterator[tuple[str, RiskReport]]:
    for path in sorted(SAMPLES.glob("*.json")):
        for exported in read_file(path):
            asked = {"operating_point": options.operating_point, "prior": options.prior}
            yield path.stem.split("_", 1)[1].replace("_", " "), scorer.score(exported.conversation, **asked)


def _info(options: argparse.Namespace) -> int:
    artifact = Artifact(options.artifact)
    calibrator = artifact.calibrator
    print(f"grooming-risk {__version__}, model {artifact.model_version}, artefact {artifact.digest}")
    print(f"languages scored: {', '.join(artifact.languages)} (others abstain)")
    spec = artifact.window_spec
    print(
        f"windows of {spec.size} messages, stride {spec.stride}; "
        f"reference prevalence {calibrator.reference_prevalence:g}"
    )
    for point in artifact.operating_points.values():
        print(
            f"operating point {point.name}: probability {calibrator.probability(point.threshold):.4f}, flagged "
            f"{point.false_flags} of {point.conversations} real benign conversations "
            f"(upper 95 % bound {point.upper_bound:.2%}), recall {point.recall:.1%} on composed positives"
        )
    limits = RiskScorer(options.artifact).limits
    print(
        f"limits: {limits.messages:,} messages, {limits.characters:,} characters a message, "
        f"{limits.speakers:,} speakers"
    )
    return 0


def _verify(options: argparse.Namespace) -> int:
    artifact = Artifact(options.artifact)
    _ = artifact.encoder, artifact.window_model
    for name, entry in sorted(artifact.manifest["files"].items()):
        print(f"ok {entry['sha256']} {entry['bytes']:>12,} {name}")
    print(f"artefact {artifact.digest}: every file is the one its manifest names")
    return 0


def _use_color(choice: str) -> bool:
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
