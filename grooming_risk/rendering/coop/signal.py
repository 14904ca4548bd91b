"""The artefact as a signal of ROOST Coop: what Coop's plugin types ask for, as JSON.

The names are those of `types/integration.ts` in roostorg/coop (`IntegrationManifest`, `PluginSignalDescriptor`). A
plugin spreads `signals` and `manifest` into its own and adds the three members that JSON cannot hold: `getCost`, `run`
and `getDisabledInfo`. What has no place in those types (measured rates, prior, digest) is in `measured`.
"""

from __future__ import annotations

from typing import Any

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.coop.card import model_card
from grooming_risk.rendering.operating_points import RECALL_NOTE, point_to_dict, prevalence
from grooming_risk.version import __version__

INTEGRATION = "GROOMING_RISK"
SIGNAL = "GROOMING_RISK_CONVERSATION"
NAME = "Chat warning signs (grooming-risk)"
# Coop's names of languages: of all that a model can be retrained on, which is what wordfreq supports. Coop has no name
# for conversations that switch between languages.
LANGUAGES = {
    "ar": "ARABIC", "bg": "BULGARIAN", "bn": "BENGALI", "bs": "BOSNIAN", "ca": "CATALAN", "cs": "CZECH",
    "da": "DANISH", "de": "GERMAN", "el": "GREEK", "en": "ENGLISH", "es": "SPANISH", "fa": "PERSIAN", "fi": "FINNISH",
    "fr": "FRENCH", "he": "HEBREW", "hi": "HINDI", "hr": "CROATIAN", "hu": "HUNGARIAN", "id": "INDONESIAN",
    "is": "ICELANDIC", "it": "ITALIAN", "ja": "JAPANESE", "ko": "KOREAN", "lt": "LITHUANIAN", "lv": "LATVIAN",
    "mk": "MACEDONIAN", "ms": "MALAY", "nb": "NORWEGIAN", "nl": "DUTCH", "pl": "POLISH", "pt": "PORTUGUESE",
    "ro": "ROMANIAN", "ru": "RUSSIAN", "sk": "SLOVAK", "sl": "SLOVENE", "sr": "SERBIAN", "sv": "SWEDISH",
    "ta": "TAMIL", "tl": "TAGALOG", "tr": "TURKISH", "uk": "UKRAINIAN", "ur": "URDU", "vi": "VIETNAMESE",
    "zh": "CHINESE",
}  # fmt: skip


def coop_signal(artifact: Artifact, prior: float | None = None, docs_url: str | None = None) -> dict[str, Any]:
    """Return what Coop shows and enforces for this artefact, and the rates behind its thresholds.

    Args:
        artifact: the artefact that will score.
        prior: prevalence in (0, 1) that scores and thresholds refer to; the artefact's reference when None. Score
            with the same prior.
        docs_url: address at which your installation documents the signal; left out when None.

    Returns:
        Plain JSON types.
    """
    recommended = _recommended(artifact)
    description = (
        "Calibrated probability that a chat conversation shows warning signs of online grooming, to order human "
        "review. For routing rules only: a trained person reads the conversation before anything happens."
    )
    manifest = {
        "id": INTEGRATION,
        "name": NAME,
        "version": __version__,
        "description": description,
        **({} if docs_url is None else {"docsUrl": docs_url}),
        "requiresConfig": False,
        "signalTypeIds": [SIGNAL],
        "modelCard": model_card(artifact, prior, docs_url),
    }
    signal = {
        "id": {"type": SIGNAL},
        "displayName": NAME,
        "description": description,
        "docsUrl": docs_url,
        "recommendedThresholds": {
            field: artifact.calibrator.probability(point.threshold, prior) for field, point in recommended.items()
        }
        or None,
        "supportedLanguages": [LANGUAGES[code] for code in artifact.languages if code in LANGUAGES],
        "pricingStructure": {"type": "FREE"},
        "eligibleInputs": ["FULL_ITEM"],
        "outputType": {"scalarType": "NUMBER"},
        "needsMatchingValues": False,
        "eligibleSubcategories": [],
        "needsActionPenalties": False,
        "integration": INTEGRATION,
        "allowedInAutomatedRules": False,
    }
    return {
        "manifest": manifest,
        "signals": [{"signalTypeId": SIGNAL, "signal": signal}],
        "measured": _measured(artifact, prior, recommended),
    }


def _recommended(artifact: Artifact) -> dict[str, OperatingPoint]:
    """Return the named points with the highest and lowest threshold, by Coop's names; empty where there is none."""
    points = sorted(artifact.operating_points.values(), key=lambda point: point.threshold)
    return {"highPrecisionThreshold": points[-1], "highRecallThreshold": points[0]} if points else {}


def _measured(artifact: Artifact, prior: float | None, recommended: dict[str, OperatingPoint]) -> dict[str, Any]:
    return {
        "library_version": __version__,
        "model_version": artifact.model_version,
        "artifact_digest": artifact.digest,
        "languages": list(artifact.languages),
        "output": {
            "field": "probability",
            "minimum": 0,
            "maximum": 1,
            "prior": prevalence(artifact, prior),
            "when_abstained": "no score: return an error, never 0",
        },
        "thresholds": {field: point_to_dict(point, artifact, prior) for field, point in recommended.items()},
        "recall_note": RECALL_NOTE,
    }
