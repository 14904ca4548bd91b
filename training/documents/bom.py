"""The model's bill of materials: CycloneDX 1.6 JSON with files, hashes, base model, data, packages and a model card.

cyclonedx-python-lib has no class for model cards, so the document is assembled here, and the tests validate it strictly
against that library's copy of the schema. It holds no time and no random number: the same results give the same bytes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

from grooming_risk.model.manifest import artifact_digest
from training.documents.card_format import interval, main_point, per_cent, points_of, rate
from training.documents.card_sentences import architecture, energy, never_measured, unsupported_points
from training.documents.card_tables import in_order
from training.documents.hub_metadata import BASE, NAME
from training.errors import TrainingError
from training.evaluation.estimates import Estimate, Ranking, RankingName
from training.evaluation.results import Results
from training.sources.licences import DataSource, sources_of

Json = dict[str, Any]
SPDX_WITHOUT_ID = frozenset({"CC-BY-2.0-FR"})  # SPDX has no identifier of the French version, so it is named instead
RUNTIME = ("numpy", "onnxruntime", "tokenizers")  # needed by the installed library; the others were used in training
MODEL = "model"


def bill_of_materials(results: Results, manifest: Mapping[str, Any]) -> str:
    """Assemble the document.

    Args:
        results: Results of the evaluation.
        manifest: Manifest of the artefact that was evaluated.

    Returns:
        JSON text.

    Raises:
        TrainingError: The manifest and the results belong to different artefacts.
    """
    if artifact_digest(dict(manifest)) != results["artifact"]:
        raise TrainingError("results and manifest belong to different artefacts; evaluate the artefact of the manifest")
    files, packages = list(_files(manifest)), list(_packages(manifest))
    data = [_data(source) for source in sources_of(results)]
    base = {
        "type": "machine-learning-model",
        "bom-ref": "base-model",
        "name": BASE,
        "licenses": _licence("MIT"),
        "description": "Encoder that the model was made from: vocabulary trimmed, fine-tuned, quantized to int8.",
    }
    parts = [base, *data, *packages]
    document: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {"component": _model(results, files)},
        "components": parts,
        "dependencies": [{"ref": MODEL, "dependsOn": sorted(part["bom-ref"] for part in parts)}],
    }
    # A serial number identifies one content; derived from that content, it needs no random number.
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, _text(document))}"
    return _text(document)


def _text(document: Json) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _model(results: Results, files: list[Json]) -> Json:
    properties = {
        "artifact": results["artifact"],
        "command": results["command"],
        "commit": results["commit"],
        "corpus": results["corpus"],
        "proxies": results["proxies"],
    }
    return {
        "type": "machine-learning-model",
        "bom-ref": MODEL,
        "name": NAME,
        "version": results["model_version"],
        "description": "Points trained human reviewers to messages with warning signs. For human review only.",
        "licenses": _licence("Apache-2.0"),
        "components": files,
        "modelCard": {
            "modelParameters": _parameters(results),
            "quantitativeAnalysis": {"performanceMetrics": list(_metrics(results))},
            "considerations": _considerations(results),
        },
        "properties": [{"name": f"{NAME}:{name}", "value": value} for name, value in properties.items()],
    }


def _parameters(results: Results) -> Json:
    digest = results["composed"]["digest"]
    composed = {
        "type": "dataset",
        "name": "composed test conversations",
        "description": "Composed in memory from benign carriers and short warning-sign lines; never written to disk.",
        "contents": {"properties": [{"name": "digest", "value": digest}]},
    }
    return {
        "approach": {"type": "supervised"},
        "task": "ranking of chat conversations for human review",
        "architectureFamily": "transformer",
        "modelArchitecture": architecture(results),
        "datasets": [*({"ref": _reference(source)} for source in sources_of(results)), composed],
        "inputs": [{"format": "messages: speaker, text, time"}],
        "outputs": [{"format": "report: outcome, probability with interval, message indices with tactics"}],
    }


def _metrics(results: Results) -> Iterator[Json]:
    """Yield the ranking of every set and language, then the rates at every operating point."""
    composed, own = results["composed"], results.get("own_conversations")
    sets: dict[str, Ranking] = {
        "composed test": composed,
        **{f"composed test, language {k}": v for k, v in in_order(composed["languages"], results)},
    }
    sets |= {f"baseline {name}, composed test": row for name, row in sorted(composed["baselines"].items())}
    sets |= {"hand-written vignettes": own["all"]} if own else {}
    sets |= {"PAN12": results["pan12"]["all"]} if "pan12" in results else {}
    for name, row in sets.items():
        for key in _METRICS:
            yield _metric(key, row[key], name)
    for point in points_of(results):
        yield _metric(f"recall at {point}", composed["operating_points"][point], "composed test positives")
        for name, flags in sorted(results["false_flags"].items()):
            yield _metric(f"false-flag rate at {point}", flags[point], name)


def _metric(kind: str, found: Estimate, part: str) -> Json:
    size = cast(Mapping[str, object], found).get("n")
    return {
        "type": kind,
        "value": f"{found['value']:.4f}",
        "slice": f"{part} (n = {size})" if size is not None else part,
        "confidenceInterval": {"lowerBound": f"{found['low']:.4f}", "upperBound": f"{found['high']:.4f}"},
    }


def _considerations(results: Results) -> Json:
    point = main_point(results)
    fitted, composed = results["thresholds"][point], results["composed"]
    limits = [line.removeprefix("- ") for line in never_measured(results).splitlines()]
    limits += [text for text in [unsupported_points(results)] if text]
    found: Json = {
        "users": ["trust-and-safety and child-protection teams", "researchers and auditors with lawful access to data"],
        "useCases": ["ordering the review queue of trained people", "showing which messages raised or lowered a score"],
        "technicalLimitations": [f"Never measured: {line}" for line in limits],
        "performanceTradeoffs": [
            f"At {point}, recall on composed conversations is {rate(composed['operating_points'][point])}, and the "
            f"false-flag rate is bounded by {per_cent(fitted['upper_bound'])}; a stricter point misses more."
        ],
        "ethicalConsiderations": [{"name": name, "mitigationStrategy": text} for name, text in _RISKS.items()],
        "fairnessAssessments": [
            {
                "groupAtRisk": f"speakers of language {code}",
                "harms": f"AUROC against hard negatives {interval(row['auroc'])}, n = {row['n']}",
                "mitigationStrategy": "measured by language; the model abstains from other languages",
            }
            for code, row in in_order(results["hard_negatives"], results)
        ],
    }
    if training := results.get("training"):
        low, high = energy(training)
        text = f"{low:.2f} to {high:.2f} kWh, estimated, not metered"
        found["environmentalConsiderations"] = {"properties": [{"name": f"{NAME}:training energy", "value": text}]}
    return found


_METRICS: tuple[RankingName, ...] = ("auroc", "average_precision", "recall_at_1_percent_false_flags")
_RISKS = {
    "A flag is mistaken for proof": "Reports speak of messages and of review; a trained person decides.",
    "A coerced child is sanctioned": "The score does not know roles; RESPONSIBLE_USE.md asks to support the child.",
    "Private messages are searched unlawfully": "RESPONSIBLE_USE.md rules this out; nothing leaves the machine.",
    "Messages are rewritten until they are missed": "The corpus holds single leaflet-level lines and no dialogue.",
}


def _files(manifest: Mapping[str, Any]) -> Iterator[Json]:
    for name, row in sorted(manifest["files"].items()):
        yield {
            "type": "file",
            "bom-ref": f"file:{name}",
            "name": name,
            "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
            "properties": [{"name": f"{NAME}:bytes", "value": str(row["bytes"])}],
        }


def _packages(manifest: Mapping[str, Any]) -> Iterator[Json]:
    for name, version in sorted(manifest["provenance"]["packages"].items()):
        public = version.split("+")[0]  # the package index does not know local build labels
        yield {
            "type": "library",
            "bom-ref": f"package:{name}",
            "name": name,
            "version": version,
            "scope": "required" if name in RUNTIME else "excluded",
            "purl": f"pkg:pypi/{name}@{public}",
        }


def _data(source: DataSource) -> Json:
    return {
        "type": "data",
        "bom-ref": _reference(source),
        "name": source.name,
        "licenses": _licence(source.licence),
        "description": f"Public text, used for {', '.join(source.uses)}; none of it is distributed with the model.",
        "data": [{"type": "dataset", "name": source.name, "classification": "public"}],
    }


def _reference(source: DataSource) -> str:
    return f"data:{source.folder}"


def _licence(identifier: str) -> list[Json]:
    return [{"license": {"name" if identifier in SPDX_WITHOUT_ID else "id": identifier}}]
