"""The built wheel: reproducible, without pickles, with a correct bill of materials and permissive licences."""

import hashlib
import io
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

for needed in ("build", "hatchling", "cyclonedx", "license_expression", "modelscan", "picklescan"):
    pytest.importorskip(needed)
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing
from modelscan.modelscan import ModelScan
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from picklescan import scanner as picklescan

from grooming_risk.model.artifact import BUNDLED, Artifact
from grooming_risk.model.manifest import write_manifest
from grooming_risk.version import __version__
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0", "Zlib"}
# Some files of tqdm are under the Mozilla licence, which asks whoever changes them to publish these files. We neither
# change nor ship them: huggingface-hub, which tokenizers wants, installs it.
BESIDES = {"tqdm": {"MPL-2.0"}}
# What packages write that do not use SPDX's names yet.
OLD_NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
}


def copy_of_tree(folder):
    """Copy what the source distribution includes into a folder."""
    folder.mkdir(parents=True)
    names = [*PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"], "pyproject.toml"]
    for path in (path for name in names for path in ROOT.glob(name)):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, folder)
    return folder


def build(tree, outcome, *options, **environment):
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", outcome, *options, tree]
    variables = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | environment
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.suffix: path for path in outcome.iterdir()}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("builds")
    yield folder
    shutil.rmtree(folder)  # it has hundreds of megabytes, and pytest keeps its folders


@pytest.fixture(scope="module")
def built(workplace):
    """Build the source distribution, and the wheel from it."""
    return build(copy_of_tree(workplace / "one"), workplace / "built")


@pytest.fixture(scope="module")
def wheel(built):
    with zipfile.ZipFile(built[".whl"]) as archive:
        yield archive


@pytest.fixture(scope="module")
def bill(wheel):
    (name,) = (name for name in wheel.namelist() if "/sboms/" in name)
    assert name == f"grooming_risk-{__version__}.dist-info/sboms/grooming-risk.cdx.json"  # where PEP 770 wants it
    return wheel.read(name).decode()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_another_place_time_and_umask_give_the_same_bytes(built, workplace):
    tree = copy_of_tree(workplace / "an other" / "place for ü")
    for path in [*tree.rglob("*")]:
        os.utime(path, (10**9, 10**9))
        path.chmod(0o700 if path.is_dir() else 0o600)
    before = os.umask(0o077)
    try:
        # Straight from the tree, where the first wheel was made from its source distribution.
        again = build(
            tree, workplace / "again", "--sdist", "--wheel", TZ="Pacific/Kiritimati", PYTHONHASHSEED="7", LC_ALL="C"
        )
    finally:
        os.umask(before)
    assert {kind: digest(path) for kind, path in again.items()} == {kind: digest(path) for kind, path in built.items()}


@pytest.mark.slow
def test_one_changed_byte_gives_another_wheel(built, workplace):
    """Otherwise the test above would prove nothing."""
    tree = copy_of_tree(workplace / "changed")
    with (tree / "grooming_risk" / "py.typed").open("a") as stream:
        stream.write("\n")
    assert digest(build(tree, workplace / "other", "--wheel")[".whl"]) != digest(built[".whl"])


def test_the_wheel_holds_the_library_and_nothing_else(wheel):
    installed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    kept = (path for path in (ROOT / "grooming_risk").rglob("*") if path.is_file() and path.suffix != ".pyc")
    document = "grooming_risk/RESPONSIBLE_USE.md"
    assert installed == {document, *(path.relative_to(ROOT).as_posix() for path in kept)}
    assert {Path(name).suffix for name in installed} == {
        *(".py", ".typed", ".json", ".onnx", ".npz", ".css", ".js", ".md", ".html", ".sql"),
        *(".po", ".pot", ".mo"),  # translations, and what is compiled from them
    }
    assert wheel.read(document) == (ROOT / "RESPONSIBLE_USE.md").read_bytes()


def test_the_source_distribution_can_be_built_and_tested(built):
    with tarfile.open(built[".gz"]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"hatch_build.py", "constraints.txt", "tests/conftest.py", "tests/support/offline/sitecustomize.py"} <= names
    hidden = {name.split("/")[0] for name in names if name.startswith(".")}
    # hatchling adds the ignore file of a repository
    assert hidden - {".gitignore"} == {".github", ".containerignore", ".dockerignore"}
    assert not any(name.startswith(("work/", "site/", ".venv/")) for name in names)


# Pickles


ARCHIVES = ("language.npz", "screen.npz")  # the only archives in the package


