"""The table at the end of a run: what took how long, what was made, and the figures that are looked at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from training.evaluation.estimates import Estimate, RecallAndFalseFlags
from training.evaluation.results import Results

REAL = "real: all"
Rows = Iterator[tuple[str, str]]


def summary_table(results: Results, seconds: Mapping[str, float], artifact: Path, file: Path) -> str:
    """Return the table of a run as text, one row a line.

    Args:
        results: Results of the evaluation.
        seconds: Wall-clock time of each stage and of the evaluation; 0 for a stage that was done before.
        artifact: Folder of the artefact.
        file: File of the results.

    Returns:
        The table, without a line break at its end.
    """
    rows = [*_times(seconds), *_made(results, artifact, file), *_figures(results)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _times(seconds: Mapping[str, float]) -> Rows:
    for name, spent in seconds.items():
        yield f"stage {name}", f"{spent / 60:.1f} minutes" if spent else "done before"
    yield "in all", f"{sum(seconds.values()) / 60:.1f} minutes"


def _made(results: Results, artifact: Path, file: Path) -> Rows:
    size = sum(path.stat().st_size for path in artifact.iterdir() if path.is_file())
    yield "artefact", str(artifact)
    yield "  digest", results["artifact"]
    yield "  size", f"{size / 1e6:.1f} MB"
    yield "results", str(file)


def _figures(results: Results) -> Rows:
    composed = results["composed"]
    yield "composed test: AUROC", _with_interval(composed["auroc"])
    for point, rate in composed["operating_points"].items():
        yield f"  recall at {point}", _with_interval(rate)  # type: ignore[arg-type]
    for point, rate in results["false_flags"].get(REAL, {}).items():
        if point != "abstained":
            yield f"real conversations: false flags at {point}", _with_interval(rate)  # type: ignore[arg-type]
    if own := results.get("own_conversations"):
        if "auroc" in own["all"]:
            yield "your own conversations: AUROC", _with_interval(own["all"]["auroc"])
        for point, both in own["operating_points"].items():
            yield from _own(point, both)


def _own(point: str, both: RecallAndFalseFlags) -> Rows:
    if "recall" in both:
        yield f"  recall at {point}", _with_interval(both["recall"])
    if "false_flags" in both:
        yield f"  false flags at {point}", _with_interval(both["false_flags"])


def _with_interval(estimate: Estimate) -> str:
    return f"{estimate['value']:.4f} ({estimate['low']:.4f} to {estimate['high']:.4f})"
