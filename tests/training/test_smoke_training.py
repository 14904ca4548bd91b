"""The whole training path on tiny data: every stage really runs, and what it makes scores a conversation."""

import json

import pytest

from grooming_risk import RiskScorer
from grooming_risk.model.artifact import BUNDLED
from training.__main__ import main
from training.corpus.lines import load_corpus
from training.documents.card_parts import card_parts

STAGES = ["student", "encoder", "language", "screen", "window_model", "calibration"]


def labelled(count):
    for number in range(count):
        said = [[f"p{number}", f"line {n} of talk {number}, nothing more"] for n in range(4)]
        row = {"label": number % 2, "messages": [*said, [f"q{number}", "ok"]]}
        yield {**row, "focus": f"p{number}"} if number % 2 else row


@pytest.fixture(scope="module")
def made(tmp_path_factory, proxies_folder):
    folder = tmp_path_factory.mktemp("smoke")
    own = folder / "own.jsonl"
    rows = [
        {"label": n % 2, "tier": "t" * (n % 2), "messages": [["a", f"hello number {n}"], ["b", "ok fine then"]] * 3}
        for n in range(6)
    ]
    own.write_text("\n".join(map(json.dumps, rows)))
    arguments = ["run", "--smoke", "--proxies", str(proxies_folder), "--conversations", str(own)]
    mine = folder / "mine.jsonl"
    mine.write_text("\n".join(json.dumps(row) for row in labelled(60)))
    arguments += ["--own", str(mine), "--device", "cpu"]
    for name, place in (("work", "work"), ("artifact", "artifact"), ("results", "results.json")):
        arguments += [f"--{name}", str(folder / place)]
    before = sorted((path.name, path.stat().st_mtime_ns) for path in BUNDLED.iterdir())
    assert main(arguments) == 0
    assert sorted((path.name, path.stat().st_mtime_ns) for path in BUNDLED.iterdir()) == before
    return folder, arguments


def test_what_it_makes_scores_a_conversation(made):
    scorer = RiskScorer(made[0] / "artifact")
    dialogues = [d for d in load_corpus(["en"]).dialogues if d.kind == "plain"][:30]
    reports = [scorer.score([(m.speaker, m.text) for m in d.messages]) for d in dialogues]
    # Thresholds fitted on a handful of conversations may abstain from one or another, never from most.
    assert sum(report.probability is not None for report in reports) > 20
    report = reports[0]
    assert report.provenance.artifact_digest == scorer.artifact.digest


def test_its_results_fill_the_documents(made):
    results = json.loads((made[0] / "results.json").read_text())
    parts = card_parts(results, None)
    # Nothing was ablated, no PAN12 was given, and no bound that was asked for is unsupported.
    empty = {name for name, part in parts.items() if not part}
    assert empty <= {"ablations", "ablation_appendix", "pan12", "unsupported"}


def test_its_results_have_every_part(made):
    results = json.loads((made[0] / "results.json").read_text())
    assert {row["trained"] for row in results["evasion"]["kinds"].values()} == {True, False}
    rivals = {"keyword_rules", "bag_of_words", "length_only", "participants_only", "max_of_tactics"}
    assert set(results["composed"]["baselines"]) == set(results["own_conversations"]["baselines"]) == rivals
    points = set(results["thresholds"])
    assert points == set(results["ppv"]) == set(results["early_detection"]["points"])
    assert all(points <= set(results["false_flags"][name]) for name in ("real: all", "language en: authored, hard"))
    assert set(results["composed"]["languages"]) == set(results["hard_negatives"]) == {"en", "es"}
    assert set(results["lines"]) == {"all", "en", "es"}
    assert results["coverage"]["supported, real"]["n"] == results["false_flags"]["real: all"]["balanced"]["n"]
    assert results["faithfulness"]["conversations"] > 0


def test_a_second_run_repeats_no_stage_and_gives_the_same_artefact(made, capsys):
    digest = RiskScorer(made[0] / "artifact").artifact.digest
    assert main(made[1]) == 0
    told = capsys.readouterr().err
    assert [name for name in STAGES if f"{name}: done before" in told] == STAGES
    assert RiskScorer(made[0] / "artifact").artifact.digest == digest


def test_nothing_in_the_work_folder_holds_text(made, proxies_folder):
    texts = [
        row["messages"][0]["text"] for row in map(json.loads, (proxies_folder / "byu_chitchat" / "data.jsonl").open())
    ]
    needles = [text.encode() for text in texts if len(text) > 25]
    assert needles
    for path in (made[0] / "work").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(needle in data for needle in needles), path.name


def test_evaluate_alone_on_own_conversations(made, proxies_folder, capsys):
    arguments = ["evaluate", "--proxies", str(proxies_folder), "--only-conversations"]
    for name, place in (("artifact", "artifact"), ("work", "work"), ("conversations", "own.jsonl")):
        arguments += [f"--{name}", str(made[0] / place)]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["own_conversations"]["positives"] == 3


def test_own_conversations_were_trained_and_calibrated_on(made):
    work = made[0] / "work"
    own = json.loads((work / "window_model" / "training.json").read_text())["own_conversations"]
    assert 30 < own < 60
    provenance = json.loads((made[0] / "artifact" / "manifest.json").read_text())["provenance"]
    assert len(provenance["own"]) == 64 and "own" not in provenance["config"]
    assert b"mine.jsonl" not in (made[0] / "artifact" / "manifest.json").read_bytes()


def test_a_table_ends_the_run(made, capsys):
    assert main(made[1]) == 0
    table = capsys.readouterr().out
    assert "stage encoder" in table and "done before" in table and "evaluation" in table
    assert RiskScorer(made[0] / "artifact").artifact.digest in table
    for row in ("size", "AUROC", "recall at balanced", "false flags at balanced", "your own conversations"):
        assert row in table, row


def test_two_results_files_stand_beside_each_other(made, capsys):
    results = str(made[0] / "results.json")
    assert main(["compare", results, results]) == 0
    table = capsys.readouterr().out
    assert "composed: auroc" in table and "real: false flags at balanced" in table
