"""The stand-in scorer for those who test their own integration."""

import json
import pickle
import subprocess
import sys

import jsonschema
import pytest

from grooming_risk import Outcome, RiskReport, RiskScorer
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.schemas.report_form import SCHEMA
from grooming_risk.testing import CONVERSATIONS, StandInScorer

KEY = b"a key of the tests only"


def test_there_is_a_conversation_for_each_outcome():
    assert set(CONVERSATIONS) == set(Outcome)
    for outcome, rows in CONVERSATIONS.items():
        assert StandInScorer().score(rows).outcome is outcome


@pytest.mark.parametrize("outcome", Outcome)
def test_its_reports_have_the_form_of_real_ones(outcome):
    report = StandInScorer().score(CONVERSATIONS[outcome])
    jsonschema.validate(report.to_dict(), json.loads(SCHEMA.read_text()))
    assert RiskReport.from_json(report.to_json()) == report
    assert bool(report.evidence) == (outcome is not Outcome.ABSTAINED)


def test_it_takes_the_options_of_a_scorer_and_travels_like_one():
    assert isinstance(StandInScorer("/nowhere", threads=2, digest_key=KEY), RiskScorer)
    scorer = StandInScorer(digest_key=KEY, digest="1" * 64)
    again = pickle.loads(pickle.dumps(scorer))
    rows = json.loads(next(SAMPLES.glob("4_*.json")).read_text())
    assert again.score(rows) == scorer.score(rows)
    assert again.score(rows).provenance.artifact_digest == "1" * 64


def test_its_answers_do_not_depend_on_the_process_and_need_no_network():
    code = (
        "import sys; from grooming_risk import Outcome; from grooming_risk.testing import CONVERSATIONS, StandInScorer;"
        f"print(StandInScorer(digest_key={KEY}).score(CONVERSATIONS[Outcome.REVIEW]).to_json());"
        "assert not {'onnxruntime', 'tokenizers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == StandInScorer(digest_key=KEY).score(CONVERSATIONS[Outcome.REVIEW]).to_json()
