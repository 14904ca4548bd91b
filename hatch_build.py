"""Build hook: a bill of materials inside the wheel, in `.dist-info/sboms/` (PEP 770), CycloneDX 1.6 JSON.

It is written while the wheel is built, from what goes into it: every file with its hash, the packages that the library
needs, and the model with its card, base and data, taken from the rendered bill of materials in `model_cards/`. Files in
`.dist-info` are hashed by the wheel's own RECORD. No time and no random number: the same tree gives the same bytes.
Only what hatchling itself needs is imported, so that a build fetches nothing more.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement

Json = dict[str, Any]
NAME, ROOT_REFERENCE = "grooming-risk", "wheel"
MODEL_BILL, MANIFEST = "model_cards/grooming-risk-v2.cdx.json", "grooming_risk/artifact_v3/manifest.json"
# As their own metadata says; a test compares. Every dependency of the library needs a row here.
LICENCES = {
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "onnxruntime": "MIT",
    "tokenizers": "Apache-2.0",
}


class MaterialsHook(BuildHookInterface[Any]):
    """Write the document into a temporary folder and hand it to the builder."""

    PLUGIN_NAME = "custom"
    _folder: str | None = None

    def initialize(self, version: str, build_data: Json) -> None:
        """Write the document; an editable installation has no files of its own and gets none."""
        if version == "editable":
            return
        files = [(file.distribution_path, file.path) for file in self.build_config.builder.recurse_included_files()]
        document = bill_of_wheel(Path(self.root), self.metadata.version, self.metadata.core.dependencies, files)
        self._folder = tempfile.mkdtemp()
        path = Path(self._folder, f"{NAME}.cdx.json")
        path.write_text(document, encoding="utf-8", newline="\n")
        path.chmod(0o644)
        build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, build_data: Json, artifact_path: str) -> None:  # noqa: ARG002
        """Remove the folder."""
        if self._folder:
            shutil.rmtree(self._folder)


def bill_of_wheel(root: Path, version: str, dependencies: Iterable[str], files: Iterable[tuple[str, str]]) -> str:
    """Return the bill of materials of a wheel as JSON text.

    Args:
        root: Root of the source tree.
        version: Version of the library.
        dependencies: Requirements, as in pyproject.toml.
        files: Path in the wheel and path on disk of each file.

    Raises:
        ValueError: A dependency has no licence in `LICENCES` or no pin in constraints.txt.
    """
    packages, model = list(_packages(root, dependencies)), _model(root)
    parts = {part["bom-ref"]: part for part in [*model["components"], *packages]}
    document: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": ROOT_REFERENCE,
                "name": NAME,
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "purl": f"pkg:pypi/{NAME}@{version}",
                "components": list(_files(files)),
            }
        },
        "components": list(parts.values()),
        "dependencies": [
            {"ref": ROOT_REFERENCE, "dependsOn": sorted(part["bom-ref"] for part in [*model["itself"], *packages])},
            *model["dependencies"],
        ],
    }
    # As in training/bom.py: a serial number made of the content needs no chance.
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document))}"
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _files(files: Iterable[tuple[str, str]]) -> Iterator[Json]:
    for name, path in sorted((name.replace("\\", "/"), path) for name, path in files):
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        yield {"type": "file", "bom-ref": f"wheel:{name}", "name": name,
               "hashes": [{"alg": "SHA-256", "content": digest}]}  # fmt: skip


def _packages(root: Path, dependencies: Iterable[str]) -> Iterator[Json]:
    """Yield the dependencies at the versions of constraints.txt, with the accepted range as a property."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    for requirement in map(Requirement, dependencies):
        name = requirement.name
        if name not in LICENCES or name not in pins:
            raise ValueError(f"{name}: add its licence to hatch_build.py and its version to constraints.txt")
        yield {"type": "library", "bom-ref": f"package:{name}", "name": name, "version": pins[name],
               "scope": "required", "licenses": [{"expression": LICENCES[name]}],
               "purl": f"pkg:pypi/{name}@{pins[name]}",
               "properties": [{"name": f"{NAME}:accepted versions", "value": str(requirement.specifier)}]}  # fmt: skip


def _model(root: Path) -> Json:
    """Return the model and its sources; nothing if the rendered bill describes another artefact than the one here."""
    bill = json.loads((root / MODEL_BILL).read_text(encoding="utf-8"))
    model = bill["metadata"]["component"]
    properties = {row["name"]: row["value"] for row in model["properties"]}
    if properties[f"{NAME}:artifact"] != hashlib.sha256((root / MANIFEST).read_bytes()).hexdigest():
        return {"itself": [], "components": [], "dependencies": []}
    return {"itself": [model], "components": [model, *bill["components"]], "dependencies": bill["dependencies"]}
