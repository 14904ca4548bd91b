"""The bill of materials against CycloneDX's own schema, and against what it describes."""

import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from grooming_risk.model.artifact import Artifact
from tests.support.results_fixture import make_manifest, make_results
from training.documents.bom import bill_of_materials
from training.documents.render import read_results
from training.sources.licences import sources_of


@pytest.fixture(scope="module")
def text():
    return bill_of_materials(make_results(), make_manifest())


@pytest.fixture(scope="module")
def document(text):
    return json.loads(text)


def problems(text):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)


@pytest.mark.parametrize(
    "options",
    [{}, {"languages": ("en",), "own": False, "training": False}, {"pan12": True}, {"points": ("high_recall",)}],
    ids=str,
)
def test_it_is_valid(options):
    assert problems(bill_of_materials(make_results(**options), make_manifest())) is None


def test_the_validator_sees_what_is_wrong(document):
    assert problems(json.dumps({**document, "invented": 1})) is not None


def test_references_lead_to_components(document):
    model = document["metadata"]["component"]
    parts = [model, *model["components"], *document["components"]]
    references = [part["bom-ref"] for part in parts]
    assert len(references) == len(set(references))
    used = {row["ref"] for row in model["modelCard"]["modelParameters"]["datasets"] if "ref" in row}
    assert used == {f"data:{source.folder}" for source in sources_of(make_results())}
    (edges,) = document["dependencies"]
    assert used <= set(edges["dependsOn"]) <= set(references)
    assert edges["ref"] == model["bom-ref"]


def test_it_holds_the_hash_of_every_file(document):
    files = document["metadata"]["component"]["components"]
    found = {part["name"]: part["hashes"][0]["content"] for part in files}
    assert found == {name: row["sha256"] for name, row in make_manifest()["files"].items()}


def test_every_figure_has_its_interval_and_is_that_of_the_results(document):
    metrics = document["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    bounds = [metric["confidenceInterval"] for metric in metrics]
    assert all(float(row["lowerBound"]) <= float(row["upperBound"]) for row in bounds)
    results = make_results()
    by_name = {(row["type"], row["slice"].split(" (n")[0]): row["value"] for row in metrics}
    assert len(by_name) == len(metrics)
    assert by_name["auroc", "composed test"] == f"{results['composed']['auroc']['value']:.4f}"
    flags = results["false_flags"]["real: all"]["balanced"]
    assert by_name["false-flag rate at balanced", "real: all"] == f"{flags['value']:.4f}"
    assert (
        by_name["auroc", "composed test, language es"]
        == f"{results['composed']['languages']['es']['auroc']['value']:.4f}"
    )


def test_the_same_results_give_the_same_bytes_and_others_another_serial_number(text, document):
    assert bill_of_materials(make_results(), make_manifest()) == text
    other = json.loads(bill_of_materials({**make_results(), "commit": "1" * 40}, make_manifest()))
    assert other["serialNumber"] != document["serialNumber"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["serialNumber"])


def test_results_of_another_artefact_are_refused():
    with pytest.raises(ValueError, match="belong to different artefacts"):
        bill_of_materials(make_results(), {**make_manifest(), "model_version": "0"})


def test_only_what_the_library_needs_is_required(document, root):
    required = {part["name"] for part in document["components"] if part.get("scope") == "required"}
    declared = (root / "pyproject.toml").read_text(encoding="utf-8").split("dependencies = [")[1].split("]")[0]
    assert required == set(re.findall(r'"([\w-]+)>=', declared))


def test_energy_stands_there_only_when_it_was_recorded(document):
    assert "environmentalConsiderations" in document["metadata"]["component"]["modelCard"]["considerations"]
    without = json.loads(bill_of_materials(make_results(training=False), make_manifest()))
    assert "environmentalConsiderations" not in without["metadata"]["component"]["modelCard"]["considerations"]


def test_the_shipped_one_is_valid_and_of_the_shipped_artefact(root):
    text = (root / "model_cards" / "grooming-risk-v2.cdx.json").read_text(encoding="utf-8")
    assert problems(text) is None
    properties = json.loads(text)["metadata"]["component"]["properties"]
    found = {row["name"]: row["value"] for row in properties}
    assert found["grooming-risk:artifact"] == Artifact().digest == read_results()["artifact"]
