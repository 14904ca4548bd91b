"""An encoded conversation becomes a report: windows, calibration, decision, evidence."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from grooming_risk.conversation import speaker_name
from grooming_risk.decision.abstention import reason_to_abstain
from grooming_risk.model.artifact import Artifact, Taxonomy
from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel
from grooming_risk.model.windowing import WindowSpec, windows
from grooming_risk.outcome import Outcome
from grooming_risk.report import Evidence, RiskReport, Span, WindowRisk
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.leave_one_out import leave_one_out, live_logits
from grooming_risk.scoring.message_encoding import EncodedConversation
from grooming_risk.tactics import Tactic

# Logits are rounded before any comparison: padding moves float32 sums by about 1e-6, and the same input must always
# fall on the same side of a threshold.
DECIMALS = 4


def assess(encoded: EncodedConversation, judgement: Judgement, *, explain: bool = True) -> RiskReport:
    """Assess an encoded conversation at one operating point and one prior.

    Args:
        encoded: The conversation's vectors and statistics; may be assessed under any number of judgements.
        judgement: Operating point and prior, of the artefact that encoded the conversation.
        explain: Whether to compute evidence.

    Returns:
        The report.
    """
    artifact, vectors = judgement.artifact, encoded.vectors
    timeline, provenance = _timeline(vectors, artifact.taxonomy), judgement.provenance(encoded.input_digest)
    abstention = reason_to_abstain(encoded.statistics, artifact.abstention)
    if abstention is not None:
        return RiskReport(
            outcome=Outcome.ABSTAINED,
            abstention=abstention,
            probability=None,
            interval=None,
            windows=(),
            spans=(),
            first_flag=None,
            evidence=(),
            timeline=timeline,
            messages=encoded.messages,
            provenance=provenance,
        )
    scored = score_windows(vectors, artifact)
    risks = tuple(_window_risk(window, logit, vectors, judgement) for window, logit in scored)
    flagged = [pair for pair, risk in zip(scored, risks, strict=True) if risk.flagged]
    highest = max(risks, key=lambda risk: risk.logit)
    explained = (flagged or [max(scored, key=lambda pair: pair[1])]) if explain else []
    return RiskReport(
        outcome=Outcome.REVIEW if flagged else Outcome.NO_REVIEW,
        abstention=None,
        probability=highest.probability,
        interval=highest.interval,
        windows=risks,
        spans=merge_spans(risks),
        first_flag=_first_flag(flagged[0][0], vectors, judgement) if flagged else None,
        evidence=window_evidence(explained, vectors, artifact),
        timeline=timeline,
        messages=encoded.messages,
        provenance=provenance,
    )


class WindowModels(Protocol):
    """The parts of an artefact that windows need; training scores windows before an artefact is complete."""

    @property
    def window_model(self) -> WindowModel:
        """The window model."""

    @property
    def window_spec(self) -> WindowSpec:
        """Length and stride of the windows."""


def score_windows(vectors: MessageVectors, models: WindowModels) -> list[tuple[WindowInput, float]]:
    """Score every window for every speaker in it.

    Args:
        vectors: Messages of the conversation.
        models: The window model, and length and stride of the windows.

    Returns:
        Each window, in order, for the speaker with the highest logit, and that logit rounded to `DECIMALS`.
    """
    spans = windows(len(vectors), models.window_spec)
    inputs = [
        WindowInput(span, int(focus)) for span in spans for focus in np.unique(vectors.speakers[span.start : span.stop])
    ]
    logits = np.round(models.window_model.logits(vectors, inputs), DECIMALS)
    best: dict[int, tuple[WindowInput, float]] = {}
    for window, logit in zip(inputs, logits, strict=True):
        if window.span.start not in best or logit > best[window.span.start][1]:
            best[window.span.start] = (window, float(logit))
    return list(best.values())


def merge_spans(risks: tuple[WindowRisk, ...]) -> tuple[Span, ...]:
    """Merge flagged windows that overlap or adjoin."""
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


def window_evidence(
    scored: list[tuple[WindowInput, float]], vectors: MessageVectors, artifact: Artifact
) -> tuple[Evidence, ...]:
    """Compute how much each message of some windows moved their logits.

    Args:
        scored: Windows with their logits.
        vectors: Messages of the conversation.
        artifact: The artefact that gave the logits.

    Returns:
        The messages by the size of their contribution; one that is in several windows keeps its largest.
    """
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
    """Return for each message the labels that reach their thresholds, strongest first."""
    probabilities = 1 / (1 + np.exp(-vectors.logits))
    thresholds = np.array(taxonomy.thresholds, dtype=np.float32)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    return [
        [int(label) for label in row if shown[label] >= thresholds[label]]
        for row, shown in zip(order, probabilities, strict=True)
    ]


def _window_risk(window: WindowInput, logit: float, vectors: MessageVectors, judgement: Judgement) -> WindowRisk:
    start, stop = int(vectors.starts[window.span.start]), int(vectors.positions[window.span.stop - 1]) + 1
    return judgement.window_risk(start, stop, window.focus, logit)


def _first_flag(window: WindowInput, vectors: MessageVectors, judgement: Judgement) -> int:
    logits = np.round(live_logits(judgement.artifact.window_model, vectors, window), DECIMALS)
    reached = np.flatnonzero(logits >= judgement.point.threshold)
    last = len(window.span) - 1  # the whole window is flagged, even where rounding hides it
    return int(vectors.positions[window.span.start + (reached[0] if len(reached) else last)])


def _timeline(vectors: MessageVectors, taxonomy: Taxonomy) -> dict[str, tuple[int, ...]]:
    """Return for each tactic the messages that show it, in the order in which the tactics were first seen."""
    timeline: dict[str, list[int]] = {}
    if not len(vectors):
        return {}
    for position, shown in zip(vectors.positions, shown_labels(vectors, taxonomy), strict=True):
        for label in shown:
            if label < len(Tactic):
                timeline.setdefault(taxonomy.labels[label], []).append(int(position))
    return {tactic: tuple(indices) for tactic, indices in timeline.items()}
