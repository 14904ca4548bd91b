"""The parts of the evaluation on small sets, with the shipped model; the whole runs in test_smoke_training."""

import dataclasses
import json

import numpy as np
import pytest

from grooming_risk.commands.demo import SAMPLES
from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.readers import read_file
from grooming_risk.scoring.language import text_statistics
from grooming_risk.scoring.message_encoding import encode_conversations
from training.__main__ import main
from training.composer.compose import compose
from training.composer.composed import Composed
from training.composer.material import gather
from training.corpus.lines import Line, load_corpus
from training.evaluation.baselines import fit_baselines
from training.evaluation.benign import Benign, false_flag_results
from training.evaluation.composed import (
    ScoredSet,
    composed_results,
    early_composed,
    hard_negative_results,
    language_results,
)
from training.evaluation.early_detection import latency
from training.evaluation.lines import line_results
from training.evaluation.metrics import Resampling
from training.evaluation.own import labelled_results, own_results
from training.evaluation.ranking import RANKING
from training.evaluation.scoring import ABSTAINED, Assessed, assess_all, logit_of, score_all, usual_point
from training.sources.labelled_conversations import LabelledConversation

FEW = Resampling(20, 0)
POINTS = {name: OperatingPoint(name, at, 0.5, 10, 0, 0.3, 0.5) for name, at in (("lax", 0.0), ("strict", 2.0))}


@pytest.fixture(scope="module")
def items():
    """Two languages; the shipped model of today abstains from the second, a later one reads both."""
    corpus = load_corpus(["en", "es"])
    return list(compose(gather(corpus, []), 48, 11, english=0.7))


@pytest.fixture(scope="module")
def scored(scorer, items):
    return ScoredSet(items, list(assess_all(scorer, (item.conversation() for item in items), "test")))


@pytest.mark.slow
def test_one_reading_says_at_every_point_what_the_scorer_says(scorer, items, scored):
    conversations = [item.conversation() for item in items]  # no more than are read at once
    for name in scorer.artifact.operating_points:
        reports = scorer.score_batch(conversations, operating_point=name, explain=False)
        for report, found in zip(reports, scored.assessed, strict=True):
            assert found.logit == logit_of(report)
            assert found.first_flags.get(name) == report.first_flag
            assert found.abstained == (report.probability is None)
    assert any(len(found.first_flags) > 1 for found in scored.assessed)
    readings = encode_conversations(conversations, scorer.artifact)
    statistics = [text_statistics(reading.vectors) for reading in readings]
    strongest = [found.strongest_tactic for found in scored.assessed]
    assert strongest == pytest.approx([1 / (1 + np.exp(-one.strongest_tactic)) for one in statistics])


def test_the_score_of_a_speaker_is_the_highest_of_the_windows_that_are_theirs(scored):
    for item, found in zip(scored.items, scored.assessed, strict=True):
        assert set(found.speakers) <= {message.speaker for message in item.messages}
        assert max(found.speakers.values(), default=ABSTAINED) == found.logit
    right = [
        found.speakers.get(item.focus) == found.logit
        for item, found in zip(scored.items, scored.assessed, strict=True)
        if item.label and found.logit > 2
    ]
    assert len(right) > 5
    assert np.mean(right) > 0.8


def test_composed_results_have_every_slice_and_baseline(scorer, items, scored):
    known = list(compose(gather(load_corpus(["en", "es"]), []), 200, 12, english=0.7))
    baselines = fit_baselines([item.conversation() for item in known], np.array([item.label for item in known]))
    contexts = {item.source for item in items}
    real = frozenset(sorted(contexts)[:1])
    results = composed_results(scored, scorer.artifact, baselines, real, FEW)
    rivals = {"keyword_rules", "bag_of_words", "length_only", "participants_only", "max_of_tactics"}
    assert set(results["baselines"]) == rivals
    for found in (results, *results["baselines"].values()):
        assert set(RANKING) <= set(found)
    assert results["auroc"]["value"] > results["baselines"]["participants_only"]["auroc"]["value"]
    positives = {item.source for item in items if item.label}
    assert set(results["sources"]) == {"authored", *(real & positives)}
    assert set(results["contexts"]) == positives - real
    for point in scorer.artifact.operating_points:
        counted = [sum(row[point][key] for row in results["sources"].values()) for key in ("count", "n")]
        whole = results["operating_points"][point]
        assert counted == [whole["count"], whole["n"]]
    assert sum(row["n"] for row in results["languages"].values()) == results["n"] == len(items)
    json.dumps(results, allow_nan=False)


def tiny(label, language="en", kind="carrier", group="g", tactics=()):
    return Composed((Message("s1", "x"),), label, kind, "source", group, language, tactics, "s1" if label else "")


def assessed(logit, **first_flags):
    return Assessed(logit, False, 0.5, first_flags, {})


def test_a_language_without_one_of_the_classes_is_left_out():
    found = ScoredSet(
        [tiny(1), tiny(0), tiny(1, "es"), tiny(1, "fr"), tiny(0, "fr")], [assessed(v) for v in (3, 1, 3, -1, 4)]
    )
    results = language_results(found, POINTS, FEW)
    assert set(results) == {"en", "fr"}
    assert (results["en"]["auroc"]["value"], results["fr"]["auroc"]["value"]) == (1, 0)
    assert results["fr"]["operating_points"]["lax"]["false_flags"]["value"] == 1
    assert results["fr"]["operating_points"]["lax"]["recall"]["value"] == 0
    assert results["en"]["operating_points"]["strict"]["false_flags"]["count"] == 0


