"""The score, folded away until asked for, and where it came from."""

from __future__ import annotations

import dataclasses

from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.terminal.evidence import format_probability
from grooming_risk.rendering.wording import numbers
from grooming_risk.report import RiskReport, WindowRisk

_WINDOWS_SHOWN = 100
_FIELDS = {
    "library_version": "library",
    "model_version": "model",
    "artifact_digest": "artefact digest",
    "operating_point": "operating point",
    "threshold": "threshold",
    "prior": "prior",
    "input_digest": "input digest",
}


def score(report: RiskReport) -> Html | None:
    """Probability, interval and windows; None when nothing was scored.

    Reviewers who see a number first judge by it, so it opens only when they ask.
    """
    if report.probability is None or report.interval is None:
        return None
    low, high = report.interval
    source = report.provenance
    return tag(
        "details",
        tag("summary", "Score", tag("span", " \u00b7 read the messages first", class_="notes")),
        tag("p", "Highest probability of a stretch: ", tag("b", format_probability(report.probability)),
            f" (interval {_interval(low, high)})."),
        tag("p", f"At {format_probability(source.threshold)} or above a stretch is flagged, which is the operating "
            f"point \u201c{source.operating_point}\u201d. Probabilities refer to a prevalence of {source.prior:g}: "
            "where what you look for is rarer, they are too high. They speak of conversations like this one, not of "
            "a person."),
        _windows(report),
        class_="score",
    )  # fmt: skip


def _windows(report: RiskReport) -> Html:
    strongest = sorted(report.windows, key=lambda window: (-window.probability, window.start))[:_WINDOWS_SHOWN]
    rows = (_window(window) for window in sorted(strongest, key=lambda window: window.start))
    left_out = len(report.windows) - len(strongest)
    return tag(
        "div",
        tag("table",
            tag("caption", f"Stretches{f', the strongest {len(strongest)}' if left_out else ''}"),
            tag("thead", tag("tr", *(tag("th", name, scope="col") for name in ("messages", "probability", "flagged")))),
            tag("tbody", *rows)),
        tag("p", f"{left_out:,} weaker ones are in the JSON report.") if left_out else None,
        class_="windows",
    )  # fmt: skip


def _window(window: WindowRisk) -> Html:
    low, high = window.interval
    return tag(
        "tr",
        tag("td", numbers(window.start, window.stop)),
        tag(
            "td", f"{format_probability(window.probability)} ({format_probability(low)} to {format_probability(high)})"
        ),
        tag("td", "yes" if window.flagged else "no"),
    )


def _interval(low: float, high: float) -> str:
    return f"{format_probability(low)} to {format_probability(high)}"


def provenance(report: RiskReport, level: int) -> Html:
    """Versions, digests and settings, for the record, under a heading of this level."""
    values = dataclasses.asdict(report.provenance)
    rows: list[Html] = []
    for field, name in _FIELDS.items():
        value = values[field]
        rows += [tag("dt", name), tag("dd", f"{value:g}" if isinstance(value, float) else str(value))]
    return tag("section", tag(f"h{level}", "Provenance"), tag("dl", *rows), class_="provenance")
