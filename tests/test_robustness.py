import numpy as np

from training.baselines import keyword_rules
from training.compose import compose
from training.corpus import load_corpus
from training.material import gather
from training.perturb import HELD_OUT_EVASION, TRAINED_EVASION
from training.robustness import evasion_results


def test_every_kind_is_measured_on_the_same_conversations_and_hurts_a_word_filter():
    composed = list(compose(gather(load_corpus(["en"]), []), 500, 4))
    asked = []

    def logits(conversations, name):
        asked.append((name, len(conversations)))
        return keyword_rules(conversations)

    results = evasion_results(composed, logits, 20, 0)
    kinds = {kind.__name__ for kind in (*TRAINED_EVASION, *HELD_OUT_EVASION)}
    assert {name for name, _ in asked} == kinds | {"as written"}
    assert {count for _, count in asked} == {results["n"]} == {sum(not item.evasion for item in composed)}
    for kind in HELD_OUT_EVASION:
        assert results["kinds"][kind.__name__]["trained"] is False
    # A filter that reads letters as they stand loses the words that are hidden from it.
    for name in ("spaced_letters", "homoglyphs", "leet"):
        assert results["kinds"][name]["auroc"]["value"] < results["as_written"]["value"] - 0.03
    assert np.isfinite(results["kinds"]["cut_messages"]["auroc"]["low"])
