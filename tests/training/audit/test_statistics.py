"""Statistics of composed conversations: both classes side by side, without a text."""

import pytest

from tests.support.configs import english_only
from training.__main__ import main
from training.audit.statistics import statistics_table
from training.composer.compose import compose, digest
from training.composer.material import gather
from training.config import load_config
from training.corpus.lines import load_corpus
from training.data import Data


def test_statistics_show_both_classes_and_no_text():
    composed = list(compose(gather(load_corpus(["en"]), []), 300, 1))
    table = statistics_table(composed)
    assert "positives" in table
    assert "counterfactual" in table
    assert "Infinity" not in table
    texts = {message.text for item in composed for message in item.messages if len(message.text) > 12}
    assert not any(text in table for text in texts)


@pytest.mark.slow
def test_the_verb_prints_them_and_the_digest_of_the_set(capsys, proxies_folder, tmp_path):
    config = english_only(tmp_path)
    arguments = ["--config", str(config), "--proxies", str(proxies_folder), "--work", str(tmp_path), "--count", "80"]
    assert main(["compose", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "messages" in printed
    data = Data(load_config(config), proxies_folder, tmp_path)
    settings = data.config.compose
    wanted = digest(compose(data.material("train"), 80, data.config.seed, settings.english, settings.dilution))
    assert printed.splitlines()[-1] == f"digest {wanted}"
