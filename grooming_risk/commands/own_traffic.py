"""`grooming-risk operating-points --calibrate`: read and score benign traffic, and choose a threshold for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grooming_risk.commands.progress import Progress
from grooming_risk.commands.scoring.score_files import Found, UnknownFiles, read_source, source_files
from grooming_risk.commands.terminal_output import say
from grooming_risk.readers import ReadingOptions
from grooming_risk.rendering.numbers import count
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.own_traffic import (
    BenignSource,
    OwnTrafficCalibration,
    calibrate_on_own_traffic,
    highest_logit,
)
from grooming_risk.scoring.scorer import RiskScorer


@dataclass(slots=True)
class _Left:
    """What was left out, and what was seen: keyed digests of conversations, never their text."""

    unreadable: int = 0
    abstained: int = 0
    repeated: int = 0
    seen: set[str] = field(default_factory=set, repr=False)


def calibrate_on_files(
    paths: Sequence[Path], target: float, reading: ReadingOptions, scorer: RiskScorer
) -> OwnTrafficCalibration:
    """Score the conversations in some exports, each export a source, and choose a threshold for them.

    A conversation that comes twice counts once, because it would make the bound look better than it is. What was left
    out is reported on standard error.

    Args:
        paths: Exports, or folders with exports.
        target: Largest false-flag rate that the bound may have.
        reading: What the exports cannot tell by themselves.
        scorer: The scorer.

    Returns:
        The operating point, and what it costs on each source.

    Raises:
        InvalidOptionError: As for `calibrate_on_own_traffic`.
    """
    left, progress = _Left(), Progress()
    sources = [BenignSource(path.name, tuple(_logits(path, reading, scorer, left, progress))) for path in paths]
    progress.clear()
    for number, why in (
        (left.unreadable, "could not be read"),
        (left.abstained, "cannot be scored, whatever the threshold"),
        (left.repeated, "came before"),
    ):
        if number:
            say(f"left out {count(number, 'conversation')} that {why}")
    return calibrate_on_own_traffic(_named_apart(sources), target, scorer.artifact.threshold_curve)


def _logits(
    path: Path, reading: ReadingOptions, scorer: RiskScorer, left: _Left, progress: Progress
) -> Iterator[float]:
    for item, report in score_items(
        _found(path, reading),
        lambda found: found.exported.conversation if found.exported else None,
        scorer,
        explain=False,
    ):
        if report is None:
            left.unreadable += 1
            progress.say(f"{item.name or item.label}: {item.error}")
            continue
        logit, digest = highest_logit(report), report.provenance.input_digest
        if digest in left.seen:
            left.repeated += 1
        elif logit is None:
            left.abstained += 1
        else:
            yield logit
        left.seen.add(digest)
        progress.show(f"{path.name}: {len(left.seen):,} conversations")


def _found(path: Path, reading: ReadingOptions) -> Iterator[Found]:
    unknown = UnknownFiles()
    for file in source_files([path], None):
        yield from read_source(file, None, reading, unknown)


def _named_apart(sources: Sequence[BenignSource]) -> list[BenignSource]:
    """Return the sources with a number after each name that several of them have."""
    names = [source.name for source in sources]
    return [
        source if names.count(source.name) == 1 else BenignSource(f"{source.name} ({number})", source.logits)
        for number, source in enumerate(sources, 1)
    ]
