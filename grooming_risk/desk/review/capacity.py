"""A threshold from the team's own cases: how many flags a day it can read, and what its decisions say about each level.

The conversations of a desk are ranked by their highest logit. Raising the threshold leaves fewer flags. Of those that
remain, the decisions of the team tell how many needed attention. Lowering it below the point at which conversations
were judged cannot be learned from flags; there only the random sample tells.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from grooming_risk.decision.operating_points import Estimate, two_sided
from grooming_risk.desk.storage.moments import now, read, written

DAYS = 30  # of the desk's own traffic
FEWEST = 50  # conversations below which no threshold is proposed


@dataclass(frozen=True, slots=True)
class Proposal:
    """A threshold by capacity.

    Attributes:
        threshold: logit at or above which a conversation would have been flagged.
        flags_a_day: conversations a day at or above it.
        conversations: that the desk scored in the time.
        days: in which they were scored.
        confirmed: share of decided ones at or above it that needed attention; None where none is decided.
        below: decided ones below it that needed attention, and that it would leave out.
    """

    threshold: float
    flags_a_day: float
    conversations: int
    days: int
    confirmed: Estimate | None
    below: int


def propose(connection: sqlite3.Connection, flags_a_day: float) -> Proposal | None:
    """Return the lowest threshold whose flags a team can read; None where the desk has too few conversations.

    Args:
        connection: to the data base.
        flags_a_day: flags that the team can read in a day, above 0.

    Returns:
        The proposal.
    """
    since = written(now() - timedelta(days=DAYS))
    rows = connection.execute(
        "SELECT logit, choice, state, created_at FROM cases WHERE logit IS NOT NULL AND created_at >= ? "
        "ORDER BY logit DESC",
        (since,),
    ).fetchall()
    if len(rows) < FEWEST:
        return None
    first = min(row["created_at"] for row in rows)
    days = max(1, (now() - read(first)).days + 1)
    most = int(flags_a_day * days)
    kept = rows[: _without_ties([row["logit"] for row in rows], most)]
    threshold = kept[-1]["logit"] if kept else rows[0]["logit"] + 1e-6
    decided = [row["choice"] for row in kept if row["choice"] in ("escalate", "no_concern")]
    missed = sum(row["choice"] == "escalate" for row in rows[len(kept) :])
    share = two_sided(decided.count("escalate"), len(decided)) if decided else None
    return Proposal(threshold, len(kept) / days, len(rows), days, share, missed)


def _without_ties(logits: list[float], most: int) -> int:
    """Return how many of the highest logits can be kept so that equal ones are kept together."""
    count = min(most, len(logits))
    while 0 < count < len(logits) and logits[count] == logits[count - 1]:
        count -= 1
    return count