def test_hard_negatives_are_the_generated_and_the_authored_ones_of_the_language():
    found = ScoredSet(
        [tiny(1), tiny(0), tiny(0, kind="proxy"), tiny(0, kind="dialogue"), tiny(0, "es"), tiny(1, "fr")],
        [assessed(v) for v in (3, 1, 9, 9, 9, 1)],
    )
    benign = [Benign(("a",), "en", "d1", True, 5, False), Benign(("a",), "en", "d2", False, 9, False)]
    results = hard_negative_results(found, benign, FEW)
    assert set(results) == {"en"}
    assert (results["en"]["n"], results["en"]["positives"]) == (3, 1)
    assert results["en"]["auroc"]["value"] == 0.5  # above the look-alikes, below the hard dialogue


def test_false_flags_are_counted_in_every_set_that_names_the_conversation():
    rows = [
        Benign(("real: all", "test: a"), "en", "1", False, 1.0, False),
        Benign(("real: all", "unseen: b"), "en", "2", False, ABSTAINED, True),
    ]
    results = false_flag_results(rows, POINTS)
    assert results["real: all"]["abstained"] == 1
    assert (results["real: all"]["lax"]["count"], results["real: all"]["lax"]["n"]) == (1, 2)
    assert results["test: a"]["lax"]["value"] == 1
    assert results["test: a"]["strict"]["value"] == 0


def test_earliness_is_reckoned_from_where_the_composer_put_the_signs():
    tactics = ((4, "secrecy"), (5, "secrecy"), (9, "meeting"))
    positive = dataclasses.replace(tiny(1, tactics=tactics), messages=(Message("s1", "x"),) * 20)
    found = ScoredSet([positive, tiny(0)], [assessed(3, lax=7, strict=12), assessed(-1)])
    points = early_composed(found, POINTS, FEW)["points"]
    assert points["lax"]["first_flag_message"]["median"] == 8
    assert points["lax"]["delay_since_first_sign"]["median"] == 3
    assert points["lax"]["delay_since_second_sign"]["median"] == -2
    assert points["strict"]["delay_since_second_sign"]["median"] == 3
    assert latency(positive.messages, 7) == 8


def test_lines_are_sliced_by_language_and_a_language_without_positives_has_no_row(artifact):
    def line(text, language, kind):
        return Line(text, language, kind, "secrecy", "any", "neutral", "")

    lines = [
        line("don't tell your parents about us", "en", "tactics"),
        line("this stays our secret ok", "en", "tactics"),
        line("don't tell mum about her party", "en", "lookalikes"),
        line("the bus leaves at nine", "en", "lookalikes"),
        line("el autobús sale a las nueve", "es", "lookalikes"),
    ]
    results = line_results(lines, artifact, FEW)
    assert set(results) == {"all", "en"}
    assert (results["all"]["secrecy"]["n"], results["en"]["secrecy"]["n"]) == (5, 4)
    assert results["en"]["secrecy"]["average_precision"]["value"] > 0.7
    assert set(results["all"]) == {"secrecy"}


def own_rows():
    found = []
    for path in sorted(SAMPLES.glob("*.json"))[:5]:
        conversation = next(iter(read_file(path))).conversation
        label = int(path.stem.startswith(("4", "5")))
        tier, family = ("moderate", "") if label else ("", path.stem[2:])
        found.append(LabelledConversation(conversation, label, tier, family))
    return found


def test_own_conversations_are_ranked_by_tier_and_counted_by_family(scorer):
    results = own_results(scorer, own_rows(), FEW)
    assert (results["n"], results["positives"]) == (5, 2)
    assert results["all"]["auroc"]["value"] == results["tiers"]["moderate"]["value"] == 1
    assert set(results["families"]) == {"weekend_plans", "coach_and_parents", "surprise_party"}
    assert set(results["baselines"]) == {"keyword_rules", "max_of_tactics"}
    point = usual_point(scorer.artifact).name
    assert results["operating_points"][point]["recall"]["value"] == 1
    assert results["families"]["surprise_party"][point]["count"] == 0
    assert results["curve"]["recall"][-1] == 1


def test_benign_conversations_alone_still_have_their_false_flags():
    results = labelled_results(np.zeros(4, dtype=int), np.array([3.0, 1, -1, -1]), np.arange(4), POINTS, {}, FEW)
    assert results["operating_points"]["lax"]["false_flags"]["value"] == 0.5
    assert "recall" not in results["operating_points"]["lax"]
    assert results["all"] == {}
    assert "curve" not in results


def test_the_command_line_wants_something_to_evaluate(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "--only-conversations"])
    assert "--pan12" in capsys.readouterr().err


def test_participants_are_all_that_their_baseline_sees(items):
    labels = np.array([item.label for item in items])
    conversations = [item.conversation() for item in items]
    silent = [
        Conversation(tuple(dataclasses.replace(m, text="x", sent_at=None) for m in one.messages))
        for one in conversations
    ]
    score = fit_baselines(conversations, labels)["participants_only"]
    assert score(conversations) == pytest.approx(score(silent))
    alone = [Conversation((Message("a", "x"),) * 9), Conversation((Message("a", "x"), Message("b", "y")) * 5)]
    one_sided = fit_baselines([*conversations, *alone * 30], np.array([*labels, *[1, 0] * 30]))["participants_only"]
    assert one_sided(alone)[0] > one_sided(alone)[1]


def test_abstentions_rank_below_every_score(scorer):
    (report,) = score_all(scorer, [Conversation((Message("a", "hi"),))], "one")
    assert report.probability is None
    assert logit_of(report) == ABSTAINED
