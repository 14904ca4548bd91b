"""What an artefact says at one operating point and one prior: from a logit to a decision that a report can hold."""

from __future__ import annotations

from typing import Any

from grooming_risk.conversation import speaker_name
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint, select
from grooming_risk.model.artifact import Artifact
from grooming_risk.report import Provenance, WindowRisk
from grooming_risk.version import __version__


class Judgement:
    """Turns window logits into `WindowRisk`s, and knows what they depend on. Thread-safe.

    Attributes:
        artifact: The artefact that gives the logits.
        point: The operating point.
        prior: Prevalence in (0, 1) that probabilities refer to.
        threshold: Probability at or above which a window is flagged, at this prior.
    """

    __slots__ = ("artifact", "point", "prior", "threshold")
    artifact: Artifact
    point: OperatingPoint
    prior: float
    threshold: float

    def __init__(
        self, artifact: Artifact, operating_point: str | OperatingPoint = DEFAULT, prior: float | None = None
    ) -> None:
        """Resolve the operating point and the prior.

        Args:
            artifact: The artefact that gives the logits.
            operating_point: The name of one of its operating points, or an operating point of your own.
            prior: Prevalence in (0, 1); None for the artefact's reference prevalence.

        Raises:
            InvalidOptionError: The prior is not strictly between 0 and 1.
            UnknownOperatingPointError: The artefact has no operating point of this name.
        """
        self.artifact = artifact
        self.prior = artifact.calibrator.prevalence(prior)
        self.point = select(artifact.operating_points, operating_point)
        self.threshold = artifact.calibrator.probability(self.point.threshold, self.prior)

    def window_risk(
        self, start: int, stop: int, remembered: tuple[int, ...], focus: int, logit: float, flagged: bool
    ) -> WindowRisk:
        """Judge a window.

        Args:
            start: Index of its first message.
            stop: Index after its last message.
            remembered: Indices of the messages from before that it reads as well.
            focus: Number of the speaker with the highest logit in this window.
            logit: That logit, rounded.
            flagged: Whether it reaches the operating point, carried by messages in a language that is scored.

        Returns:
            The window with its probability, interval and decision.
        """
        return WindowRisk(
            start=start,
            stop=stop,
            remembered=remembered,
            focus_speaker=speaker_name(focus),
            logit=logit,
            probability=self.artifact.calibrator.probability(logit, self.prior),
            interval=self.artifact.calibrator.interval(logit, self.prior),
            flagged=flagged,
        )

    def settings(self) -> dict[str, Any]:
        """Return everything that a decision depends on besides the input and the library's version, as JSON types.

        Operating points chosen by capacity share a name; the threshold tells them apart.
        """
        return {
            "model_version": self.artifact.model_version,
            "artifact_digest": self.artifact.digest,
            "operating_point": self.point.name,
            "threshold": self.threshold,
            "prior": self.prior,
        }

    def provenance(self, input_digest: str) -> Provenance:
        """Return the provenance of a report.

        Args:
            input_digest: Keyed digest of the conversation, hexadecimal.

        Returns:
            Versions, digests and settings.
        """
        return Provenance(library_version=__version__, **self.settings(), input_digest=input_digest)
