"""The shortcut audit in small: it finds nothing in composed conversations, and finds a planted shortcut."""

import dataclasses

import numpy as np
import pytest

from tests.support.configs import english_only
from training.__main__ import main
from training.audit.shortcuts import LIMIT, TellingWords, feature_families, report, shortcuts, telling_words
from training.audit.surface import FAMILIES
from training.composer.compose import compose
from training.composer.material import gather
from training.config import load_config
from training.corpus.lines import load_corpus
from training.corpus.splits import split_corpus
from training.data import Data


@pytest.fixture(scope="module")
def sets():
    parts = split_corpus(load_corpus(["en"]), 20261122)
    return [list(compose(gather(parts[name], []), 1500, 20261122)) for name in ("train", "test")]


def planted(items, change):
    """The same conversations, positives with every message changed."""
    return [
        dataclasses.replace(item, messages=tuple(change(message) for message in item.messages)) if item.label else item
        for item in items
    ]


@pytest.mark.slow
def test_nothing_but_what_is_said_tells_the_classes_apart(sets):
    found = shortcuts(*sets, feature_families(sets[0]), seed=1)
    assert {item.sees for item in found} > {"lengths", "times", "source", "language", "everything"}
    assert [item.sees for item in found if not item.passes] == []


@pytest.mark.slow
def test_nor_does_it_in_long_conversations(proxies_folder, tmp_path):
    """Lengths, counts, distances and times of sets in which some conversations are long, with real ones among them."""
    data = Data(load_config(english_only(tmp_path)), proxies_folder, tmp_path)
    dilution = dataclasses.replace(data.config.compose.dilution, farthest_messages=1_000)
    long = [list(compose(data.material(name), 1200, 3, dilution=dilution)) for name in ("train", "test")]
    assert max(len(item.messages) for item in long[0]) > 500
    families = {name: FAMILIES[name] for name in ("lengths", "counts", "speakers", "times", "distances")}
    assert [item.sees for item in shortcuts(*long, families, seed=1) if not item.passes] == []


def test_a_long_negative_is_a_shortcut_that_is_found(sets):
    def longer(items):
        return [
            item if item.label else dataclasses.replace(item, messages=item.messages * 3)  # three times as long
            for item in items[:500]
        ]

    for family in ("counts", "distances"):
        found = shortcuts(*map(longer, sets), {family: FAMILIES[family]}, seed=1)
        assert not found[0].passes


@pytest.mark.parametrize(
    ("family", "change"),
    [
        ("lengths", lambda message: dataclasses.replace(message, text=message.text + " and so on and so on")),
        ("punctuation", lambda message: dataclasses.replace(message, text=message.text + "!")),
        ("casing", lambda message: dataclasses.replace(message, text=message.text.upper())),
        ("noise", lambda message: dataclasses.replace(message, text=message.text + " 👀")),
        ("times", lambda message: dataclasses.replace(message, sent_at=None)),
    ],
)
def test_a_planted_shortcut_is_found(sets, family, change):
    changed = [planted(items[:500], change) for items in sets]
    found = {item.sees: item for item in shortcuts(*changed, {family: FAMILIES[family]}, seed=1)}
    assert not found[family].passes
    assert not found["everything"].passes
    assert f"≥ {LIMIT:.2f}" in report(list(found.values()), TellingWords([], []))


def test_a_giveaway_word_is_seen(sets):
    changed = planted(sets[0], lambda message: dataclasses.replace(message, text=message.text + " zebra"))
    words = telling_words(changed)
    assert words.positives[0] == "zebra"
    assert "zebra" not in words.negatives


@pytest.mark.slow
def test_the_verb_prints_its_findings(capsys, proxies_folder, tmp_path):
    arguments = ["--config", str(english_only(tmp_path)), "--proxies", str(proxies_folder), "--work", str(tmp_path)]
    status = main(["audit", *arguments, "--count", "300"])
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines() if line.startswith(("lengths", "everything"))]
    assert len(rows) == 2
    assert status == int(any("a shortcut" in line for line in printed.splitlines()))
    assert all(np.isfinite(float(row[1])) for row in rows)
