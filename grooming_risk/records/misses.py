"""Estimates of how many conversations that needed attention were not flagged, from random samples of the rest.

The estimate of a sample is its rate of misses among decided conversations times its population. The bounds hold at two
sided 95 % (Clopper-Pearson) whatever becomes of the conversations that are not decided or inconclusive: the lower one
counts all of them as nothing found, the upper one all of them as missed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grooming_risk.decision.operating_points import Estimate, two_sided
from grooming_risk.records.unflagged_record import SamplingMethod, UnflaggedDecision


@dataclass(frozen=True, slots=True)
class MissEstimate:
    """What one sample, or everything that was not sampled, says about misses.

    Attributes:
        year: in which its first decision was made, UTC.
        sample: name of the sample; None for conversations that were not drawn.
        method: how its conversations were chosen.
        population: conversations it was drawn from; None where it was not drawn.
        drawn: conversations in it; None where it was not drawn.
        missed: decided as missed.
        nothing_found: decided as nothing found.
        inconclusive: decided as inconclusive.
        consistent: whether its records agree about method, size and population, and no more are decided than drawn.
    """

    year: int
    sample: str | None
    method: str
    population: int | None
    drawn: int | None
    missed: int
    nothing_found: int
    inconclusive: int
    consistent: bool

    @property
    def decided(self) -> int:
        """Conversations that a person has read."""
        return self.missed + self.nothing_found + self.inconclusive

    @property
    def misses(self) -> Estimate | None:
        """Estimated misses in the population, between bounds; None where the sample cannot tell."""
        if self.method != SamplingMethod.RANDOM.value or not self.consistent or not self.decided:
            return None
        drawn, population = int(self.drawn or 0), int(self.population or 0)
        open_ones = self.inconclusive + drawn - self.decided
        low, high = two_sided(self.missed, drawn).low, two_sided(self.missed + open_ones, drawn).high
        if drawn == population and not open_ones:
            low = high = self.missed / drawn  # everything was read
        return Estimate(self.missed / self.decided * population, low * population, high * population)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the fields, `decided` and the estimate."""
        return {**asdict(self), "decided": self.decided, "misses": self.misses and asdict(self.misses)}


def estimate_misses(records: Iterable[Mapping[str, Any]]) -> tuple[MissEstimate, ...]:
    """Return one estimate for each sample, by year and name.

    Args:
        records: valid unflagged records; the last decided one of a conversation counts.

    Returns:
        The estimates; conversations that were not drawn come as one for each method.
    """
    latest: dict[tuple[str, str | None], Mapping[str, Any]] = {}
    for record in records:
        place = record["record_id"], record["sampling"]["sample"]
        if place not in latest or record["decided_at"] >= latest[place]["decided_at"]:
            latest[place] = record
    samples: dict[tuple[str | None, str], list[Mapping[str, Any]]] = defaultdict(list)
    for record in latest.values():
        sampling = record["sampling"]
        # Records of one sample that name different methods belong together, and contradict each other.
        samples[sampling["sample"], "" if sampling["sample"] else sampling["method"]].append(record)
    found = [_estimate(members) for members in samples.values()]
    return tuple(sorted(found, key=lambda item: (item.year, item.sample or "", item.method)))


def _estimate(records: list[Mapping[str, Any]]) -> MissEstimate:
    counts = Counter(record["decision"] for record in records)
    ways = {tuple(sorted(record["sampling"].items(), key=lambda item: item[0])) for record in records}
    sampling = records[0]["sampling"]
    drawn = sampling["drawn"]
    return MissEstimate(
        year=min(int(record["created_at"][:4]) for record in records),
        sample=sampling["sample"],
        method=sampling["method"],
        population=sampling["population"],
        drawn=drawn,
        missed=counts[UnflaggedDecision.MISSED.value],
        nothing_found=counts[UnflaggedDecision.NOTHING_FOUND.value],
        inconclusive=counts[UnflaggedDecision.INCONCLUSIVE.value],
        consistent=len(ways) == 1 and (drawn is None or len(records) <= drawn),
    )
