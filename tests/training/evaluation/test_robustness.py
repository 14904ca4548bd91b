import numpy as np
import pytest

from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.compose import compose
from training.composer.material import gather
from training.composer.perturb import MEASURED_EVASION, TRAINED_EVASION
from training.corpus.lines import load_corpus
from training.evaluation.baselines import fit_bag_of_words
from training.evaluation.metrics import Resampling
from training.evaluation.robustness import evasion_results, recall_drop
from training.sources.proxies import ProxyConversation


def test_every_kind_is_measured_on_the_same_conversations_and_hurts_who_reads_words_as_they_stand():
    material = gather(load_corpus(["en"]), [])
    known = list(compose(material, 600, 3))
    words = fit_bag_of_words([item.conversation() for item in known], np.array([item.label for item in known]))
    composed = list(compose(material, 300, 4))
    asked = []

    def logits(conversations, name):
        asked.append((name, len(conversations)))
        return words(conversations)

    balanced = OperatingPoint("balanced", 1.0, 0.5, 10, 0, 0.3, 0.5)
    rows = (("a", "where do you live", None), ("b", "near the old mill", None))
    real = [ProxyConversation(str(n), "made up", "en", "test", rows) for n in range(4)]
    results = evasion_results(composed, logits, balanced, Resampling(20, 0), real)
    kinds = {kind.__name__ for kind in (*TRAINED_EVASION, *MEASURED_EVASION)}
    own = {name: count for name, count in asked if not name.startswith("real")}
    assert set(own) == kinds | {"as written"}
    assert set(own.values()) == {results["n"]} == {sum(not item.evasion for item in composed)}
    assert {name: count for name, count in asked if name not in own} == {
        name: len(real) for name in ("real", *(f"real, {kind}" for kind in kinds))
    }
    for kind in MEASURED_EVASION:
        assert results["kinds"][kind.__name__]["trained"] is False
    for name in ("spaced_letters", "homoglyphs", "leet"):
        assert results["kinds"][name]["auroc"]["value"] < results["as_written"]["auroc"]["value"] - 0.03
    # Cut messages keep every word: who only counts words sees nothing.
    assert abs(results["kinds"]["cut_messages"]["auroc"]["value"] - results["as_written"]["auroc"]["value"]) < 0.03
    written = results["as_written"]["balanced"]
    assert 0 < written["count"] < written["n"] == sum(item.label for item in composed if not item.evasion)
    for row in (results["as_written"], *results["kinds"].values()):
        assert row["false_flags"]["n"] == results["n"] - written["n"]
        assert row["real_false_flags"]["n"] == len(real)
    for row in results["kinds"].values():
        assert row["recall_drop"]["value"] == pytest.approx(written["value"] - row["balanced"]["value"])
    assert results["kinds"]["homoglyphs"]["recall_drop"]["low"] > 0


def test_the_drop_of_recall_is_paired():
    before = np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
    after = np.array([1, 1, 0, 0, 0, 0, 0, 1], dtype=bool)
    drop = recall_drop(before, after, np.arange(8), Resampling(4000, 0))
    assert drop["value"] == pytest.approx((2 - 1) / 8)
    # Differences of the same positives: two lost, one found, five as before; variance 3/8 - (1/8)^2 each.
    width = 2 * 1.96 * np.sqrt((3 / 8 - 1 / 64) / 8)
    assert drop["high"] - drop["low"] == pytest.approx(width, abs=0.13)
    same = recall_drop(before, before, np.arange(8), Resampling(100, 0))
    assert same == {"value": 0, "low": 0, "high": 0}
    whole = recall_drop(before, after, np.zeros(8), Resampling(100, 0))
    assert whole["low"] == whole["high"] == pytest.approx(1 / 8)  # one carrier: nothing to draw
