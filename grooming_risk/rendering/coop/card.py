"""The model card that Coop shows beside a signal: seven sections, computed from the artefact."""

from __future__ import annotations

from typing import Any

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.numbers import per_cent, threshold_text
from grooming_risk.rendering.operating_points import RECALL_NOTE, prevalence, purpose
from grooming_risk.tactics import DEFINITIONS, Tactic

Section = dict[str, Any]
CARD = "model_cards/grooming-risk-v2.md"
RESPONSIBLE_USE = "RESPONSIBLE_USE.md"


def model_card(artifact: Artifact, prior: float | None, docs_url: str | None) -> dict[str, Any]:
    """Return a `ModelCard` of Coop's types.

    Args:
        artifact: the artefact that the card describes.
        prior: prevalence in (0, 1) that thresholds refer to; the artefact's reference when None.
        docs_url: as for `coop_signal`.

    Returns:
        Plain JSON types.
    """
    return {
        "modelName": "grooming-risk",
        "version": artifact.model_version,
        "sections": [
            _section("trainingData", "Training data", _training_data(artifact)),
            _taxonomy(artifact),
            _section("annotationMethodology", "Annotation methodology", _annotation()),
            _section("performanceBenchmarks", "Performance", _benchmarks(artifact, prior)),
            _section("biasAndLimitations", "Bias and limitations", _limitations(artifact)),
            _section("implementationGuidance", "Implementation", _guidance(artifact, prior)),
            _section("relevantLinks", "Links", _links(docs_url)),
        ],
    }


def _section(identifier: str, title: str, values: dict[str, str]) -> Section:
    return {"id": identifier, "title": title, "fields": _fields(values)}


def _fields(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in values.items()]


def _training_data(artifact: Artifact) -> dict[str, str]:
    """Return what holds for every artefact of this project, and what this one's manifest records."""
    provenance = artifact.manifest["provenance"]
    known = {"base": "Base model", "corpus": "Digest of the corpus", "proxies": "Digest of the public conversations"}
    return {
        "Positives": "Composed from short warning-sign lines while training runs; no real logs of offences",
        "Benign": "Authored conversations" + (" and public ones" if provenance.get("proxies") else ""),
        "Languages": ", ".join(artifact.languages),
        **{label: str(provenance[name]) for name, label in known.items() if provenance.get(name)},
        "Digest of the artefact": artifact.digest,
    }


def _taxonomy(artifact: Artifact) -> Section:
    meanings = {item.value: meaning for item, meaning in DEFINITIONS.items()}
    tactics = [label for label in artifact.taxonomy.labels if label in {item.value for item in Tactic}]
    cues = [label for label in artifact.taxonomy.labels if label not in tactics]
    return {
        "id": "policyAndTaxonomy",
        "title": "Policy and taxonomy",
        "subsections": [
            {"title": title, "fields": _fields({label: meanings[label] for label in labels})}
            for title, labels in (("Tactics that a message can show", tactics), ("Cues that set its context", cues))
        ],
    }


def _annotation() -> dict[str, str]:
    return {
        "Lines": "Written for this project, each with the tactic or cue that it was written to show",
        "Conversations": "Positive by composition; public conversations are assumed benign, not labelled",
    }


def _benchmarks(artifact: Artifact, prior: float | None) -> dict[str, str]:
    points = artifact.operating_points.values()
    return {point.name: _sentence(point, artifact, prior) for point in points} | {"Recall": RECALL_NOTE}


def _sentence(point: OperatingPoint, artifact: Artifact, prior: float | None) -> str:
    probability = artifact.calibrator.probability(point.threshold, prior)
    place = purpose(point, artifact.operating_points.values())
    return (
        f"{place[0].upper()}{place[1:]}. From probability {threshold_text(probability)}: flagged "
        f"{point.false_flags:,} of {point.conversations:,} real benign conversations (one-sided 95 % upper bound "
        f"{per_cent(point.upper_bound)}), and {per_cent(point.recall)} of composed positives"
    )


def _limitations(artifact: Artifact) -> dict[str, str]:
    return {
        "Real grooming": "Recall on it is unmeasured; figures on composed conversations are too favourable",
        "Rare events": "If what you look for is rare, most flagged conversations are innocent, even at a low "
        "false-flag rate",
        "Languages": f"The model scores {', '.join(artifact.languages)}, not equally well, and abstains from others",
        "People": "The score describes messages; it does not know who is an adult, who is a child or who acts freely",
        "Your traffic": "Measure false flags on your own benign conversations before you rely on a threshold",
    }


def _guidance(artifact: Artifact, prior: float | None) -> dict[str, str]:
    share = per_cent(prevalence(artifact, prior))
    asked = "" if prior is None else f" --prior {prior:g}"
    return {
        "Input": "The messages of one conversation, oldest first: speaker, text and, where known, time",
        "Output": f"probability in [0, 1] at a prevalence of {share}; flag at or above the threshold",
        "Run": f"grooming-risk score FILE --format jsonl{asked}; return `probability` as the score",
        "Abstained": "There is no score: return an error, never 0",
        "Automated rules": "Not allowed. A trained person reads the conversation before anything happens to anybody",
    }


def _links(docs_url: str | None) -> dict[str, str]:
    return {
        **({} if docs_url is None else {"Documentation": docs_url}),
        "Model card": f"{CARD} in the source distribution, for the artefact whose digest it names",
        "Responsible use": f"{RESPONSIBLE_USE}, which `grooming-risk info --responsible-use` prints",
    }