class Unpickled:
    def __reduce__(self):
        return os.system, ("true",)


def _source(error):
    """Return the file that an error is about, without the name of an array inside it."""
    return str(error.get("source", "")).partition(":")[0]


def issues_of_modelscan(path):
    found = ModelScan().scan(path)
    # It calls a private function of numpy that newer versions lack; these arrays have a test of their own.
    others = [error for error in found["errors"] if not _source(error).endswith(ARCHIVES)]
    assert others == [], others
    return found["summary"]["total_issues"]


@pytest.fixture(scope="module")
def unpacked(built, wheel, workplace):
    folder = workplace / "unpacked"
    wheel.extractall(folder)
    return folder


def test_the_command_of_the_wheel_prints_its_own_document(unpacked):
    command = [sys.executable, "-X", "utf8", "-m", "grooming_risk", "info", "--responsible-use"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, check=True)
    lines = (unpacked / "grooming_risk" / "RESPONSIBLE_USE.md").read_bytes().splitlines()
    assert done.stdout.splitlines() == [line for line in lines if not line.startswith(b"<!--")]


def test_scanners_find_what_they_are_for(tmp_path):
    """Pickles are found as a file, under another name, and inside a wheel."""
    data = pickle.dumps(Unpickled())
    (tmp_path / "model.pkl").write_bytes(data)
    assert picklescan.scan_directory_path(str(tmp_path)).issues_count == 1
    assert issues_of_modelscan(tmp_path) == 1
    assert picklescan.scan_pickle_bytes(io.BytesIO(data), "encoder.onnx").issues_count == 1
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr("grooming_risk/artifact_v3/encoder.onnx", data)
    assert picklescan.scan_file_path(str(tmp_path / "a.whl")).issues_count == 1


@pytest.mark.parametrize("part", ["artefact", "wheel"])
def test_scanners_find_nothing_pickled(part, unpacked, built):
    folder = {"artefact": BUNDLED, "wheel": unpacked}[part]
    assert picklescan.scan_directory_path(str(folder)).issues_count == 0
    assert picklescan.scan_file_path(str(built[".whl"])).issues_count == 0
    assert issues_of_modelscan(folder) == 0


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_of_the_artefact_holds_plain_arrays(unpacked, name):
    path = unpacked / "grooming_risk" / BUNDLED.name / name
    with zipfile.ZipFile(path) as archive:
        assert all(part.endswith(".npy") for part in archive.namelist())
        for part in archive.namelist():
            array = np.lib.format.read_array(io.BytesIO(archive.read(part)), allow_pickle=False)
            assert array.dtype.kind in "if", part


def test_nothing_is_pickled_under_another_name(unpacked, tmp_path):
    """Scanners choose files by their suffix; here every file is scanned as if it were a pickle."""
    for number, path in enumerate(path for path in unpacked.rglob("*") if path.is_file()):
        data = path.read_bytes()
        found = picklescan.scan_pickle_bytes(io.BytesIO(data), path.name)
        assert (found.issues_count, found.globals) == (0, []), path.name
        # Nor does a pickle hide in an archive.
        assert path.name in ARCHIVES or not zipfile.is_zipfile(io.BytesIO(data)), path.name
        (tmp_path / f"{number}.pkl").write_bytes(data)
    found = ModelScan().scan(tmp_path)
    assert found["summary"]["total_issues"] == 0
    shutil.rmtree(tmp_path)


# Bill of materials


def problems(text):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)


def parts_of(bill):
    return {part["bom-ref"]: part for part in json.loads(bill)["components"]}


def test_the_bill_is_valid(bill):
    assert problems(bill) is None
    assert problems(json.dumps({**json.loads(bill), "invented": 1})) is not None


def test_the_bill_names_every_file_with_its_hash(bill, wheel):
    component = json.loads(bill)["metadata"]["component"]
    assert (component["name"], component["version"]) == ("grooming-risk", __version__)
    found = {part["name"]: part["hashes"][0]["content"] for part in component["components"]}
    names = (name for name in wheel.namelist() if ".dist-info/" not in name)
    assert found == {name: hashlib.sha256(wheel.read(name)).hexdigest() for name in names}


