"""The package for ROOST Coop: what it holds of the model is rendered, and its own tests run where npm has its parts."""

import json
import shutil
import subprocess

import pytest

from grooming_risk.rendering.coop.signal import coop_signal
from tests.support.documents import ROOT

FOLDER = ROOT / "integrations" / "coop"


def test_signal_and_model_card_are_those_of_the_artefact(artifact):
    kept = json.loads((FOLDER / "src" / "signal.json").read_text("utf-8"))
    expected = json.loads(json.dumps(coop_signal(artifact)))
    assert kept == expected, "render it again: grooming-risk coop-signal > integrations/coop/src/signal.json"


def test_versions_agree(artifact):
    assert (
        json.loads((FOLDER / "package.json").read_text("utf-8"))["version"]
        == coop_signal(artifact)["manifest"]["version"]
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_its_own_tests_pass():
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("the packages of integrations/coop are not installed (npm ci)")
    done = subprocess.run(["npm", "test"], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5_000:]
