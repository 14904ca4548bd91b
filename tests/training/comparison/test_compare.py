"""Two artefacts on the same conversations: differences with paired intervals."""

import json

import numpy as np
import pytest

from training.__main__ import main
from training.comparison.paired import paired_ranking, paired_rates
from training.evaluation.metrics import Resampling


def drawn(n=400):
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, n)
    return labels, random.normal(size=n) + labels, np.arange(n)


def test_a_model_does_not_differ_from_itself():
    labels, logits, groups = drawn()
    for found in paired_ranking(labels, (logits, logits), groups, Resampling(200, 0)).values():
        assert found["first"] == found["second"]
        assert found["difference"] == found["low"] == found["high"] == 0
        assert found["second_higher"] == 0.5


def test_a_better_model_is_found_though_the_intervals_of_both_overlap():
    labels, logits, groups = drawn()
    better = logits + 0.25 * labels
    found = paired_ranking(labels, (logits, better), groups, Resampling(1_000, 0))["auroc"]
    assert 0 < found["low"] <= found["difference"] <= found["high"]
    assert found["second_higher"] > 0.99


def test_flags_are_compared_within_each_class():
    labels = np.array([1] * 50 + [0] * 50)
    first, second = np.zeros(100, dtype=bool), np.arange(100) < 40
    found = paired_rates(labels, (first, second), np.arange(100), Resampling(300, 0))
    assert found["recall"]["difference"] == pytest.approx(0.8) and found["recall"]["low"] > 0.6
    assert found["false_flags"]["second"] == 0
    assert set(paired_rates(labels[:50], (first[:50], second[:50]), np.arange(50), Resampling(10, 0))) == {"recall"}


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.jsonl"
    rows = [{"label": n % 2, "messages": [["a", f"hello number {n}"], ["b", "fine then"]] * 4} for n in range(12)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_the_verb_compares_artefacts_and_writes_the_figures(tiny_artifact, own, tmp_path, capsys):
    words = ["compare", str(tiny_artifact), str(tiny_artifact), "--conversations", str(own), "--json"]
    assert main([*words, str(tmp_path / "out" / "c.json"), "--resamples", "50", "--jobs", "1"]) == 0
    found = json.loads((tmp_path / "out" / "c.json").read_text())
    assert found["set"] == {"n": 12, "positives": 6, "groups": 12, "resamples": 50}
    assert found["ranking"]["auroc"]["difference"] == 0
    printed = capsys.readouterr().out
    assert "paired bootstrap" in printed and "AUROC" in printed and "hello" not in printed


def test_what_cannot_be_compared_is_refused(tiny_artifact, own, tmp_path, capsys):
    (tmp_path / "r.json").write_text("{}")
    for words, says in (
        ([str(tiny_artifact), str(tmp_path / "none")], "does not exist"),
        ([str(tiny_artifact), str(own)], "not one of each"),
        ([str(tiny_artifact), str(tiny_artifact), "--resamples", "0"], "at least 1"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(["compare", *words])
        assert says in capsys.readouterr().err
    assert main(["compare", str(tmp_path / "r.json"), str(tmp_path / "r.json")]) == 1
    assert "is not a results file" in capsys.readouterr().err
    own.write_text('{"label": 0, "messages": [["a", "hi"]]}\n')
    assert main(["compare", str(tiny_artifact), str(tiny_artifact), "--conversations", str(own)]) == 1
    assert "one label only" in capsys.readouterr().err
