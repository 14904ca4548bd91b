"""The Coop descriptor: the shape of Coop's plugin types, and the artefact's own figures in it."""

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.cli import main
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import write_manifest
from grooming_risk.rendering.coop.card import CARD, RESPONSIBLE_USE
from grooming_risk.rendering.coop.signal import LANGUAGES, coop_signal
from grooming_risk.tactics import LABELS
from grooming_risk.version import __version__

# roostorg/coop, types/integration.ts: what is read as data. Members that are functions are a plugin's own.
TEXT, UPPER_SNAKE = {"type": "string", "minLength": 1}, {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}
SECTIONS = [
    "trainingData",
    "policyAndTaxonomy",
    "annotationMethodology",
    "performanceBenchmarks",
    "biasAndLimitations",
    "implementationGuidance",
    "relevantLinks",
]


def shape(required, **optional):
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def many(items):
    return {"type": "array", "items": items, "minItems": 1}


FIELDS = many(shape({"label": TEXT, "value": TEXT}))
SECTION = shape(
    {"id": {"enum": SECTIONS}, "title": TEXT}, fields=FIELDS, subsections=many(shape({"title": TEXT, "fields": FIELDS}))
)
MANIFEST = shape(
    {
        "id": UPPER_SNAKE,
        "name": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "requiresConfig": {"const": False},
    },
    description=TEXT,
    docsUrl=TEXT,
    signalTypeIds=many(UPPER_SNAKE),
    modelCard=shape({"modelName": TEXT, "version": TEXT}, sections=many(SECTION)),
)
PROBABILITY = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
SIGNAL = shape(
    {
        "id": shape({"type": UPPER_SNAKE}),
        "displayName": TEXT,
        "description": TEXT,
        "docsUrl": {"type": ["string", "null"]},
        "recommendedThresholds": {
            "oneOf": [
                {"type": "null"},
                shape({"highPrecisionThreshold": PROBABILITY, "highRecallThreshold": PROBABILITY}),
            ]
        },
        "supportedLanguages": many(UPPER_SNAKE),
        "pricingStructure": shape({"type": {"enum": ["FREE", "SUBSCRIPTION"]}}),
        "eligibleInputs": {"const": ["FULL_ITEM"]},
        "outputType": shape({"scalarType": {"const": "NUMBER"}}),
        "needsMatchingValues": {"const": False},
        "eligibleSubcategories": {"const": []},
        "needsActionPenalties": {"const": False},
        "integration": UPPER_SNAKE,
        "allowedInAutomatedRules": {"const": False},
    }
)
DOCUMENT = shape(
    {
        "manifest": MANIFEST,
        "signals": many(shape({"signalTypeId": UPPER_SNAKE, "signal": SIGNAL})),
        "measured": {"type": "object"},
    }
)


def signal_of(content):
    (row,) = content["signals"]
    return row["signal"]


def card_values(content):
    for section in content["manifest"]["modelCard"]["sections"]:
        for part in [section, *section.get("subsections", [])]:
            for field in part.get("fields", []):
                yield field["label"], field["value"]


@pytest.fixture
def other(artifact_copy):
    """An artefact with other points, prevalence and languages."""

    def make(points, languages=("en", "sv", "mix")):
        for name, change in (
            ("operating_points.json", {"points": points}),
            ("calibration.json", {"reference_prevalence": 0.2}),
            ("taxonomy.json", {"languages": list(languages)}),
        ):
            path = artifact_copy / name
            path.write_text(json.dumps(json.loads(path.read_text()) | change))
        write_manifest(artifact_copy, "9.9.9", {"base": "another base"})
        return Artifact(artifact_copy)

    return make


@pytest.mark.parametrize("asked", [{}, {"prior": 0.001}, {"docs_url": "https://example.org/signal"}])
def test_the_document_has_the_shape_of_coops_types(artifact, asked):
    content = json.loads(json.dumps(coop_signal(artifact, **asked)))
    jsonschema.validate(content, DOCUMENT)
    signal, manifest = signal_of(content), content["manifest"]
    assert manifest["signalTypeIds"] == [signal["id"]["type"]] == [content["signals"][0]["signalTypeId"]]
    assert signal["integration"] == manifest["id"]
    assert [section["id"] for section in manifest["modelCard"]["sections"]] == SECTIONS
    assert signal["docsUrl"] == manifest.get("docsUrl") == asked.get("docs_url")


