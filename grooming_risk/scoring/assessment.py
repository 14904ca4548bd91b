"""An encoded conversation becomes a report: windows, calibration, decision, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grooming_risk.conversation import speaker_name
from grooming_risk.decision.abstention import reason_to_abstain, unsupported_language
from grooming_risk.model.artifact import Artifact, Taxonomy
from grooming_risk.model.memory import Rows
from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.report import Evidence, RiskReport, Span, WindowRisk
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.language import by_speaker, text_statistics
from grooming_risk.scoring.leave_one_out import leave_one_out, live_logits
from grooming_risk.scoring.message_encoding import EncodedConversation
from grooming_risk.scoring.spans import merge_spans, stretches
from grooming_risk.scoring.window_scores import (
    DECIMALS,
    carrying_rows,
    readable_rows,
    score_windows,
    window_place,
)
from grooming_risk.tactics import Tactic

Scored = tuple[WindowInput, float]  # a window, and its rounded logit
Floats = npt.NDArray[np.float64]


def assess(encoded: EncodedConversation, judgement: Judgement, *, explain: bool = True) -> RiskReport:
    """Assess an encoded conversation at one operating point and one prior.

    A window whose logit reaches the threshold is flagged, unless the messages that carry the logit are in a language
    that is not scored. What others write never takes a flag away: the scorer abstains because of the language only
    where nothing is flagged.

    Args:
        encoded: The conversation's vectors; may be assessed under any number of judgements.
        judgement: Operating point and prior, of the artefact that encoded the conversation.
        explain: Whether to compute evidence.

    Returns:
        The report.
    """
    decision = decide(encoded.vectors, judgement)
    if decision.reason is not None:
        return _abstained(encoded, judgement, decision.reason)
    return _report(encoded, judgement, decision.scored, decision.flags, explain)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a conversation, before anything is explained.

    Attributes:
        scored: Every window with its logit, in order.
        flags: The flagged windows, in order, each with the rows of the messages that carry its logit.
        reason: The reason to abstain, or None.
    """

    scored: list[Scored]
    flags: list[tuple[Scored, Rows]]
    reason: AbstentionReason | None


def decide(vectors: MessageVectors, judgement: Judgement) -> Decision:
    """Score the windows of a conversation, and decide which are flagged and whether to abstain."""
    artifact = judgement.artifact
    scored = score_windows(vectors, artifact)
    reached = [pair for pair in scored if judgement.point.flags(pair[1])]
    carried = carrying_rows([window for window, _ in reached], vectors, artifact.window_model)
    flags = [
        (pair, rows)
        for pair, rows in zip(reached, carried, strict=True)
        if readable_rows(rows, vectors, artifact.abstention)
    ]
    unread = len(reached) > len(flags)
    reason = reason_to_abstain(text_statistics(vectors), artifact.abstention, bool(flags))
    if reason is None and unread and not flags:
        reason = AbstentionReason.UNSUPPORTED_LANGUAGE
    return Decision(scored, flags, reason)


def _abstained(encoded: EncodedConversation, judgement: Judgement, reason: AbstentionReason) -> RiskReport:
    return RiskReport(
        outcome=Outcome.ABSTAINED,
        abstention=reason,
        probability=None,
        interval=None,
        windows=(),
        spans=(),
        first_flag=None,
        evidence=(),
        timeline=_timeline(encoded.vectors, judgement.artifact.taxonomy),
        unread=_unread(encoded.vectors, judgement.artifact),
        messages=encoded.messages,
        beyond_limits=encoded.beyond_limits,
        provenance=judgement.provenance(encoded.input_digest),
    )


def _report(
    encoded: EncodedConversation,
    judgement: Judgement,
    scored: Sequence[Scored],
    flags: Sequence[tuple[Scored, Rows]],
    explain: bool,
) -> RiskReport:
    vectors, artifact = encoded.vectors, judgement.artifact
    flagged = [pair for pair, _ in flags]
    ends = {int(window.rows[-1]) for window, _ in flagged}
    risks = tuple(_window_risk(pair, int(pair[0].rows[-1]) in ends, vectors, judgement) for pair in scored)
    # A logit that reaches the threshold without a flag is not read, so it does not count.
    highest = max((r for r in risks if r.flagged or not judgement.point.flags(r.logit)), key=lambda risk: risk.logit)
    shown = [
        (stretches(vectors.starts[rows], vectors.positions[rows] + 1, encoded.messages), risk.probability)
        for (_, rows), risk in zip(flags, (risk for risk in risks if risk.flagged), strict=True)
    ]
    spans = merge_spans(shown)
    places = [parts[0][0] for parts, _ in shown]
    explained = (_highest_of_spans(spans, flagged, places) or [max(scored, key=_logit)]) if explain else []
    return RiskReport(
        outcome=Outcome.REVIEW if flagged else Outcome.NO_REVIEW,
        abstention=None,
        probability=highest.probability,
        interval=highest.interval,
        windows=risks,
        spans=spans,
        first_flag=_first_flag(flagged[0][0], vectors, judgement) if flagged else None,
        evidence=window_evidence(explained, vectors, artifact),
        timeline=_timeline(vectors, artifact.taxonomy),
        unread=_unread(vectors, artifact),
        messages=encoded.messages,
        beyond_limits=encoded.beyond_limits,
        provenance=judgement.provenance(encoded.input_digest),
    )


