"""A report in a notebook: what to review and why, without message text, scripts or style sheets.

Jupyter keeps inline styles only, so there are no classes. Colours are those of the surrounding text (`currentColor`) or
legible on light and dark backgrounds, and none of them is the only sign of anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from grooming_risk.outcome import Outcome
from grooming_risk.rendering.excerpts import chosen_evidence
from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.numbers import count, format_interval, format_probability
from grooming_risk.rendering.stretches import all_stretches, limits_sentence, stretch_numbers, unread_sentence
from grooming_risk.rendering.wording import NOT_A_LOW_SCORE, is_protective, label_name
from grooming_risk.report import Evidence, RiskReport

RAISED, LOWERED = 6, 3  # rows of evidence; the JSON report and the review page have more
STRETCHES = 8
INDICES = 8  # message numbers of one tactic; the strip beside them shows all
WIDTH, STRIP, CURVE = 320, 10, 48  # pixels: width of strips and curve, height of a strip, height of the curve
PLACES = 160  # most marks on a strip and most points on a curve, so that a long conversation stays a small view
_ACCENT = "#c26a00"  # contrast of 3.7:1 or more on white and on Jupyter's dark background
_LEFT = "text-align:left;padding:2px 14px 2px 0;background:none;border:0;vertical-align:middle"
_SMALL = "font-size:85%;opacity:0.8"
_HEADINGS = {
    Outcome.REVIEW: "Review",
    Outcome.NO_REVIEW: "No review",
    Outcome.ABSTAINED: "Not scored",
}


def compact_view(report: RiskReport) -> str:
    """Return a report as HTML for a notebook: outcome, evidence, tactics, stretches, folded score, provenance.

    The report may have been read from a file, so everything in it is escaped.
    """
    parts = (
        _outcome(report),
        _evidence(report),
        _timeline(report),
        _spans(report),
        _sentence(unread_sentence(report)),
        _sentence(limits_sentence(report)),
        _curve(report),
        _score(report),
        _provenance(report),
    )
    return tag("div", *parts, style="max-width:52em;line-height:1.5")


def _outcome(report: RiskReport) -> Html:
    words = f", {report.messages:,} messages"
    if report.abstention is not None:
        words += f": {label_name(report.abstention.value)}. {NOT_A_LOW_SCORE}"
    elif report.first_flag is not None:
        words += f", first flag at message {report.first_flag:d}"
    return tag("p", tag("strong", _HEADINGS[report.outcome]), words, style="margin:0 0 6px")


def _evidence(report: RiskReport) -> Html | None:
    shown = chosen_evidence(report)
    raised = [item for item in shown if item.delta_logit > 0][:RAISED]
    lowered = [item for item in shown if item.delta_logit < 0][:LOWERED]
    if not raised and not lowered:
        return None
    strongest = max(abs(item.delta_logit) for item in (*raised, *lowered))
    columns = ("message", "speaker", "shows", "effect on the score (logit)")
    head = tag("tr", *(tag("th", words, style=_LEFT) for words in columns))
    rows = [_evidence_row(item, strongest) for item in (*raised, *lowered)]
    caption = "Messages to read first" if report.outcome is Outcome.REVIEW else "What moved the score most"
    return _table(f"{caption}, then counter-evidence" if raised and lowered else caption, head, *rows)


def _evidence_row(item: Evidence, strongest: float) -> Html:
    labels = [
        f"{label_name(label)} (innocent reading)" if is_protective(label) else label_name(label)
        for label in (*item.tactics, *item.cues)
    ]
    way = "raised" if item.delta_logit > 0 else "lowered"
    pixels = max(1, round(60 * abs(item.delta_logit) / strongest))
    # Counter-evidence is drawn as an outline, so that it does not look like weaker evidence.
    look = f"background:{_ACCENT}" if item.delta_logit > 0 else "border:1px solid currentColor"
    bar = tag("span", style=f"display:inline-block;box-sizing:border-box;width:{pixels}px;height:9px;{look}")
    cells = (f"{item.message:d}", item.speaker, ", ".join(labels) or "\u2013")
    moved = (bar, f" {way} it by {abs(item.delta_logit):.1f}")
    return tag("tr", *(tag("td", cell, style=_LEFT) for cell in cells), tag("td", *moved, style=_LEFT))


def _timeline(report: RiskReport) -> Html | None:
    if not report.timeline:
        return None
    rows = [
        tag(
            "tr",
            tag("th", label_name(tactic), style=_LEFT + ";font-weight:normal", scope="row"),
            tag("td", _strip(indices, report), style=_LEFT),
            tag("td", _first_numbers(indices), style=_LEFT),
        )
        for tactic, indices in report.timeline.items()
    ]
    return _table("Tactics over the conversation", *rows)


def _strip(indices: Sequence[int], report: RiskReport) -> Html:
    """Draw where a tactic shows, with the conversation running from left to right."""
    total = max(report.messages, 1)
    width = max(2.0, WIDTH / total)
    places = sorted({index * PLACES // total for index in indices}) if total > PLACES else list(indices)
    step = WIDTH / min(total, PLACES)
    marks = (
        tag("rect", x=_pixels(place * step), y=0, width=_pixels(width), height=STRIP, fill=_ACCENT) for place in places
    )
    middle = STRIP / 2
    axis = tag("line", x1=0, x2=WIDTH, y1=middle, y2=middle, stroke="currentColor", stroke_opacity=0.4)
    return _drawing(STRIP, f"{len(indices):,} of {total:,} messages", axis, *marks)


def _curve(report: RiskReport) -> Html | None:
    """Draw the risk over the conversation and the threshold, without numbers: it shows where to read, not how much."""
    if len(report.windows) < 2:
        return None
    points = _risk(report)
    step = WIDTH / len(points)
    corners = " ".join(
        f"{_pixels(x)},{_pixels(_height(probability))}"
        for place, probability in enumerate(points)
        for x in (place * step, (place + 1) * step)
    )
    line = tag("polyline", points=corners, fill="none", stroke="currentColor", stroke_width=1.5)
    threshold = _pixels(_height(report.provenance.threshold))
    limit = tag(
        "line", x1=0, x2=WIDTH, y1=threshold, y2=threshold, stroke=_ACCENT, stroke_width=1, stroke_dasharray="4 3"
    )
    flagged = sum(window.flagged for window in report.windows)
    words = f"risk over {len(report.windows):,} windows, {flagged:,} of them flagged"
    shades = [
        tag("rect", x=_pixels(x), y=0, width=_pixels(end - x), height=CURVE, fill="currentColor", fill_opacity=0.15)
        for x, end in _shades(report)
    ]
    note = "Risk from the first message to the last. Dashed: the threshold; shaded: to review."
    return tag(
        "div", _drawing(CURVE, words, *shades, limit, line), tag("div", note, style=_SMALL), style="margin:6px 0"
    )


def _risk(report: RiskReport) -> list[float]:
    """Return, for each place of the conversation, the highest probability of the windows that cover it."""
    total = max(report.messages, 1)
    places = min(total, PLACES)
    found = [0.0] * places
    for window in report.windows:
        for place in range(max(window.start * places // total, 0), min(-(-window.stop * places // total), places)):
            found[place] = max(found[place], window.probability)
    return found


def _height(probability: float) -> float:
    return CURVE - 2 - (CURVE - 4) * probability


def _shades(report: RiskReport) -> list[tuple[float, float]]:
    """Return the stretches to review in pixels; those that would touch are joined."""
    total = max(report.messages, 1)
    shades: list[tuple[float, float]] = []
    for stretch in all_stretches(report):
        start, stop = (WIDTH * edge / total for edge in stretch)
        if shades and start < shades[-1][1] + 1:
            start, stop = shades[-1][0], max(stop, shades.pop()[1])
        shades.append((start, stop))
    return shades


def _spans(report: RiskReport) -> Html | None:
    if not report.spans:
        return None
    shown, left_out = stretch_numbers(report.spans, STRETCHES)
    more = f" and {count(left_out, 'more stretch', 'more stretches')}" if left_out else ""
    return tag("p", f"To review: messages {', '.join(shown)}{more}", style="margin:6px 0")


def _sentence(sentence: str | None) -> Html | None:
    return None if sentence is None else tag("p", sentence, style="margin:6px 0")


def _score(report: RiskReport) -> Html | None:
    if report.probability is None or report.interval is None:
        return None
    source = report.provenance
    text = (
        f"Highest probability of a window: {format_probability(report.probability)}, interval "
        f"{format_interval(report.interval)}, at a prevalence of {source.prior:g}. Windows are flagged at "
        f"{format_probability(source.threshold)} or above."
    )
    return tag("details", tag("summary", "Score"), tag("p", text, style="margin:2px 0"), style="margin:6px 0")


def _provenance(report: RiskReport) -> Html:
    source = report.provenance
    text = (
        f"grooming-risk {source.library_version}, model {source.model_version}, "
        f"artefact {source.artifact_digest[:12]}, "
        f"operating point {source.operating_point}, input {source.input_digest[:12]}. A trained person decides."
    )
    return tag("div", text, style=_SMALL)


def _table(caption: str, *rows: Html) -> Html:
    style = "text-align:left;caption-side:top;font-weight:bold;padding:4px 0 2px;color:inherit"
    table = "border-collapse:collapse;margin:0 0 4px;border:0;font-size:inherit"
    return tag("table", tag("caption", caption, style=style), tag("tbody", *rows), style=table)


def _drawing(height: int, words: str, *shapes: Html) -> Html:
    box = f"0 0 {WIDTH} {height}"
    style = "vertical-align:middle;max-width:100%"
    return tag("svg", *shapes, role="img", aria_label=words, width=WIDTH, height=height, viewBox=box, style=style)


def _first_numbers(indices: Sequence[int]) -> str:
    return ", ".join(f"{index:d}" for index in indices[:INDICES]) + (", \u2026" if len(indices) > INDICES else "")


def _pixels(value: float) -> str:
    return f"{value:.1f}"
