"""Which results are put out, and in which order: `--only-flagged`, `--top` and `--sort`."""

from __future__ import annotations

import heapq
from itertools import count

from grooming_risk.commands.scoring.score_files import Found
from grooming_risk.commands.scoring.score_output import Output
from grooming_risk.report import RiskReport


class Selection:
    """Passes chosen results on to another output. It keeps only what cannot be passed on yet."""

    def __init__(self, output: Output, *, only_flagged: bool, by_risk: bool, top: int | None) -> None:
        """Prepare the selection.

        Args:
            output: Takes the chosen results.
            only_flagged: Whether to leave out conversations that are not flagged.
            by_risk: Whether the highest probability comes first; those that abstained come last.
            top: How many results to keep, those of the highest probability; None for all.
        """
        self._output, self._only_flagged = output, only_flagged
        self._sorted, self._top = by_risk or top is not None, top
        self._kept: list[tuple[float, int, Found, RiskReport]] = []
        self._number = count(0, -1)  # of equal probabilities, the first one read comes first

    def report(self, item: Found, report: RiskReport) -> None:
        """Take a conversation that was scored."""
        if self._only_flagged and not report.flagged:
            return
        if not self._sorted:
            self._output.report(item, report)
            return
        risk = -1.0 if report.probability is None else report.probability
        entry = (risk, next(self._number), item, report)
        if self._top is not None and len(self._kept) >= self._top:
            heapq.heappushpop(self._kept, entry)
        else:
            heapq.heappush(self._kept, entry)

    def failure(self, found: Found) -> None:
        """Pass a failure on."""
        self._output.failure(found)

    def finish(self) -> None:
        """Pass on what was kept, and complete the output."""
        for _, _, item, report in sorted(self._kept, key=lambda entry: entry[:2], reverse=True):
            self._output.report(item, report)
        self._output.finish()
