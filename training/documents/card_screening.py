"""What the card says of the screen, and of what real lines show to the encoder."""

from __future__ import annotations

from training.documents.card_benign import ALL_REAL
from training.documents.card_format import main_point, number, per_cent, rate, table
from training.documents.card_long import NAMES
from training.evaluation.estimates import SHOWN, ScreeningFigures
from training.evaluation.results import Results

EVERY, SEEN = "all", "seen by the encoder"


def screening_part(results: Results) -> str:
    """Say what the screen passes on and what it loses; empty if not measured."""
    figures = results.get("screening")
    if not figures:
        return ""
    parts = [_real(figures), _lines(figures), _conversations(results, figures)]
    return "\n\n".join(part for part in parts if part)


def real_lines_part(results: Results) -> str:
    """Describe and tabulate how often real lines show a tactic to the encoder; empty if not measured."""
    measured = results.get("real_lines")
    if not measured:
        return ""
    rows = []
    for name, row in measured.items():
        commonest = sorted(row["tactics"], key=lambda tactic: -row["tactics"][tactic])[:3]
        shown = ", ".join(f"{tactic} {per_cent(row['tactics'][tactic])}" for tactic in commonest)
        rows.append([name, number(row["n"]), rate(row["any"]), shown])
    header = ["real lines", "n", f"show a tactic with a probability of {SHOWN} or more", "most often"]
    about = (
        "Nobody labelled the lines of real conversations that follow. Most show nothing, but people do ask each "
        "other's age or talk of meeting."
    )
    return f"{about}\n\n{table(header, rows)}"


def _real(figures: ScreeningFigures) -> str:
    shares = figures["real"]
    if ALL_REAL not in shares:
        return ""
    by_set = ", ".join(f"{name} {per_cent(shares[name]['value'])}" for name in sorted(set(shares) - {ALL_REAL}))
    return (
        f"Of {number(shares[ALL_REAL]['n'])} real messages that nothing was trained on, the screen passes on "
        f"{rate(shares[ALL_REAL])} to the encoder ({by_set})."
    )


def _lines(figures: ScreeningFigures) -> str:
    shares = figures["lines"]
    if EVERY not in shares:
        return ""
    seen = f", and {rate(shares[SEEN])} of those in which the encoder sees a tactic" if SEEN in shares else ""
    languages = sorted(set(shares) - {EVERY, SEEN}, key=lambda code: shares[code]["value"])
    fewest = f" The fewest are passed on in `{languages[0]}`: {rate(shares[languages[0]])}." if languages else ""
    return (
        f"Of {number(shares[EVERY]['n'])} unseen warning-sign lines the screen passes on {rate(shares[EVERY])}{seen}."
        f"{fewest}"
    )


def _conversations(results: Results, figures: ScreeningFigures) -> str:
    if not figures["conversations"]:
        return ""
    rows = [
        [
            NAMES[name],
            number(row["n"]),
            number(row["positives"]),
            f"{row['auroc_screened']:.3f}",
            f"{row['auroc_everything']:.3f}",
            rate(row["lost"]),
            rate(row["gained"]),
        ]
        for name, row in figures["conversations"].items()
    ]
    header = ["conversations", "n", "positive", "AUROC", "AUROC if the encoder reads every message"]
    header += [f"positives lost at {main_point(results)}", "positives gained"]
    about = (
        "The window model was also given the encoder's vectors of every message, as if there were no screen. A "
        "positive is lost\nif it is flagged only then, and gained if only the shipped model flags it."
    )
    return f"{about}\n\n{table(header, rows)}"
