"""Tables of a comparison, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.comparison.paired import Difference
from training.evaluation.ranking import RANKING

HEAD = ("", "first", "second", "second - first", "second higher")
REAL = "real: all"


def difference_table(found: Mapping[str, Any]) -> str:
    """Return the table of two artefacts: values, difference with its 95 % interval, share of the resamples."""
    size = found["set"]
    about = (
        f"n = {size['n']}, positive = {size['positives']}, groups = {size['groups']}; paired bootstrap, "
        f"{size['resamples']} resamples of groups"
    )
    models = [f"{name}: model {found[name]['model_version']}, {found[name]['artifact'][:12]}" for name in HEAD[1:3]]
    return "\n".join([*models, about, *_lines([HEAD, *_differences(found)])])


def results_table(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """Return the table of two results files: each figure that both have, with the interval of each."""
    rows = [HEAD[:3], *_pairs(first, second)]
    models = [f"{name}: model {results['model_version']}" for name, results in (("first", first), ("second", second))]
    same = all(first.get(name) == second.get(name) for name in ("corpus", "proxies"))
    note = (
        "" if same else "the two were not evaluated on the same corpus and proxies: differences may come from these\n"
    )
    return note + "\n".join([*models, *_lines(rows)])


def _differences(found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, difference in found["ranking"].items():
        yield _difference_row(name, difference)
    for point, rates in sorted(found["operating_points"].items()):
        for name, difference in rates.items():
            yield _difference_row(f"{name} at {point}", difference)


def _difference_row(name: str, found: Difference) -> tuple[str, ...]:
    gained = f"{found['difference']:+.4f} ({found['low']:+.4f} to {found['high']:+.4f})"
    shown = name.replace("_", " ").replace("auroc", "AUROC")
    return shown, f"{found['first']:.4f}", f"{found['second']:.4f}", gained, f"{100 * found['second_higher']:.1f} %"


def _pairs(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for title, path in _figures(first):
        values = [_at(results, path) for results in (first, second)]
        if all(values):
            yield (title, *(_with_interval(value) for value in values))


def _figures(results: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in RANKING:
        yield f"composed: {name}", ("composed", name)
    for point in results["thresholds"]:
        yield f"composed: recall at {point}", ("composed", "operating_points", point)
        yield f"real: false flags at {point}", ("false_flags", REAL, point)
    for name in RANKING:
        yield f"own conversations: {name}", ("own_conversations", "all", name)
    for language in results["composed"].get("languages", {}):
        yield f"{language}: auroc", ("composed", "languages", language, "auroc")


def _at(results: Any, path: Sequence[str]) -> Any:
    for name in path:
        results = results.get(name, {}) if isinstance(results, Mapping) else {}
    return results


def _with_interval(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:.4f} ({estimate['low']:.4f} to {estimate['high']:.4f})"


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
