"""Reader and evaluation on made-up files of the same schema; every text is benign or one of the bundled samples."""

import json
from xml.sax.saxutils import escape

import numpy as np
import pytest

from grooming_risk.commands.demo import SAMPLES
from grooming_risk.conversation import MessageKind
from grooming_risk.readers import read_file
from training.__main__ import main
from training.evaluation.metrics import Resampling, auroc
from training.evaluation.pan12 import components, pan12_results
from training.sources.pan12 import read_pan12

XML = """<?xml version="1.0" encoding="UTF-8"?>
<conversations>
<conversation id="c1">
<message line="1"><author>aa</author><time>23:58</time><text>did you see the match &amp;lt;3</text></message>
<message line="2"><author>bb</author><time>23:59</time><text/></message>
<message line="3"><author>aa</author><time>00:01</time><text>what a goal</text></message>
</conversation>
<conversation id="c2">
<message line="1"><author>cc</author><time>10:00</time><text>homework is done</text></message>
</conversation>
</conversations>
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pan12-test-corpus-2012-05-17.xml").write_text(XML)
    (tmp_path / "pan12-groundtruth-problem1.txt").write_text("aa\nzz\n")
    (tmp_path / "pan12-groundtruth-problem2.txt").write_text("c1\t3\n")
    return tmp_path


def test_conversations_and_truth(folder):
    first, second = read_pan12(folder)
    assert (first.identifier, first.label) == ("c1", 1)
    assert (first.listed_authors, first.listed_messages) == ({"aa"}, {2})
    assert (second.label, second.listed_messages) == (0, frozenset())
    messages = first.conversation.messages
    assert messages[0].text == "did you see the match <3"
    assert messages[1].kind is MessageKind.MEDIA
    assert (messages[2].sent_at - messages[0].sent_at).total_seconds() == 180
    assert "goal" not in repr(first)


def test_a_training_folder_has_no_line_truth(folder):
    (folder / "pan12-groundtruth-problem2.txt").unlink()
    (folder / "pan12-groundtruth-problem1.txt").rename(folder / "pan12-training-corpus-predators.txt")
    assert [item.listed_messages for item in read_pan12(folder)] == [frozenset(), frozenset()]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (XML.replace("<conversations>", '<!DOCTYPE x [<!ENTITY a "b">]><conversations>', 1), "DOCTYPE"),
        (XML[:300], "well-formed"),
        ("not xml CANARY", "well-formed"),
        (XML.replace("homework is done", "&CANARY;"), "well-formed"),
        (XML.replace("<author>cc</author>", ""), "no author"),
        (XML.replace('<conversation id="c2">', '<conversation id="c2"></conversation><conversation id="c3">'), "c2"),
    ],
)
def test_what_is_not_the_schema_is_refused_without_text(folder, content, says):
    (folder / "pan12-test-corpus-2012-05-17.xml").write_text(content)
    with pytest.raises(ValueError, match=says) as caught:
        list(read_pan12(folder))
    assert "CANARY" not in str(caught.value)
    assert caught.value.__context__ is None


def test_missing_files_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"corpus\*\.xml"):
        list(read_pan12(tmp_path))


LISTED = {"4_stranger_in_a_game": "player_one", "5_offer_from_abroad": "agent"}
COPIES = 6


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The bundled samples, several times each; who writes the warning signs takes part in several conversations."""
    folder = tmp_path_factory.mktemp("pan12")
    talks, lines = [], []
    samples = [(path.stem, next(iter(read_file(path))).with_names()) for path in sorted(SAMPLES.glob("*.json"))[:5]]
    for copy in range(COPIES):
        for name, conversation in samples:
            rows = []
            for number, message in enumerate(conversation, start=1):
                own = message.speaker if message.speaker in LISTED.values() else f"{message.speaker}{copy}"
                text = f"<author>{own}</author><time>10:{number:02}</time><text>{escape(message.text)}</text>"
                rows.append(f'<message line="{number}">{text}</message>')
                if own in LISTED.values() and number == 3:
                    lines.append(f"{name}-{copy}\t{number}")
            talks.append(f'<conversation id="{name}-{copy}">{"".join(rows)}</conversation>')
    (folder / "pan12-test-corpus.xml").write_text(f"<conversations>{''.join(talks)}</conversations>")
    (folder / "pan12-groundtruth-problem1.txt").write_text("\n".join([*LISTED.values(), "nobody"]))
    (folder / "pan12-groundtruth-problem2.txt").write_text("\n".join(lines))
    return folder


