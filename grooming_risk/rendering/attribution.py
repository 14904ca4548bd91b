"""What shows who wrote the messages, and where that is doubtful: for every view of a report with its conversation."""

from __future__ import annotations

from collections import Counter
from typing import Any

from grooming_risk.conversation import Attribution, Conversation, Doubt
from grooming_risk.rendering.numbers import count
from grooming_risk.report import RiskReport

# Why it is doubtful who wrote a message, for a reviewer.
DOUBTS: dict[Doubt, str] = {
    Doubt.HEAD_INSIDE: "contains a line that looks like the beginning of another message, perhaps under another name",
    Doubt.MAY_BE_INSIDE: "may have been typed inside the message before it, under somebody else's name",
    Doubt.OUT_OF_ORDER: "its time does not fit its place: a forged line has such times, and so has a late delivery",
    Doubt.NO_NAME: "its line names nobody and is not a known notice; it is read as words of the person before it",
}
KNOWN_BY = {
    Attribution.ACCOUNT: "Speakers are told apart by the ids of their accounts in the export.",
    Attribution.NAME: "Speakers are told apart only by the names printed in the export, which prove nothing: in such "
    "an export a message can contain lines that look like messages of somebody else.",
    Attribution.GIVEN: "Speakers are told apart as the file or program that gave the messages did.",
}
COMPARE = "Compare with the phone or the account itself before you act on who wrote what."


def doubtful_evidence(report: RiskReport, conversation: Conversation) -> tuple[int, ...]:
    """Return the messages of the evidence whose author is doubtful, in order.

    Args:
        report: the result.
        conversation: the messages that were scored.

    Returns:
        Their indices.
    """
    return tuple(sorted(item.message for item in report.evidence if conversation.messages[item.message].doubt))


def raised_by(report: RiskReport) -> list[tuple[str, int]]:
    """Return who wrote the messages that raised the score, with their number, most first."""
    return Counter(item.speaker for item in report.evidence if item.delta_logit > 0).most_common()


def attribution_sentences(report: RiskReport, conversation: Conversation) -> list[str]:
    """Return what a reviewer has to know about who wrote the messages.

    Args:
        report: the result.
        conversation: the messages that were scored.

    Returns:
        Sentences that name messages by their indices and speakers by their letters, without text.
    """
    sentences = [KNOWN_BY[conversation.attribution]]
    if written := raised_by(report):
        shares = (f"{speaker} ({count(number, 'message')})" for speaker, number in written)
        sentences.append(f"What raised the score was written by {', '.join(shares)}, as far as the export shows.")
    doubtful = doubtful_evidence(report, conversation)
    if doubtful:
        sentences.append(f"The evidence contains {_of_doubtful_author(doubtful)}.")
    others = sum(message.doubt is not None for message in conversation) - len(doubtful)
    if others:
        marked = "is marked" if others == 1 else "are marked"
        sentences.append(f"{count(others, 'other message')} of a doubtful author {marked}.")
    if doubtful or others or conversation.attribution is Attribution.NAME:
        sentences.append(COMPARE)
    return sentences


def attribution_to_dict(report: RiskReport, conversation: Conversation) -> dict[str, Any]:
    """Return what shows who wrote the messages as plain JSON types.

    Args:
        report: the result.
        conversation: the messages that were scored.

    Returns:
        `known_by` (account_id, printed_name or given); `doubtful`, reason to indices of messages; and
        `doubtful_evidence`, those of them that are evidence.
    """
    doubtful: dict[str, list[int]] = {}
    for index, message in enumerate(conversation):
        if message.doubt is not None:
            doubtful.setdefault(message.doubt.value, []).append(index)
    return {
        "known_by": conversation.attribution.value,
        "doubtful": doubtful,
        "doubtful_evidence": list(doubtful_evidence(report, conversation)),
    }


def doubt_warning(report: RiskReport, conversation: Conversation) -> str | None:
    """Return a warning for standard error if evidence rests on messages of a doubtful author, else None."""
    doubtful = doubtful_evidence(report, conversation)
    return f"evidence contains {_of_doubtful_author(doubtful)}; compare with the phone or account" if doubtful else None


def _of_doubtful_author(indices: tuple[int, ...]) -> str:
    listed = ", ".join(map(str, indices[:10])) + (", …" if len(indices) > 10 else "")
    return f"{count(len(indices), 'message')} of a doubtful author ({listed})"
