"""The live monitor: one message in, one step out, at a cost that does not grow with the conversation.

After every message, a monitor gives what `RiskScorer.score` gives for the messages so far: outcome, abstention,
probability, interval, the highest window and the last one. A message that continues a speaker's run of short ones is
read with them, and takes their place. Each text is encoded alone; the shipped encoder reads it the same among others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from grooming_risk.conversation import Message, read_message, speaker_name
from grooming_risk.decision.abstention import reason_to_abstain
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.limits import SpeakerNumbers
from grooming_risk.live.memory import Memory, Reader, ScoredWindow, check_skepticism, higher
from grooming_risk.live.state import FORMAT, dump_memory, load_memory, load_operating_point
from grooming_risk.live.step import MonitorStep, outcome_of
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.outcome import AbstentionReason
from grooming_risk.report import Evidence, WindowRisk
from grooming_risk.row_keys import check_keys
from grooming_risk.scoring.assessment import named_labels, window_evidence
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.scorer import RiskScorer, default_scorer
from grooming_risk.scoring.window_scores import score_rows
from grooming_risk.text.message_text import shown_texts
from grooming_risk.text.short_messages import Run


class ConversationMonitor:
    """Follows one conversation. Not thread-safe, but many monitors may share a scorer, in several threads too.

    The warning is raised by the first message after which `RiskScorer.score` of the messages so far asks for a review.
    `RiskReport.first_flag` is found afterwards, from the beginnings of the first flagged window for one speaker, and
    may differ. Unless the monitor abstains there, the warning never comes after the last message of that window; and
    never after `first_flag` where that window is the conversation's first, because the monitor scores every speaker.

    With skepticism, the warning is raised when that many of the last ten windows are flagged (Vogt, Leser & Akbik
    2021).
    """

    def __init__(
        self,
        scorer: RiskScorer | None = None,
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        skepticism: int | None = None,
    ) -> None:
        """Start with no message.

        Args:
            scorer: The scorer whose artefact and limits are used; None for the shared default scorer.
            operating_point: Name of an operating point, or an operating point of your own.
            prior: Prevalence in (0, 1) that probabilities refer to; it never changes what is flagged.
            skepticism: Flagged windows of the last ten that raise the warning, 1 to 10; None for the first flag.

        Raises:
            UnknownOperatingPointError: The artefact has no operating point of this name.
            InvalidOptionError: The prior or the skepticism is out of its range.
            ArtifactIntegrityError: The artefact does not match its manifest.
        """
        check_skepticism(skepticism)
        chosen = scorer or default_scorer()
        self._judgement = Judgement(chosen.artifact, operating_point, prior)
        self._reader = Reader(chosen.artifact, self._judgement.point, chosen.limits)
        self._prior, self._skepticism = prior, skepticism
        self._memory = Memory(speakers=SpeakerNumbers(chosen.limits.speakers))

    def __repr__(self) -> str:
        return f"ConversationMonitor({self._memory.messages} messages)"

    @property
    def messages(self) -> int:
        """Number of messages read, including those without text."""
        return self._memory.messages

    @property
    def run(self) -> Run:
        """The short messages that the last text was read from, and that the next one may be read together with."""
        return self._memory.run

    def update(self, message: object, *, keys: Mapping[str, str] | None = None) -> MonitorStep:
        """Read the next message.

        Args:
            message: A `Message`, mapping or (speaker, text) pair, as `score_conversation` accepts them.
            keys: Names of your own for the fields of the message, as in `score_conversation`.

        Returns:
            What is known after this message.

        Raises:
            InvalidConversationError: The message cannot be used; the error has its index.
            InputTooLargeError: The message is far too long.
            InvalidOptionError: `keys` names an unknown field. After each of these errors, the monitor is as before and
                can go on.
        """
        check_keys(keys)
        checked = read_message(message, self._memory.messages, self._reader.limits, keys)
        number = self._memory.speakers.heard(self._memory.digest(checked.speaker))
        return self._step(number, self._memory.read(checked, number, self._reader))

    def evidence(self) -> tuple[Evidence, ...]:
        """Compute which messages moved the live window's logit, as `RiskReport.evidence` has them for that window.

        This runs the window model once for each message of the window; it is meant for when a warning was raised.
        """
        rows = self._memory.rows
        if rows is None:
            return ()
        scored = score_rows([np.arange(len(rows))], rows, self._reader.artifact)
        return window_evidence(scored, rows, self._reader.artifact)

    def to_state(self) -> dict[str, Any]:
        """Return the state as plain JSON types, from which `from_state` goes on.

        The state holds no text, but short texts may be guessed from its vectors: keep it as safe as the conversation.
        Its `reread_from` is None, or the index of the message from which on the last messages are needed again, because
        the short messages that a speaker sends in a row are read together and their text is not in the state.
        """
        return {
            "format": FORMAT,
            "artifact": self._reader.artifact.digest,
            "operating_point": asdict(self._judgement.point),
            "prior": self._prior,
            "skepticism": self._skepticism,
            **dump_memory(self._memory),
        }

    @classmethod
    def from_state(
        cls,
        state: Mapping[str, Any],
        scorer: RiskScorer | None = None,
        recent: Iterable[object] = (),
        *,
        keys: Mapping[str, str] | None = None,
    ) -> ConversationMonitor:
        """Resume the monitor that wrote a state, with its operating point, prior and skepticism.

        Args:
            state: What `to_state` returned.
            scorer: A scorer with the artefact that the old monitor used; None for the shared default scorer.
            recent: The messages from `state["reread_from"]` on, where that is not None. With them, every later step is
                the one that the old monitor would have given. Without them that holds as well, unless the
                next message with text continues a run of short ones: then it is read without those before it.
            keys: Names of your own for the fields of the recent messages, as in `score_conversation`.

        Returns:
            The monitor.

        Raises:
            UnsupportedFormatError: The state is damaged, or was written by another version or with another artefact.
            InvalidConversationError: The recent messages are not the ones needed.
            InvalidOptionError: `keys` names an unknown field.
        """
        check_keys(keys)
        monitor, chosen = None, scorer or default_scorer()
        try:
            monitor = cls._restored(state, chosen)
            monitor._reread(list(recent), state["reread_from"], keys)
        except (UnsupportedFormatError, InvalidConversationError):
            raise
        except (KeyError, TypeError, ValueError, OverflowError):
            monitor = None
        if monitor is None:  # raised here, because what was caught may hold content of the state
            raise UnsupportedFormatError("the state is damaged, or not a monitor's; pass what to_state() returned")
        return monitor

    @classmethod
    def _restored(cls, state: Mapping[str, Any], scorer: RiskScorer) -> ConversationMonitor:
        """Restore the monitor without its run of short messages."""
        if state["format"] != FORMAT:
            raise UnsupportedFormatError(
                f"the state does not have format {FORMAT}; resume it with the version that wrote it"
            )
        if state["artifact"] != scorer.artifact.digest:
            raise UnsupportedFormatError(
                f"the state was written with another artefact than {scorer.artifact.digest[:12]}…, and their "
                "vectors do not mix; resume it with the old artefact, or start a new monitor"
            )
        monitor = cls(
            scorer,
            operating_point=load_operating_point(state["operating_point"]),
            prior=state["prior"],
            skepticism=state["skepticism"],
        )
        monitor._memory = load_memory(state, scorer.artifact.window_spec, scorer.artifact.encoder.width, scorer.limits)
        return monitor

    def _reread(self, recent: list[object], start: int | None, keys: Mapping[str, str] | None) -> None:
        """Restore the run of short messages from all messages from its first one on."""
        messages = self._memory.messages
        needed = 0 if start is None else messages - start
        if not recent:
            return
        if len(recent) != needed:
            raise InvalidConversationError(f"{len(recent)} recent messages were given, but {needed} are needed")
        rows = enumerate(recent, start=messages - needed)
        self.restore_run([(index, read_message(row, index, self._reader.limits, keys)) for index, row in rows])

    def restore_run(self, messages: Iterable[tuple[int, Message]]) -> None:
        """Restore the run of short messages that a resumed monitor's last text was read from.

        Args:
            messages: Index and content of its messages; those without text between them may be left out.

        Raises:
            InvalidConversationError: They are not the messages of that run.
        """
        memory, run = self._memory, Run()
        numbered = []
        for index, message in messages:
            number = memory.speakers.of(memory.digest(message.speaker))
            if number is None and memory.rows is not None and memory.speakers.given > len(memory.speakers):
                number = int(memory.rows.speakers[-1])  # of somebody who was forgotten since
            if number is None:
                raise InvalidConversationError(f"message {index} is by a speaker of another conversation", index)
            numbered.append((index, number, message))
        for shown in shown_texts(numbered):
            run = shown.run
        place = memory.rows and (int(memory.rows.starts[-1]), int(memory.rows.positions[-1]))
        if (run.start, run.last) != place:
            raise InvalidConversationError("the recent messages are not those that the last text was read from")
        memory.run = run

    def _step(self, number: int, read: MessageVectors | None) -> MonitorStep:
        """Describe what is known now, and raise the warning where it is due."""
        memory, index = self._memory, self._memory.messages - 1
        live = highest = None
        best = memory.finished
        if memory.live is not None and not memory.live.unread:
            best = higher(best, memory.live)
        abstention = reason_to_abstain(memory.totals, self._reader.artifact.abstention, bool(best and best.flagged))
        if abstention is None and memory.unread_now and not (best and best.flagged):
            abstention = AbstentionReason.UNSUPPORTED_LANGUAGE
        if abstention is None and memory.live is not None and best is not None:
            live, highest = self._judged(memory.live), self._judged(best)
            if read is not None and memory.first_flag is None and self._warns(live, highest):
                memory.first_flag = index
        tactics, cues = ((), ()) if read is None else named_labels(read, self._reader.artifact.taxonomy)
        return MonitorStep(
            message=index,
            speaker=speaker_name(number),
            tactics=tactics,
            cues=cues,
            outcome=outcome_of(highest),
            abstention=abstention,
            probability=highest.probability if highest else None,
            interval=highest.interval if highest else None,
            highest=highest,
            window=live,
            warning=memory.first_flag is not None,
            first_flag=memory.first_flag,
            beyond_limits=memory.beyond(self._reader.limits),
        )

    def _warns(self, live: WindowRisk, highest: WindowRisk) -> bool:
        if self._skepticism is None:
            return highest.flagged
        self._memory.predictions.append(live.flagged)
        return sum(self._memory.predictions) >= self._skepticism

    def _judged(self, window: ScoredWindow) -> WindowRisk:
        return self._judgement.window_risk(
            window.start, window.stop, window.remembered, window.focus, window.logit, window.flagged
        )
