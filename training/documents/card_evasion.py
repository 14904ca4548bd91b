"""What hiding words from filters costs, by kind, beside an earlier version where it was measured."""

from __future__ import annotations

from typing import Literal

from training.documents.card_format import MISSING, difference, interval, listed, main_point, number, rate, table, words
from training.evaluation.estimates import Robustness
from training.evaluation.results import Results

Flags = Literal["false_flags", "real_false_flags"]
_FLAGS: tuple[Flags, ...] = ("false_flags", "real_false_flags")  # in results of model 2 and later


def evasion_kinds(results: Results) -> str:
    """Say which kinds of evasion occur in training, and what an earlier version was measured on."""
    trained = [words(name) for name, row in results["evasion"]["kinds"].items() if row["trained"]]
    text = f"Of these kinds of evasion, {listed(sorted(trained))} occur in training; the others do not."
    if (before := results.get("before")) and "evasion" in before:
        text += (
            f" Figures of {before['model_version']} are those of its own evaluation, on its own composed conversations."
        )
    return text


def evasion_table(results: Results) -> str:
    """Tabulate ranking, recall and false flags by kind of evasion, those that do not occur in training first."""
    evasion, point, before = results["evasion"], main_point(results), results.get("before")
    plain, earlier = evasion["as_written"], before.get("evasion") if before else None
    columns = [key for key in _FLAGS if key in plain]
    header = [f"{number(evasion['n'])} composed test conversations", "in training", "AUROC"]
    header += [f"recall at {point}", "recall lost", *(_title(key, plain) for key in columns)]
    header += [f"AUROC of {before['model_version']}", f"its recall at {point}"] if before and earlier else []
    kinds = sorted(evasion["kinds"].items(), key=lambda item: (item[1]["trained"], item[0]))
    found: list[tuple[str, str, Robustness]] = [("as written", "", plain)]
    found += [(name, "yes" if kind["trained"] else "no", kind) for name, kind in kinds]
    rows = []
    for name, trained, row in found:
        lost = difference(row["recall_drop"]) if "recall_drop" in row else ""
        cells = [words(name), trained, interval(row["auroc"]), rate(row.get(point)), lost]
        cells += [rate(row.get(key)) for key in columns]
        if earlier:
            old = earlier["as_written"] if row is plain else earlier["kinds"].get(name)
            cells += [interval(old["auroc"]), rate(old.get(point))] if old else [MISSING, MISSING]
        rows.append(cells)
    return table(header, rows)


def _title(key: Flags, plain: Robustness) -> str:
    return "negatives flagged" if key == "false_flags" else f"flagged of {number(plain[key]['n'])} real conversations"
