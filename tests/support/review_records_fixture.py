"""Made-up reports and records for the tests of review records; no conversation is behind them."""

from datetime import UTC, datetime

from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.records.review_record import make_review_record
from grooming_risk.report import Evidence, Provenance, RiskReport, Span

KEY = b"sixteen bytes or more of a secret"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def provenance(number=0, point="balanced", model="1.0"):
    return Provenance("0.1.0", model, "a" * 64, point, 0.5, 0.01, f"{number:064x}")


def flagged(number=0, **change):
    """Return a report that asks for review; a different one for each number."""
    return RiskReport(
        Outcome.REVIEW,
        None,
        0.95,
        (0.8, 0.99),
        (),
        (Span(3, 9, 0.95, ((3, 6), (8, 9))),),
        5,
        (Evidence(4, "a", ("secrecy",), (), 2.5), Evidence(6, "b", (), ("support_cue",), -1.5)),
        {"secrecy": (4, 7)},
        (),
        12,
        provenance(number, **change),
    )


def not_flagged(number=0):
    return RiskReport(Outcome.NO_REVIEW, None, 0.02, (0.0, 0.1), (), (), None, (), {}, (), 12, provenance(number))


def abstained(number=0):
    reason = AbstentionReason.TOO_LITTLE_TEXT
    return RiskReport(Outcome.ABSTAINED, reason, None, None, (), (), None, (), {}, (), 2, provenance(number))


def record(report=None, decision=None, viewed=(), at=NOON, **options):
    return make_review_record((report or flagged()).to_dict(), decision, viewed, clock=lambda: at, **options)


def chain(count, key=None):
    """Return a log of records of different flags, each with the digest of the one before it."""
    log = []
    for number in range(count):
        log.append(record(flagged(number), key=key, previous=log[-1]["record_digest"] if log else None))
    return log


def places(value, path=()):
    """Yield the path of every value inside a JSON value, as the keys that lead to it."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from places(child, (*path, name))
