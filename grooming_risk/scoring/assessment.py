"""A reading becomes a report: windows, calibration, decision, evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grooming_risk.conversation import speaker_name
from grooming_risk.decision.abstention import reason_to_abstain
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.model.artifact import Artifact, Taxonomy
from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel
from grooming_risk.model.windowing import WindowSpec, windows
from grooming_risk.outcome import Outcome
from grooming_risk.report import Evidence, Provenance, RiskReport, Span, WindowRisk
from grooming_risk.scoring.leave_one_out import leave_one_out, live_logits
from grooming_risk.scoring.message_encoding import Reading
from grooming_risk.tactics import Tactic

# Logits are rounded before any comparison: padding moves float32 sums by about 1e-6, and the same input must always
# fall on the same side of a threshold.
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What the caller asked for."""

    point: OperatingPoint
    prior: float | None
    explain: bool
    provenance: Provenance


def assess(reading: Reading, messages: int, artifact: Artifact, question: Question) -> RiskReport:
    """The report on one conversation.

    Args:
        reading: vectors and statistics of its messages.
        messages: how many messages it has, those without text included.
        artifact: the models and numbers.
        question: operating point, prior, whether to explain, provenance.
    """
    abstention = reason_to_abstain(reading.statistics, artifact.abstention)
    timeline = _timeline(reading.vectors, artifact.taxonomy)
    if abstention is not None:
        return RiskReport(
            Outcome.ABSTAINED, abstention, None, None, (), (), None, (), timeline, messages, question.provenance
        )
    scored = score_windows(reading.vectors, artifact)
    risks = tuple(_risk(window, logit, reading.vectors, artifact, question) for window, logit in scored)
    flagged = [pair for pair, risk in zip(scored, risks, strict=True) if risk.flagged]
    highest = max(risks, key=lambda risk: risk.logit)
    explained = (flagged or [max(scored, key=lambda pair: pair[1])]) if question.explain else []
    return RiskReport(
        outcome=Outcome.REVIEW if flagged else Outcome.NO_REVIEW,
        abstention=None,
        probability=highest.probability,
        interval=highest.interval,
        windows=risks,
        spans=merge_spans(risks),
        first_flag=_first_flag(flagged[0][0], reading.vectors, artifact, question.point) if flagged else None,
        evidence=window_evidence(explained, reading.vectors, artifact),
        timeline=timeline,
        messages=messages,
        provenance=question.provenance,
    )


class WindowModels(Protocol):
    """What scoring windows needs of an artefact; training scores with the same code before an artefact is whole."""

    @property
    def window_model(self) -> WindowModel:
        """The window model."""

    @property
    def window_spec(self) -> WindowSpec:
        """Length and stride."""


def score_windows(vectors: MessageVectors, models: WindowModels) -> list[tuple[WindowInput, float]]:
    """Each window with the focus speaker of its highest logit, and that logit."""
    spans = windows(len(vectors.positions), models.window_spec)
    asked = [
        WindowInput(span, int(focus)) for span in spans for focus in np.unique(vectors.speakers[span.start : span.stop])
    ]
    logits = np.round(models.window_model.logits(vectors, asked), DECIMALS)
    best: dict[int, tuple[WindowInput, float]] = {}
    for window, logit in zip(asked, logits, strict=True):
        if window.span.start not in best or logit > best[window.span.start][1]:
            best[window.span.start] = (window, float(logit))
    return list(best.values())


def merge_spans(risks: tuple[WindowRisk, ...]) -> tuple[Span, ...]:
    """Flagged windows that overlap or adjoin, merged."""
    spans: list[Span] = []
    for risk in risks:
        if not risk.flagged:
            continue
        if spans and risk.start <= spans[-1].stop:
            last = spans.pop()
            spans.append(Span(last.start, max(last.stop, risk.stop), max(last.probability, risk.probability)))
        else:
            spans.append(Span(risk.start, risk.stop, risk.probability))
    return tuple(spans)


def _risk(
    window: WindowInput, logit: float, vectors: MessageVectors, artifact: Artifact, question: Question
) -> WindowRisk:
    return WindowRisk(
        start=int(vectors.starts[window.span.start]),
        stop=int(vectors.positions[window.span.stop - 1]) + 1,
        focus_speaker=speaker_name(window.focus),
        logit=logit,
        probability=artifact.calibrator.probability(logit, question.prior),
        interval=artifact.calibrator.interval(logit, question.prior),
        flagged=question.point.flags(logit),
    )


def _first_flag(window: WindowInput, vectors: MessageVectors, artifact: Artifact, point: OperatingPoint) -> int:
    logits = np.round(live_logits(artifact.window_model, vectors, window), DECIMALS)
    reached = np.flatnonzero(logits >= point.threshold)
    last = len(window.span) - 1  # the whole window is flagged, whatever rounding does
    return int(vectors.positions[window.span.start + (reached[0] if len(reached) else last)])


def window_evidence(
    scored: list[tuple[WindowInput, float]], vectors: MessageVectors, artifact: Artifact
) -> tuple[Evidence, ...]:
    """Messages of these windows; one that stands in several keeps its largest contribution."""
    largest: dict[int, float] = {}
    for window, logit in scored:
        deltas = np.round(leave_one_out(artifact.window_model, vectors, window, logit), DECIMALS)
        for row, delta in zip(window.span, deltas, strict=True):
            if abs(delta) >= abs(largest.get(row, 0.0)):
                largest[row] = float(delta)
    ordered = sorted(largest.items(), key=lambda item: (-abs(item[1]), item[0]))
    shown = shown_labels(vectors, artifact.taxonomy)
    labels, tactics = artifact.taxonomy.labels, len(Tactic)
    return tuple(
        Evidence(
            message=int(vectors.positions[row]),
            speaker=speaker_name(int(vectors.speakers[row])),
            tactics=tuple(labels[label] for label in shown[row] if label < tactics),
            cues=tuple(labels[label] for label in shown[row] if label >= tactics),
            delta_logit=delta,
        )
        for row, delta in ordered
    )


def shown_labels(vectors: MessageVectors, taxonomy: Taxonomy) -> list[list[int]]:
    """For each message the labels that reach their threshold, strongest first."""
    probabilities = 1 / (1 + np.exp(-vectors.logits))
    thresholds = np.array(taxonomy.thresholds, dtype=np.float32)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    return [
        [int(label) for label in row if shown[label] >= thresholds[label]]
        for row, shown in zip(order, probabilities, strict=True)
    ]


def _timeline(vectors: MessageVectors, taxonomy: Taxonomy) -> dict[str, tuple[int, ...]]:
    timeline: dict[str, list[int]] = {}
    if not len(vectors.positions):
        return {}
    for position, shown in zip(vectors.positions, shown_labels(vectors, taxonomy), strict=True):
        for label in shown:
            if label < len(Tactic):
                timeline.setdefault(taxonomy.labels[label], []).append(int(position))
    return {tactic: tuple(indices) for tactic, indices in timeline.items()}