def test_the_evaluation_runs_on_the_corpus_and_writes_no_text(corpus, capsys):
    assert main(["evaluate", "--pan12", str(corpus), "--only-conversations"]) == 0
    printed = capsys.readouterr().out
    results = json.loads(printed)["pan12"]
    assert (results["n"], results["positives"]) == (5 * COPIES, 2 * COPIES)
    assert results["all"]["auroc"]["value"] == 1
    assert set(results["baselines"]) == {"keyword_rules", "max_of_tactics"}
    for name, point in results["early_detection"]["points"].items():
        assert point["first_flag_message"]["n"] == results["operating_points"][name]["recall"]["count"]
        assert point["delay_since_first_sign"]["n"] == point["first_flag_message"]["n"]
        if point["first_flag_message"]["n"]:
            gap = point["first_flag_message"]["median"] - point["delay_since_first_sign"]["median"]
            assert gap == 3  # latencies count from one, and every listed message is the third
        assert point["delay_since_second_sign"]["n"] == 0
    people = {name for path in SAMPLES.glob("*.json") for name in (m["speaker"] for m in json.loads(path.read_text()))}
    texts = [m["text"] for path in SAMPLES.glob("*.json") for m in json.loads(path.read_text()) if len(m["text"]) > 12]
    assert not any(text in printed for text in (*texts, *LISTED, *(people - {"agent"}), "player"))


def test_authors_are_scored_by_their_best_window_and_drawn_with_their_contacts(corpus, capsys):
    assert main(["evaluate", "--pan12", str(corpus), "--only-conversations"]) == 0
    authors = json.loads(capsys.readouterr().out)["pan12"]["authors"]
    assert (authors["n"], authors["positives"]) == (2 + COPIES * (2 + 3 + 2 + 1 + 1), 2)
    assert authors["auroc"]["value"] > 0.95
    assert authors["average_precision"]["value"] == 1
    for point in authors["operating_points"].values():
        precision, recall = (point.get(name, {"value": 0})["value"] for name in ("precision", "recall"))
        wanted = 1.25 * precision * recall / (0.25 * precision + recall) if precision and recall else 0
        assert point["f0.5"]["value"] == pytest.approx(wanted)
    assert any(point["f0.5"]["value"] > 0 for point in authors["operating_points"].values())


def test_scores_and_baselines_stay_with_their_conversations(scorer, corpus, monkeypatch):
    def messages(conversations):
        return np.array([float(len(conversation)) for conversation in conversations])

    wanted = pan12_results(scorer, corpus, Resampling(10, 0), {"length": messages})
    lengths = [len(item.conversation) for item in read_pan12(corpus)]
    labels = np.array([item.label for item in read_pan12(corpus)])
    assert wanted["baselines"]["length"]["value"] == auroc(labels, np.array(lengths))
    monkeypatch.setattr("training.evaluation.pan12.CONVERSATIONS_IN_MEMORY", 7)
    assert pan12_results(scorer, corpus, Resampling(10, 0), {"length": messages}) == wanted


def test_conversations_that_share_an_author_however_far_are_one_group():
    groups = components([("a", "b"), ("c",), ("b", "d"), ("d", "e"), ("f", "c"), ()])
    assert groups[0] == groups[2] == groups[3]
    assert groups[1] == groups[4]
    assert len(set(groups.tolist())) == 3