def missing_from(bill):
    """Yield declared dependencies that the bill lacks, or lists with another version or licence."""
    for requirement in DEPENDENCIES:
        part = parts_of(bill).get(f"package:{requirement.name}", {})
        accepted = {row["value"] for row in part.get("properties", [])}
        licences = {row["expression"] for row in part.get("licenses", [])}
        pinned = f"{requirement.name}=={part.get('version')}\n" in (ROOT / "constraints.txt").read_text("utf-8")
        same = licences == {licence_of(requirement.name)} and accepted == {str(requirement.specifier)}
        if not (pinned and same and part["scope"] == "required"):
            yield requirement.name


def test_the_bill_names_every_dependency_with_licence_and_version(bill):
    assert list(missing_from(bill)) == []
    tree = json.loads(bill)
    (edges,) = (row["dependsOn"] for row in tree["dependencies"] if row["ref"] == "wheel")
    assert edges == sorted(["model", *(f"package:{requirement.name}" for requirement in DEPENDENCIES)])
    for name in [requirement.name for requirement in DEPENDENCIES]:
        without = [part for part in tree["components"] if part["bom-ref"] != f"package:{name}"]
        assert list(missing_from(json.dumps({**tree, "components": without}))) == [name]


@pytest.mark.slow
def test_an_undescribed_dependency_stops_the_build(workplace):
    tree = copy_of_tree(workplace / "undescribed")
    project = tree / "pyproject.toml"
    project.write_text(project.read_text().replace("dependencies = [\n", 'dependencies = [\n    "nobody>=1",\n', 1))
    with pytest.raises(AssertionError, match="nobody: add its licence"):
        build(tree, workplace / "stopped", "--wheel")


def test_the_bill_holds_the_model_as_its_own_bill_does(bill, root):
    own = json.loads((root / "model_cards" / "grooming-risk-v2.cdx.json").read_text(encoding="utf-8"))
    parts = parts_of(bill)
    assert parts["model"] == own["metadata"]["component"]
    needed = {f"package:{requirement.name}" for requirement in DEPENDENCIES}
    assert all(parts[part["bom-ref"]] == part for part in own["components"] if part["bom-ref"] not in needed)
    assert {row["value"] for row in parts["model"]["properties"]} >= {Artifact().digest}
    references = {row["ref"] for row in parts["model"]["modelCard"]["modelParameters"]["datasets"] if "ref" in row}
    used = {name for row in json.loads(bill)["dependencies"] for name in [row["ref"], *row["dependsOn"]]}
    assert references <= set(parts) and used <= {"wheel", *parts}


@pytest.mark.slow
def test_a_model_that_was_not_evaluated_gets_no_card(workplace):
    tree = copy_of_tree(workplace / "retrained")
    write_manifest(tree / "grooming_risk" / "artifact_v3", "9.9.9", {})
    with zipfile.ZipFile(build(tree, workplace / "without", "--wheel")[".whl"]) as archive:
        (name,) = (name for name in archive.namelist() if "/sboms/" in name)
        text = archive.read(name).decode()
    assert problems(text) is None
    assert list(missing_from(text)) == []
    assert "machine-learning-model" not in text


# Licences


def licence_of(name):
    """Return the SPDX expression of an installed package."""
    found = metadata.metadata(name)
    names = [found.get("License-Expression"), found.get("License")]
    names += [row.split(" :: ")[-1] for row in found.get_all("Classifier") or [] if row.startswith("License ::")]
    return next(OLD_NAMES.get(text, text) for text in names if text)


def closure(names):
    """Return these packages and the installed packages that they need."""
    known, waiting = set(), [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            needed = map(Requirement, metadata.requires(name) or [])
            waiting += [
                canonicalize_name(other.name)
                for other in needed
                if not other.marker or other.marker.evaluate({"extra": ""})
            ]
    return sorted(known)


def identifiers(expression):
    return {symbol.key for symbol in get_spdx_licensing().parse(expression, validate=True).symbols}


@pytest.mark.parametrize("name", closure(requirement.name for requirement in DEPENDENCIES))
def test_what_is_installed_with_the_library_is_permissive(name):
    assert identifiers(licence_of(name)) <= PERMISSIVE | BESIDES.get(name, set())


def test_a_copyleft_licence_would_be_seen():
    assert not identifiers("MIT AND GPL-3.0-only") <= PERMISSIVE
    assert set(BESIDES) <= set(closure(requirement.name for requirement in DEPENDENCIES))


def test_the_runtime_stays_small():
    """Each dependency is code of others in a process that reads children's messages."""
    assert {requirement.name for requirement in DEPENDENCIES} == {"numpy", "onnxruntime", "tokenizers"}
    assert not any(re.search("torch|telemetry|analytics|sentry", name) for name in closure(["grooming-risk"]))
