"""Every way to change an artefact is refused before anything parses it."""

import json
import random

import pytest

from grooming_risk import RiskScorer
from grooming_risk import manifest as manifest_module
from grooming_risk.artifact import BUNDLED, Artifact
from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.manifest import FILES, NAME, canonical, read_verified

CHAT = [("a", "see you at practice tomorrow"), ("b", "yes, bring the ball please")] * 4
FLIPS = 12  # byte positions tried in each file


def test_the_bundled_artefact_is_whole():
    content, files, digest = read_verified(BUNDLED)
    assert set(files) == set(FILES) == set(content["files"])
    assert len(digest) == 64


@pytest.mark.parametrize("name", [*FILES, NAME])
def test_every_flipped_byte_is_refused(artifact_copy, name):
    path = artifact_copy / name
    data = path.read_bytes()
    source = random.Random(name)
    for position in [0, len(data) - 1, *(source.randrange(len(data)) for _ in range(FLIPS))]:
        changed = bytearray(data)
        changed[position] ^= 1 << source.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(ArtifactIntegrityError):
            read_verified(artifact_copy)


@pytest.mark.parametrize("name", [*FILES, NAME])
def test_a_missing_file_is_refused(artifact_copy, name):
    (artifact_copy / name).unlink()
    with pytest.raises(ArtifactIntegrityError, match="cannot be read"):
        read_verified(artifact_copy)


def test_an_extra_file_and_a_folder_are_refused(artifact_copy):
    (artifact_copy / "extra.txt").write_text("x")
    with pytest.raises(ArtifactIntegrityError, match="does not belong"):
        read_verified(artifact_copy)
    (artifact_copy / "extra.txt").unlink()
    (artifact_copy / "folder").mkdir()
    with pytest.raises(ArtifactIntegrityError, match="no plain file"):
        read_verified(artifact_copy)


def test_a_link_is_refused(artifact_copy, tmp_path):
    path = artifact_copy / FILES[0]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArtifactIntegrityError, match="no plain file"):
        read_verified(artifact_copy)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"files": {"../../etc/passwd": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {}},
        {"files": None},
    ],
)
def test_a_rewritten_manifest_is_refused(artifact_copy, change):
    content = json.loads((artifact_copy / NAME).read_bytes())
    (artifact_copy / NAME).write_bytes(canonical({**content, **change}))
    with pytest.raises(ArtifactIntegrityError):
        read_verified(artifact_copy)


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b"[" * 100_000, b"\xff\xfe", b'{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(artifact_copy, data):
    (artifact_copy / NAME).write_bytes(data)
    with pytest.raises(ArtifactIntegrityError):
        read_verified(artifact_copy)


def test_a_swapped_network_that_fits_its_manifest_but_no_runtime_is_refused(artifact_copy):
    (artifact_copy / "encoder.onnx").write_bytes(b"not a network")
    content = json.loads((artifact_copy / NAME).read_bytes())
    manifest_module.write_manifest(artifact_copy, content["model_version"], {})
    with pytest.raises(ArtifactIntegrityError, match="onnxruntime"):
        _ = Artifact(artifact_copy).encoder


def test_numbers_that_make_no_sense_are_refused(artifact_copy):
    path = artifact_copy / "taxonomy.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "labels": content["labels"][::-1]}))
    manifest_module.write_manifest(artifact_copy, "1", {})
    with pytest.raises(ArtifactIntegrityError, match="install the version"):
        Artifact(artifact_copy)


def test_a_scorer_of_a_changed_artefact_scores_nothing(artifact_copy):
    path = artifact_copy / "window_model.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ArtifactIntegrityError, match=r"window_model\.onnx"):
        RiskScorer(artifact_copy).score(CHAT)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ArtifactIntegrityError, match="no artefact folder"):
        Artifact(tmp_path / "nowhere")
