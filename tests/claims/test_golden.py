"""Reports on the bundled samples, pinned for the shipped artefact.

After the artefact has changed, `python -m tests.claims.test_golden` writes the file again.
"""

import json
from pathlib import Path

import pytest

from grooming_risk import RiskScorer
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.readers import read_file

GOLDEN = Path(__file__).parent / "golden.json"
# Dynamic int8 rounds activations with the processor's own instructions: logits agree to this between machines.
TOLERANCE = 0.25


def current(scorer):
    reports = {}
    for path in sorted(SAMPLES.glob("*.json")):
        (exported,) = read_file(path)
        report = scorer.score(exported.conversation)
        reports[path.stem] = {
            "outcome": report.outcome.value,
            "logits": [window.logit for window in report.windows],
            "first_flag": report.first_flag,
            "tactics": sorted(report.timeline),
            "strongest": report.evidence[0].message if report.evidence else None,
        }
    return {"artifact": scorer.artifact.digest, "reports": reports}


@pytest.fixture(scope="module")
def pair(scorer):
    return current(scorer), json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_golden_file_is_of_the_shipped_artefact(pair):
    assert pair[0]["artifact"] == pair[1]["artifact"], "run python -m tests.claims.test_golden"


def test_outcomes_and_logits(pair):
    found, golden = (side["reports"] for side in pair)
    assert found.keys() == golden.keys()
    for name, report in found.items():
        assert report["outcome"] == golden[name]["outcome"], name
        assert report["logits"] == pytest.approx(golden[name]["logits"], abs=TOLERANCE), name


def test_the_generator_gives_the_same_twice(scorer, pair):
    assert current(scorer) == pair[0]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(current(RiskScorer()), indent=1, sort_keys=True) + "\n", encoding="utf-8")