def _logit(scored: Scored) -> float:
    return scored[1]


def _highest_of_spans(spans: Sequence[Span], flagged: Sequence[Scored], places: Sequence[int]) -> list[Scored]:
    """Return the highest flagged window of each span; the windows after it remember the same messages.

    Args:
        spans: The spans.
        flagged: The flagged windows.
        places: Index of the first message that each of these shows.

    Returns:
        One window for each span.
    """
    return [
        max(
            (
                pair
                for pair, place in zip(flagged, places, strict=True)
                if any(start <= place < stop for start, stop in span.stretches)
            ),
            key=_logit,
        )
        for span in spans
    ]


def _unread(vectors: MessageVectors, artifact: Artifact) -> tuple[str, ...]:
    return tuple(
        speaker_name(speaker)
        for speaker, statistics in by_speaker(vectors).items()
        if unsupported_language(statistics, artifact.abstention)
    )


def _window_risk(scored: Scored, flagged: bool, vectors: MessageVectors, judgement: Judgement) -> WindowRisk:
    window, logit = scored
    start, stop, remembered = window_place(window.rows, vectors, judgement.artifact.window_spec)
    return judgement.window_risk(start, stop, remembered, window.focus, logit, flagged)


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
    rows: dict[int, set[int]] = {}  # several for a message that is read in parts
    for window, logit in scored:
        deltas = np.round(leave_one_out(artifact.window_model, vectors, window, logit), DECIMALS)
        for row, delta in zip(window.rows.tolist(), deltas, strict=True):
            message = int(vectors.positions[row])
            rows.setdefault(message, set()).add(row)
            if abs(delta) >= abs(largest.get(message, 0.0)):
                largest[message] = float(delta)
    found = []
    for message, delta in sorted(largest.items(), key=lambda item: (-abs(item[1]), item[0])):
        which = np.array(sorted(rows[message]), dtype=np.int64)
        tactics, cues = named_labels(vectors.rows(which), artifact.taxonomy)
        speaker = speaker_name(int(vectors.speakers[which[0]]))
        found.append(Evidence(message, speaker, tactics, cues, delta))
    return tuple(found)


def named_labels(parts: MessageVectors, taxonomy: Taxonomy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tactics and the cues that a message shows, strongest first; of one read in parts, part by part.

    Args:
        parts: The rows of the message.
        taxonomy: The labels.

    Returns:
        Their names.
    """
    shown = dict.fromkeys(label for labels in shown_labels(parts, taxonomy) for label in labels)
    return (
        tuple(taxonomy.labels[label] for label in shown if label < len(Tactic)),
        tuple(taxonomy.labels[label] for label in shown if label >= len(Tactic)),
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


def _first_flag(window: WindowInput, vectors: MessageVectors, judgement: Judgement) -> int:
    size = judgement.artifact.window_spec.size
    logits = np.round(live_logits(judgement.artifact.window_model, vectors, window, size), DECIMALS)
    return first_reaching(logits, window, vectors, judgement.point.threshold)


def first_reaching(logits: Floats, window: WindowInput, vectors: MessageVectors, threshold: float) -> int:
    """Return the message at which a flagged window first reaches a threshold.

    Args:
        logits: Its live logits, rounded, float64, shape (k,), of its last k rows.
        window: The window.
        vectors: Messages of the conversation.
        threshold: Logit from which it is flagged.

    Returns:
        Index of the message; the last one where rounding hides it.
    """
    reached = np.flatnonzero(logits >= threshold)
    place = len(window.rows) - len(logits) + int(reached[0]) if len(reached) else -1
    return int(vectors.positions[window.rows[place]])


def _timeline(vectors: MessageVectors, taxonomy: Taxonomy) -> dict[str, tuple[int, ...]]:
    """Return for each tactic the messages that show it, in the order in which the tactics were first seen."""
    timeline: dict[str, list[int]] = {}
    if not len(vectors):
        return {}
    for position, shown in zip(vectors.positions, shown_labels(vectors, taxonomy), strict=True):
        for label in shown:
            if label < len(Tactic):
                timeline.setdefault(taxonomy.labels[label], []).append(int(position))
    # A message that is read in parts may show the same in several of them.
    return {tactic: tuple(dict.fromkeys(indices)) for tactic, indices in timeline.items()}
