"""What a case has and what it lacks, for each addressee: incomplete reports, not slow wires, hold cases up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from grooming_risk.handover.addressees.requirements import REQUIREMENTS, Addressee, Need
from grooming_risk.handover.case.case import Case

_ORDER = {need: place for place, need in enumerate(Need)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One question, for one addressee.

    Attributes:
        key: short name of the question.
        need: how much the addressee depends on it.
        given: whether the case has it.
        question: English text.
        reason: English text.
    """

    key: str
    need: Need
    given: bool
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """What one addressee finds in a case.

    Attributes:
        addressee: who.
        findings: what it asks, what it requires first.
    """

    addressee: Addressee
    findings: tuple[Finding, ...]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What is not given, what is required first."""
        return tuple(finding for finding in self.findings if not finding.given)

    @property
    def ready(self) -> bool:
        """Whether everything that the addressee requires is given."""
        return all(finding.need is not Need.REQUIRED for finding in self.missing)


def completeness(case: Case, asked: Collection[str] = ()) -> tuple[Completeness, ...]:
    """Return what each addressee finds in a case.

    Args:
        case: the case.
        asked: keys of questions that the chosen body's own form asks; they count as asked for by police and hotlines.

    Returns:
        One result for each addressee.
    """
    return tuple(Completeness(addressee, _findings(case, addressee, asked)) for addressee in Addressee)


def _findings(case: Case, addressee: Addressee, asked: Collection[str]) -> tuple[Finding, ...]:
    found = []
    for item in REQUIREMENTS:
        need = item.needs.get(addressee)
        if addressee is Addressee.POLICE and item.key in asked and need is not Need.REQUIRED:
            need = Need.ASKED
        if need is not None:
            found.append(Finding(item.key, need, item.given(case), item.question, item.reason))
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.need]))
