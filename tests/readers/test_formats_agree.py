"""Every format: a writer and a fixture, the same conversation gives the same report, and no option is needed."""

import json
from pathlib import Path

import pytest

from grooming_risk.cli import main
from grooming_risk.conversation import Conversation
from grooming_risk.readers import FORMATS, read_file
from tests.support.writers import writer_of

EXPORTS = Path(__file__).parents[1] / "exports"
SAMPLES = sorted((Path(__file__).parents[2] / "grooming_risk" / "samples").glob("*.json"))
NAMES = sorted(FORMATS)
# The messages of others are not in the format.
ONE_SIDED = {"discord_package"}
# Each message names whom it is for, so that three people have three conversations.
TWO_PEOPLE = {"roblox", "steam"}


def fixtures(name):
    """Exports of a format: files, or folders that are one."""
    return sorted(path for path in (EXPORTS / name).iterdir() if not path.name.startswith("."))


def test_every_format_has_fixtures_and_nothing_else_has():
    assert sorted(path.name for path in EXPORTS.iterdir()) == NAMES
    assert all(fixtures(name) for name in NAMES)


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def sample(request, scorer):
    """A sample's conversation with times to the minute, which the coarsest format keeps, and its report."""
    rows = json.loads(request.param.read_text(encoding="utf-8"))
    rows = [{**row, "sent_at": f"{row['sent_at'][:16]}:00Z"} for row in rows]
    conversation = Conversation.from_messages(rows)
    return conversation, scorer.score(conversation)


@pytest.mark.parametrize("name", sorted({*NAMES} - ONE_SIDED))
def test_the_same_conversation_gives_the_same_report(name, sample, scorer, tmp_path):
    conversation, expected = sample
    speakers = {message.speaker: message.speaker.title() for message in conversation}
    if name in TWO_PEOPLE and len(speakers) > 2:
        pytest.skip("the format has conversations of two people")
    path = tmp_path / "export"
    writer_of(name)(conversation, path, speakers, "17")
    (read,) = read_file(path)
    # Some exports have names, some only ids.
    assert all(name.lower() in found.lower() for name, found in zip(speakers, read.speakers.values(), strict=True))
    report = scorer.score(read.conversation)
    assert report.to_dict() | {"provenance": None} == expected.to_dict() | {"provenance": None}


@pytest.mark.parametrize(
    "path", [path for name in NAMES for path in fixtures(name)], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_a_fixture_is_recognized_and_scored_with_no_option(path, capsys):
    status = main(["score", str(path), "--format", "jsonl", "--no-explain"])
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines and all(json.loads(line)["messages"] for line in lines), captured.err
    assert status == 0 or path.stem.startswith("bad"), captured.err


# Not those whose bytes are no text, or name their own encoding.
BINARY = {".desktop_wbu", ".xlsx", ".ods", ".docx", ".odt", ".pdf", ".db", ".xml", ".zip", ".ufdr"}
FILES = [path for name in NAMES for path in fixtures(name) if path.is_file() and path.suffix not in BINARY]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_fixture_saved_again_in_another_encoding_is_recognized_and_read_alike(path, encoding, tmp_path):
    saved = tmp_path / path.name
    saved.write_bytes(path.read_bytes().decode("utf-8-sig").encode(encoding))
    assert list(read_file(saved)) == list(read_file(path))