@pytest.mark.parametrize("prior", [None, 1e-4])
def test_thresholds_are_the_artefacts_and_their_rates_stand_beside_them(artifact, prior):
    content = coop_signal(artifact, prior)
    points = {"highPrecisionThreshold": "high_precision", "highRecallThreshold": "high_recall"}
    for field, name in points.items():
        point, measured = artifact.operating_points[name], content["measured"]["thresholds"][field]
        probability = artifact.calibrator.probability(point.threshold, prior)
        assert signal_of(content)["recommendedThresholds"][field] == probability == measured["threshold_probability"]
        assert (measured["false_flags"], measured["benign_conversations"]) == (point.false_flags, point.conversations)
        assert measured["false_flag_rate_upper_bound"] == point.upper_bound
    assert content["measured"]["output"]["prior"] == (prior or artifact.calibrator.reference_prevalence)


@given(st.floats(-12, 12).map(lambda logit: round(logit, 4)), st.sampled_from([None, 1e-4, 0.3]))
def test_comparing_probabilities_in_coop_flags_what_the_library_flags(artifact, logit, prior):
    thresholds = signal_of(coop_signal(artifact, prior))["recommendedThresholds"]
    for field, name in (("highPrecisionThreshold", "high_precision"), ("highRecallThreshold", "high_recall")):
        point = artifact.operating_points[name]
        for value in (logit, point.threshold, point.threshold - 1e-4):
            assert (artifact.calibrator.probability(value, prior) >= thresholds[field]) == point.flags(value)


def test_another_artefact_describes_itself(other, artifact):
    point = {"target": 0.5, "conversations": 50, "upper_bound": 0.4, "recall": 0.5}
    made = other(
        [
            {**point, "name": "strict", "threshold": 3.0, "false_flags": 7},
            {**point, "name": "lax", "threshold": 1.0, "false_flags": 9},
            {**point, "name": "middle", "threshold": 2.0, "false_flags": 8},
        ]
    )
    content = coop_signal(made)
    jsonschema.validate(content, DOCUMENT)
    assert [row["name"] for row in content["measured"]["thresholds"].values()] == ["strict", "lax"]
    assert content["manifest"]["modelCard"]["version"] == content["measured"]["model_version"] == "9.9.9"
    assert content["measured"]["artifact_digest"] == made.digest != artifact.digest
    assert content["measured"]["output"]["prior"] == 0.2
    assert signal_of(content)["supportedLanguages"] == ["ENGLISH", "SWEDISH"]
    assert content["measured"]["languages"] == ["en", "sv", "mix"]
    values = dict(card_values(content))
    assert values["Base model"] == "another base"
    assert "flagged 9 of 50 real benign" in values["lax"]
    assert artifact.digest not in json.dumps(content)


def test_an_artefact_without_named_points_recommends_none(other):
    content = coop_signal(other([]))
    jsonschema.validate(content, DOCUMENT)
    assert signal_of(content)["recommendedThresholds"] is None


def test_every_language_of_the_artefact_has_coops_name(artifact):
    named = signal_of(coop_signal(artifact))["supportedLanguages"]
    assert {code for code in artifact.languages if code not in LANGUAGES} <= {"mix"}
    assert len(named) == len(set(named)) == len(set(artifact.languages) - {"mix"})
    assert "ENGLISH" in named


def test_the_card_names_what_it_must(artifact, root):
    content = coop_signal(artifact)
    values = dict(card_values(content))
    assert set(LABELS) <= set(values)
    assert values["Digest of the artefact"] == artifact.digest
    assert "unmeasured" in values["Recall"]
    assert content["manifest"]["version"] == content["measured"]["library_version"] == __version__
    for path in (CARD, RESPONSIBLE_USE):
        assert path in json.dumps(content)
        assert (root / path).is_file()


def test_no_word_of_it_judges_anybody_or_allows_automation(artifact):
    text = json.dumps(coop_signal(artifact, docs_url="https://example.org"))
    assert not re.search(r"predator|victim|offender|perpetrator|guilty|suspect|\bproof\b|groomer", text, re.I)
    assert "not allowed" in text.lower()


def test_the_verb_prints_it(capsys, artifact):
    assert main(["coop-signal", "--prior", "0.01", "--docs-url", "https://example.org"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(coop_signal(artifact, 0.01, "https://example.org")))
