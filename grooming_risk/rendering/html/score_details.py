"""The score, folded until a reader opens it, and its provenance."""

from __future__ import annotations

import dataclasses

from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.numbers import count, format_probability, message_numbers
from grooming_risk.report import RiskReport, WindowRisk

_WINDOWS_SHOWN = 100
_REMEMBERED_SHOWN = 8
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
    """Return probability, interval and windows, or None when nothing was scored.

    A number that reviewers see first guides their judgement, so it is folded until they open it.
    """
    if report.probability is None or report.interval is None:
        return None
    source = report.provenance
    meaning = (
        f"A stretch is flagged at {format_probability(source.threshold)} or above (operating point "
        f"\u201c{source.operating_point}\u201d). The probabilities assume a prevalence of {source.prior:g}: if what "
        "you look for is rarer in your conversations, they are too high. They describe conversations like this one, "
        "not a person."
    )
    probability = tag("b", format_probability(report.probability))
    return tag(
        "details",
        tag("summary", "Score", tag("span", " \u00b7 read the messages first", class_="notes")),
        tag("p", "Highest probability of a stretch: ", probability, f" (interval {_interval(report.interval)})."),
        tag("p", meaning),
        _windows(report),
        class_="score",
    )


def _windows(report: RiskReport) -> Html:
    strongest = sorted(report.windows, key=lambda window: (-window.probability, window.start))[:_WINDOWS_SHOWN]
    rows = (_window(window) for window in sorted(strongest, key=lambda window: window.start))
    left_out = len(report.windows) - len(strongest)
    caption = f"The {len(strongest)} strongest stretches" if left_out else "Stretches"
    head = tag("tr", *(tag("th", name, scope="col") for name in ("messages", "remembers", "probability", "flagged")))
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows))
    rest = f"The JSON report lists {count(left_out, 'weaker stretch', 'weaker stretches')} as well."
    return tag("div", table, tag("p", rest) if left_out else None, class_="windows")


def _window(window: WindowRisk) -> Html:
    return tag(
        "tr",
        tag("td", message_numbers(window.start, window.stop)),
        tag("td", _remembered(window)),
        tag("td", f"{format_probability(window.probability)} ({_interval(window.interval)})"),
        tag("td", "yes" if window.flagged else "no"),
    )


def _remembered(window: WindowRisk) -> str:
    """Return the messages from before that a window reads as well, the latest ones by number."""
    shown = window.remembered[-_REMEMBERED_SHOWN:]
    more = len(window.remembered) - len(shown)
    return ", ".join((*([f"{more:,} earlier"] if more else []), *map(str, shown))) or "\u2013"


def _interval(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{format_probability(low)} to {format_probability(high)}"


def provenance(report: RiskReport, level: int) -> Html:
    """Return versions, digests and settings, under a heading of this level."""
    values = dataclasses.asdict(report.provenance)
    rows: list[Html] = []
    for field, name in _FIELDS.items():
        value = values[field]
        rows += [tag("dt", name), tag("dd", f"{value:g}" if isinstance(value, float) else str(value))]
    return tag("section", tag(f"h{level}", "Provenance"), tag("dl", *rows), class_="provenance")
