"""Tables and sentences about long conversations: harmless talk between warning signs, length classes."""

from __future__ import annotations

from training.documents.card_format import difference, interval, main_point, number, per_cent, points_of, rate, table
from training.evaluation.estimates import DilutedFigures, DilutionFigures
from training.evaluation.results import Results

NAMES = {"composed": "composed test conversations", "own": "hand-written vignettes"}
_PADDED = (
    "Benign messages of the test split, sent by the same speakers in turn, follow every message in both classes. The "
    "more\nthere are, the fewer warning signs a window contains."
)
_DILUTED = (
    "Between every two messages of a conversation come harmless ones: real talk of other people, of the test split, "
    "written by\nthe conversation's own speakers in turn, in both classes alike and at the same places."
)
_FIGURE = "![AUROC and recall against the number of harmless messages between every two](figures/dilution.svg)"


def amid_harmless_talk(results: Results) -> str:
    """Describe how harmless talk was put between messages; earlier versions padded in another way."""
    return _DILUTED if "dilution" in results else _PADDED


def amid_tables(results: Results) -> str:
    """Tabulate what is found amid harmless talk; results of earlier versions have padding in its place."""
    if "dilution" not in results:
        return _padding_table(results)
    dilution = results["dilution"]
    return "\n\n".join(_dilution_table(results, name, dilution[name]) for name in NAMES if name in dilution)


def dilution_figure(results: Results) -> str:
    """Show the figure of the same, or nothing if there is none."""
    return _FIGURE if results.get("dilution") else ""


def _padding_table(results: Results) -> str:
    padding, point = results["padding"], main_point(results)
    if not padding:
        return ""
    plain = padding["as_written"]
    rows = [["none", interval(plain["auroc"]), rate(plain.get(point)), ""]]
    for between, row in sorted(padding["between"].items(), key=lambda item: int(item[0])):
        rows.append([between, interval(row["auroc"]), rate(row.get(point)), difference(row.get("recall_drop"))])
    header = f"benign messages after each message of {number(padding['n'])} composed test conversations"
    return table([header, "AUROC", f"recall at {point}", "recall lost"], rows)


def _dilution_table(results: Results, name: str, figures: DilutionFigures) -> str:
    point, before = main_point(results), results.get("before")
    earlier = before["dilution"].get(name, {"between": {}})["between"] if before else {}
    size = f"{number(figures['n'])} {NAMES[name]}, {number(figures['positives'])} positive"
    header = [f"harmless messages between every two of {size}", "median length", "AUROC", "recall at 5 % false flags"]
    header += [*(f"recall at {name}" for name in points_of(results)), f"false flags at {point}"]
    unseen = any("recall_at_unseen" in row for row in figures["between"].values())
    header += ["recall at 1 % of unseen real conversations"] if unseen else []
    header += [f"AUROC of {before['model_version']}", f"its recall at {point}"] if before else []
    rows = []
    for between, row in sorted(figures["between"].items(), key=lambda item: int(item[0])):
        flagged = row["operating_points"]
        cells = [between, number(row["messages"]), interval(row["auroc"])]
        cells += [rate(row["recall_at_5_percent_false_flags"])]
        cells += [rate(flagged.get(name, {}).get("recall")) for name in points_of(results)]
        cells += [rate(flagged.get(point, {}).get("false_flags"))]
        cells += [rate(row.get("recall_at_unseen"))] if unseen else []
        cells += _earlier(earlier.get(between), point) if before else []
        rows.append(cells)
    return table(header, rows)


def _earlier(row: DilutedFigures | None, point: str) -> list[str]:
    recall = row["operating_points"].get(point, {}).get("recall") if row else None
    return [interval(row["auroc"] if row else None), rate(recall)]


def length_class_part(results: Results) -> str:
    """Describe and tabulate false flags on joined real conversations by length; empty if not measured."""
    classes, points = results.get("length_classes"), points_of(results)
    if not classes:
        return ""
    rows = []
    for length, splits in sorted(classes.items(), key=lambda item: int(item[0])):
        for split, row in sorted(splits.items()):
            sizes = [number(row["n"]), number(row["messages"])]
            rows.append([f"up to {number(int(length))}, {split}", *sizes, *(rate(row.get(point)) for point in points)])
    about = (
        "A long conversation has more places at which it can be flagged. Real conversations of the test split and of "
        "unseen\nsources were joined into long ones, a person's or a room's in a row; a message is in at most one "
        "conversation of each class."
    )
    return f"{about}\n\n{table(['messages', 'n', 'median length', *points], rows)}"


def unseen_sentence(results: Results) -> str:
    """Say the recall on the vignettes where few real conversations of unseen sources are flagged; empty if unknown."""
    own = results.get("own_conversations")
    found = own.get("at_unseen") if own else None
    if not found:
        return ""
    return (
        f"At the threshold that flags at most {per_cent(found['share'])} of {number(found['n'])} real conversations of "
        f"unseen sources, recall is {rate(found['recall'])}."
    )
