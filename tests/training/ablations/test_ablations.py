import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from grooming_risk.conversation import Conversation
from training.__main__ import main
from training.ablations.ablations import AblationsOptions, ablate
from training.ablations.arms import ARMS, BETWEEN, with_previous
from training.options import DataOptions
from training.paths import CONFIG
from training.window.whole_window import WholeWindow, whole_window_logits

SOME = ["six_layers", "float32", "max_of_tactics", "two_stages", "previous_message"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory, proxies_folder):
    folder = tmp_path_factory.mktemp("ablations")
    results = folder / "ablations.json"
    options = AblationsOptions(
        DataOptions(CONFIG, proxies_folder, folder / "work"), results, arms=tuple(SOME[:1]), smoke=True
    )
    ablate(options)
    first = results.read_text()
    ablate(replace(options, arms=tuple(SOME)))
    return json.loads(first), json.loads(results.read_text())


def test_every_arm_is_measured_once_and_a_second_call_goes_on(measured):
    first, both = measured
    assert [row["name"] for row in both["arms"]] == [arm.name for arm in ARMS if arm.name in SOME]
    assert both["arms"][0] == first["arms"][0]
    for row in both["arms"]:
        assert 0 <= row["composed"]["auroc"]["low"] <= row["composed"]["auroc"]["high"] <= 1
        assert row["messages_per_second"] > 0


def test_what_an_arm_changes_changes_what_it_says(measured):
    rows = {row["name"]: row for row in measured[1]["arms"]}
    reference = rows["six_layers"]["composed"]
    for name in ("max_of_tactics", "two_stages", "previous_message"):
        assert rows[name]["composed"] != reference, name
    assert rows["float32"]["megabytes"] > 2 * rows["six_layers"]["megabytes"]


def test_smoke_needs_a_results_file_of_its_own():
    with pytest.raises(SystemExit, match="2"):
        main(["ablations", "--smoke"])


def test_each_message_is_led_by_the_one_before():
    found = with_previous(Conversation.from_messages([("a", "hi"), ("b", "hello you"), ("a", "fine")]))
    assert [message.text for message in found] == ["hi", f"hi{BETWEEN}hello you", f"hello you{BETWEEN}fine"]


class Counting(torch.nn.Module):
    """Says how many tokens of the focus speaker a window shows."""

    def forward(self, batch):
        return (batch.mask * (1 - batch.types)).sum(1).float(), None


def test_whole_windows_keep_their_last_messages_and_know_who_wrote_them():
    short = WholeWindow([[5, 6], [7]], [True, False], [-1, -1], 0)
    long = WholeWindow([[5] * 30] * 40, [False] * 39 + [True], [-1] * 40, 0)
    # Begin, and the end after each message of the focus speaker, count with the messages' own tokens.
    logits = whole_window_logits(Counting(), [long, short, replace(short, of_focus=[False, False])])
    assert logits.tolist() == [32, 4, 1]
    assert np.isfinite(whole_window_logits(Counting(), [short])).all()
