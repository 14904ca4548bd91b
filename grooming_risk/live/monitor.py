"""The live monitor: one message in, one step out, at a cost that does not grow with the conversation.

After every message a monitor says what `RiskScorer.score` says of the messages so far: outcome, abstention,
probability, interval, the highest window and the last. A short message that follows on others of its speaker is read
with them, and takes their place. Each text is encoded alone; the shipped encoder reads it the same as among others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grooming_risk.conversation import read_message, speaker_name
from grooming_risk.decision.abstention import reason_to_abstain
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint, select
from grooming_risk.errors import (
    InputTooLargeError,
    InvalidConversationError,
    InvalidOptionError,
    UnsupportedFormatError,
)
from grooming_risk.live.memory import PREDICTIONS, Memory, Peak, higher
from grooming_risk.live.state import FORMAT, read, read_point, written
from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.report import Evidence, WindowRisk
from grooming_risk.scoring.assessment import shown_labels, window_evidence
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.tactics import Tactic
from grooming_risk.text.message_text import visible_text

_TACTICS = frozenset(tactic.value for tactic in Tactic)


@dataclass(frozen=True, slots=True)
class MonitorStep:
    """What is known once a message was read. Message indices and neutral speaker names, no text.

    Attributes:
        message: index of the message, counted over all that were read.
        speaker: neutral name of who wrote it.
        tactics: tactics it shows, strongest first.
        cues: cues it shows, strongest first.
        outcome: what scoring the messages so far gives.
        abstention: the reason when abstained, else None.
        probability: highest window probability so far, in [0, 1]; None only when abstained.
        interval: its interval; None only when abstained.
        highest: the window of that probability, of equals the first; None only when abstained.
        window: the live window, which ends at the last message with text; None only when abstained.
        warning: whether a warning was raised, at this message or before; it stays.
        first_flag: index of the message that raised it, or None.
    """

    message: int
    speaker: str
    tactics: tuple[str, ...]
    cues: tuple[str, ...]
    outcome: Outcome
    abstention: AbstentionReason | None
    probability: float | None
    interval: tuple[float, float] | None
    highest: WindowRisk | None
    window: WindowRisk | None
    warning: bool
    first_flag: int | None

    @property
    def flagged(self) -> bool:
        """Whether the live window reaches the operating point now."""
        return self.window is not None and self.window.flagged

    @property
    def raised(self) -> bool:
        """Whether this message raised the warning; true once in a conversation."""
        return self.first_flag == self.message


class ConversationMonitor:
    """Follows one conversation. Not thread-safe; many monitors may share a scorer, in several threads too.

    The warning is raised by the first message after which `RiskScorer.score` of the messages so far asks for a review.
    `RiskReport.first_flag` is found afterwards, from the beginnings of the first flagged window for one speaker, and
    may differ. Unless the monitor abstained there, the warning never comes after the last message of that window; and
    never after `first_flag` where that window is the conversation's first, since here every speaker is asked about.

    With skepticism the warning is raised when so many of the last ten windows are flagged (Vogt, Leser & Akbik 2021).
    """

    def __init__(
        self,
        scorer: RiskScorer,
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        skepticism: int | None = None,
    ) -> None:
        """Nothing is read yet.

        Args:
            scorer: whose artefact and limits are used.
            operating_point: named threshold, or one of your own.
            prior: prevalence in (0, 1) that probabilities refer to; it never moves what is flagged.
            skepticism: flagged windows of the last ten that raise the warning, 1 to 10; None for the first flag.

        Raises:
            UnknownOperatingPointError: there is no such operating point.
            InvalidOptionError: prior or skepticism is out of its range.
            ArtifactIntegrityError: the artefact was changed.
        """
        if prior is not None and not 0 < prior < 1:
            raise InvalidOptionError(f"prior {prior} is no prevalence; pass a number between 0 and 1, both excluded")
        if skepticism is not None and (type(skepticism) is not int or not 1 <= skepticism <= PREDICTIONS):
            raise InvalidOptionError(f"skepticism {skepticism} is none; pass a whole number from 1 to {PREDICTIONS}")
        self._artifact, self._limits = scorer.artifact, scorer.limits
        self._point = select(self._artifact.operating_points, operating_point)
        self._prior, self._skepticism = prior, skepticism
        self._memory = Memory()

    def __repr__(self) -> str:
        return f"ConversationMonitor({self._memory.messages} messages)"

    @property
    def messages(self) -> int:
        """Messages read, those without text included."""
        return self._memory.messages

    def update(self, message: object) -> MonitorStep:
        """Read the next message.

        Args:
            message: a `Message`, mapping or (speaker, text) pair, as `score_conversation` takes them.

        Raises:
            InvalidConversationError: it cannot be used; its index is in the error.
            InputTooLargeError: it is over a limit. After either the monitor is as before, and can go on.
        """
        memory = self._memory
        if memory.messages >= self._limits.messages:
            raise InputTooLargeError(f"more than {self._limits.messages} messages; start a new monitor")
        read_in = read_message(message, memory.messages, self._limits)
        digest = memory.digest(read_in.speaker)
        number = memory.speakers.get(digest, len(memory.speakers))
        if number >= self._limits.speakers:
            raise InputTooLargeError(f"more than {self._limits.speakers} speakers; split the conversation")
        memory.speakers[digest] = number
        text = visible_text(read_in)
        if text is not None:
            memory.add(read_in, text, number, self._artifact)
        memory.messages += 1
        return self._step(number, text is not None)

    def evidence(self) -> tuple[Evidence, ...]:
        """Which messages moved the live window's logit, as `RiskReport.evidence` has them for that window.

        Costs one run of the window model for each of its messages; meant for when a warning was raised.
        """
        live, rows = self._memory.live, self._memory.rows
        if live is None or rows is None:
            return ()
        window = WindowInput(range(len(rows.positions)), live.focus)
        return window_evidence([(window, live.logit)], rows, self._artifact)

    def to_state(self) -> dict[str, Any]:
        """Plain JSON types from which `from_state` goes on. No text, but see `monitor_state` for what it reveals.

        `reread_from` is None, or the index of the message from which on the last ones are needed again: a speaker's
        consecutive short messages are read together, and their text is not in the state.
        """
        return {
            "format": FORMAT,
            "artifact": self._artifact.digest,
            "operating_point": asdict(self._point),
            "prior": self._prior,
            "skepticism": self._skepticism,
            **written(self._memory),
        }

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], scorer: RiskScorer, recent: Iterable[object] = ()
    ) -> ConversationMonitor:
        """The monitor that wrote this state, with its operating point, prior and skepticism.

        Args:
            state: what `to_state` gave.
            scorer: with the artefact of the scorer that the monitor had.
            recent: messages from `state["reread_from"]` on, where that is not None. With them every later step is the
                one that the old monitor would have given. Without them so is every step, unless the next message with
                text is a short one of the same speaker: then those that follow on are read without the ones before.

        Raises:
            UnsupportedFormatError: it is no state of this version, or of another artefact.
            InvalidConversationError: the recent messages are not the ones asked for.
        """
        monitor = None
        try:
            monitor = cls._restored(state, scorer)
            monitor._reread(list(recent), state["reread_from"])
        except (UnsupportedFormatError, InvalidConversationError):
            raise
        except (KeyError, TypeError, ValueError, OverflowError):
            monitor = None
        if monitor is None:  # raised here, for what was caught may hold what stood in the state
            raise UnsupportedFormatError("this is no state of a monitor, or a damaged one; pass what to_state() gave")
        return monitor

    @classmethod
    def _restored(cls, state: Mapping[str, Any], scorer: RiskScorer) -> ConversationMonitor:
        """The monitor without its run of short messages."""
        if state["format"] != FORMAT:
            raise UnsupportedFormatError(
                f"the state has another format than {FORMAT}; resume it with the version that wrote it"
            )
        if state["artifact"] != scorer.artifact.digest:
            raise UnsupportedFormatError(
                f"the state was written with another artefact than {scorer.artifact.digest[:12]}…, and their "
                "vectors do not mix; resume it with the old artefact, or start the conversation anew"
            )
        monitor = cls(
            scorer,
            operating_point=read_point(state["operating_point"]),
            prior=state["prior"],
            skepticism=state["skepticism"],
        )
        monitor._memory = read(state, scorer.artifact.window_spec.size)
        return monitor

    def _reread(self, recent: list[object], start: int | None) -> None:
        """Take the run of short messages from the messages themselves."""
        memory = self._memory
        asked = 0 if start is None else memory.messages - start
        if not recent:
            return
        if len(recent) != asked:
            raise InvalidConversationError(f"{len(recent)} recent messages, and {asked} are asked for")
        for index, row in enumerate(recent, start=memory.messages - asked):
            message = read_message(row, index, self._limits)
            text, number = visible_text(message), memory.speakers.get(memory.digest(message.speaker))
            if number is None:
                raise InvalidConversationError(f"message {index} is by a speaker of another conversation", index)
            if text is not None:
                memory.run = memory.run.after(number, text.text, index)

    def _step(self, number: int, has_text: bool) -> MonitorStep:
        """What is known now; raises the warning."""
        memory, index = self._memory, self._memory.messages - 1
        abstention = reason_to_abstain(memory.statistics(), self._artifact.abstention)
        live = highest = None
        if abstention is None and memory.live is not None:
            live = self._risk(memory.live)
            highest = self._risk(higher(memory.finished, memory.live) or memory.live)
            if has_text and memory.first_flag is None and self._warns(live, highest):
                memory.first_flag = index
        shown = self._shown() if has_text else ()
        return MonitorStep(
            message=index,
            speaker=speaker_name(number),
            tactics=tuple(label for label in shown if label in _TACTICS),
            cues=tuple(label for label in shown if label not in _TACTICS),
            outcome=_outcome(highest),
            abstention=abstention,
            probability=highest.probability if highest else None,
            interval=highest.interval if highest else None,
            highest=highest,
            window=live,
            warning=memory.first_flag is not None,
            first_flag=memory.first_flag,
        )

    def _warns(self, live: WindowRisk, highest: WindowRisk) -> bool:
        if self._skepticism is None:
            return highest.flagged
        self._memory.predictions.append(live.flagged)
        return sum(self._memory.predictions) >= self._skepticism

    def _risk(self, peak: Peak) -> WindowRisk:
        return WindowRisk(
            start=peak.start,
            stop=peak.stop,
            focus_speaker=speaker_name(peak.focus),
            logit=peak.logit,
            probability=self._artifact.calibrator.probability(peak.logit, self._prior),
            interval=self._artifact.calibrator.interval(peak.logit, self._prior),
            flagged=self._point.flags(peak.logit),
        )

    def _shown(self) -> list[str]:
        """Labels that the last message with text shows, strongest first."""
        rows, taxonomy = self._memory.rows, self._artifact.taxonomy
        if rows is None:
            return []
        last = MessageVectors(*(getattr(rows, name)[-1:] for name in MessageVectors.__slots__))
        return [taxonomy.labels[label] for label in shown_labels(last, taxonomy)[0]]


def _outcome(highest: WindowRisk | None) -> Outcome:
    if highest is None:
        return Outcome.ABSTAINED
    return Outcome.REVIEW if highest.flagged else Outcome.NO_REVIEW
