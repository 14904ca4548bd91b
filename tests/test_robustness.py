import numpy as np

from training.baselines import fit_bag_of_words
from training.compose import compose
from training.corpus import load_corpus
from training.material import gather
from training.perturb import HELD_OUT_EVASION, TRAINED_EVASION
from training.robustness import evasion_results


def test_every_kind_is_measured_on_the_same_conversations_and_hurts_who_reads_words_as_they_stand():
    material = gather(load_corpus(["en"]), [])
    known = list(compose(material, 600, 3))
    words = fit_bag_of_words([item.conversation() for item in known], np.array([item.label for item in known]))
    composed = list(compose(material, 300, 4))
    asked = []

    def logits(conversations, name):
        asked.append((name, len(conversations)))
        return words(conversations)

    results = evasion_results(composed, logits, 20, 0)
    kinds = {kind.__name__ for kind in (*TRAINED_EVASION, *HELD_OUT_EVASION)}
    assert {name for name, _ in asked} == kinds | {"as written"}
    assert {count for _, count in asked} == {results["n"]} == {sum(not item.evasion for item in composed)}
    for kind in HELD_OUT_EVASION:
        assert results["kinds"][kind.__name__]["trained"] is False
    for name in ("spaced_letters", "homoglyphs", "leet"):
        assert results["kinds"][name]["auroc"]["value"] < results["as_written"]["value"] - 0.03
    # Cut messages keep every word: who only counts words sees nothing.
    assert abs(results["kinds"]["cut_messages"]["auroc"]["value"] - results["as_written"]["value"]) < 0.03
