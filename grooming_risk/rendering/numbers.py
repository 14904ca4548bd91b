"""Numbers as people read them: probabilities, shares, counts and message numbers, never rounded to certainty."""

from __future__ import annotations


def format_probability(probability: float) -> str:
    """Return a probability with three decimals; 0 and 1 appear as "<0.001" and ">0.999"."""
    if probability < 0.001:
        return "<0.001"
    return ">0.999" if probability > 0.999 else f"{probability:.3f}"


def format_interval(interval: tuple[float, float]) -> str:
    """Return both ends of an interval in brackets."""
    low, high = interval
    return f"[{format_probability(low)}, {format_probability(high)}]"


def threshold_text(probability: float) -> str:
    """Return a threshold with four significant digits, never rounded to 0 or 1."""
    text = f"{probability:.4g}"
    return ">0.9999" if float(text) == 1 else text


def per_cent(share: float) -> str:
    """Return a share in per cent with three significant digits; only exact 0 and 1 give 0 % and 100 %."""
    if 0 < share < 1 and float(f"{share:.3g}") == 1:
        return ">99.9 %"
    text = f"{100 * share:.3g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") + " %" if share >= 1e-9 else f"{text} %"


def number_text(value: float) -> str:
    """Return an expected number of conversations: whole from 100 on, else with three significant digits."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun; the plural is the noun with an "s" unless it is given."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"


def message_numbers(start: int, stop: int) -> str:
    """Return the message numbers of a half-open range, as in "3" or "3-7" (with an en dash)."""
    return str(start) if stop - start == 1 else f"{start}\u2013{stop - 1}"


def message_range(start: int, stop: int) -> str:
    """Return the messages of a half-open range in words, as in "messages 3-7" (with an en dash)."""
    return f"{'message' if stop - start == 1 else 'messages'} {message_numbers(start, stop)}"
