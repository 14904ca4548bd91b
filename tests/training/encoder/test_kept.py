import json

import pytest

from training.encoder.kept import keep_encoder, kept_digest
from training.options import UsageError


def test_the_files_of_the_encoder_stage_come_from_the_artefact(artifact_copy, tmp_path):
    folder = tmp_path / "encoder"
    folder.mkdir()
    keep_encoder(artifact_copy, folder)
    for name in ("encoder.onnx", "tokenizer.json"):
        assert (folder / name).read_bytes() == (artifact_copy / name).read_bytes()


def test_a_changed_file_is_refused(artifact_copy, tmp_path):
    data = (artifact_copy / "encoder.onnx").read_bytes()
    (artifact_copy / "encoder.onnx").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(UsageError, match=r"encoder\.onnx does not match"):
        keep_encoder(artifact_copy, tmp_path)


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is not the folder of an artefact"):
        kept_digest(tmp_path)


def test_an_artefact_of_another_format_will_do(artifact_copy):
    manifest = json.loads((artifact_copy / "manifest.json").read_text())
    (artifact_copy / "manifest.json").write_text(json.dumps({**manifest, "format": 1}))
    assert kept_digest(artifact_copy)["encoder.onnx"] == manifest["files"]["encoder.onnx"]["sha256"]
