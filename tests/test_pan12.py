"""The reader on a made-up file of the same schema; every text is benign."""

import pytest

from grooming_risk.conversation import MessageKind
from training.pan12 import read_pan12

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
    assert (first.identifier, first.label, first.listed_authors, first.listed_messages) == (
        "c1", 1, frozenset({"aa"}), frozenset({2}),
    )  # fmt: skip
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
        (XML.replace("<author>cc</author>", ""), "no author"),
        (XML.replace('<conversation id="c2">', '<conversation id="c2"></conversation><conversation id="c3">'), "c2"),
    ],
)
def test_what_is_not_the_schema_is_refused_without_text(folder, content, says):
    (folder / "pan12-test-corpus-2012-05-17.xml").write_text(content)
    with pytest.raises(ValueError, match=says) as caught:
        list(read_pan12(folder))
    assert "CANARY" not in str(caught.value)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"corpus\*\.xml"):
        list(read_pan12(tmp_path))
