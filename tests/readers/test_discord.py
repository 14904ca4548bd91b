import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.cli import main
from grooming_risk.conversation import MessageKind, speaker_name
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import UnreadableConversation, read_file
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_error, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import TEXTS, TIMES, conversations
from tests.support.writers.discord import document, row, write

FILES = ("direct_2021.json", "guild.json", "newest_first.json", "thread.json")
ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "discord"


def kinds_and_texts(item):
    return [(message.kind.value, message.text) for message in item.conversation]


# What the format holds: no lone surrogates (its writer replaces them), no deleted messages, and times in order.
KINDS = [kind for kind in MessageKind if kind is not MessageKind.DELETED]
CONVERSATIONS = conversations(TEXTS, times=TIMES, kinds=KINDS, in_order=True)


@given(CONVERSATIONS, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
@settings(ON_DISK, max_examples=examples(60))
def test_round_trip(tmp_path, conversation, name):
    names = {speaker_name(number): f"{name}{number}" for number in range(8)}
    write(conversation, tmp_path / "x.json", names, "77")
    (item,) = read_file(tmp_path / "x.json")
    assert item.conversation == conversation
    assert item.identifier == "77"
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}
    assert item.warnings == ()


@given(st.data())
@settings(ON_DISK, max_examples=examples(150))
def test_any_damage_is_a_named_error(tmp_path, exports, data):
    rows = [
        row(1, content=CANARY, name=CANARY),
        row(2, "11", forwardedMessage={"content": CANARY, "attachments": []}, content=""),
        row(3, timestampEdited="2026-03-01T20:00:00+01:00", type="Reply", sent_at=CANARY),
    ]
    document(tmp_path / "good.json", rows, "77")
    good = data.draw(st.sampled_from([tmp_path / "good.json", exports / "guild.json", exports / "parts"]))
    with on_disk(data.draw(damaged(files_below(good))), "export") as path:
        check_reading(path, "discord")
        check_reading(path)


def test_speakers_and_times(tmp_path):
    second = row(2, "11", name=None)
    document(tmp_path / "x.json", [row(), second], "77")
    (item,) = read_file(tmp_path / "x.json")
    assert item.speakers == {"a": "x", "b": "11"}
    assert [message.speaker for message in item.conversation] == ["a", "b"]
    assert [message.speaker for message in item.with_names()] == ["x", "11"]
    assert item.conversation.messages[0].sent_at.isoformat() == "2026-03-01T18:02:00.123000+00:00"


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"type": "RecipientAdd", "content": "Added x to the group."}, MessageKind.SYSTEM, ""),
        ({"type": "46", "content": "something"}, MessageKind.SYSTEM, ""),
        ({"content": "", "attachments": [{"id": "1"}]}, MessageKind.MEDIA, ""),
        ({"content": "caption", "attachments": [{"id": "1"}]}, MessageKind.TEXT, "caption"),
        ({"type": "Reply"}, MessageKind.TEXT, "hi"),
        ({"content": "", "forwardedMessage": {"content": "fwd"}}, MessageKind.TEXT, "fwd"),
    ],
)
def test_kinds(tmp_path, change, kind, text):
    document(tmp_path / "x.json", [row(**change)], "77")
    (item,) = read_file(tmp_path / "x.json")
    assert [(message.kind, message.text) for message in item.conversation] == [(kind, text)]


def test_a_count_that_does_not_fit_is_a_warning(tmp_path):
    document(tmp_path / "x.json", [row()], "77", messageCount=9)
    (item,) = read_file(tmp_path / "x.json")
    assert "9" in item.warnings[0]


def test_a_time_that_cannot_be_read_is_a_warning(tmp_path):
    document(tmp_path / "x.json", [row(1), row(2, sent_at=CANARY)], "77")
    (item,) = read_file(tmp_path / "x.json")
    assert item.conversation.messages[1].sent_at is None
    assert item.warnings == ("times that could not be read: 1, first at message 1",)


def test_a_message_without_text_spoils_its_conversation(tmp_path):
    document(tmp_path / "x.json", [row(1), row(2, content=None)], "77")
    (item,) = read_file(tmp_path / "x.json")
    assert isinstance(item.error, InvalidConversationError) and "message 1" in str(item.error)


@pytest.mark.parametrize(
    ("change", "says"), [(lambda text: text[:-80], "too early"), (lambda text: text[:60] + text[-1:], "not valid")]
)
def test_a_damaged_file(tmp_path, change, says):
    path = tmp_path / "x.json"
    document(path, [row(content=CANARY)], "77")
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        list(read_file(path, "discord"))
    check_error(caught.value)


def test_what_is_no_list_of_messages_is_refused(tmp_path):
    document(tmp_path / "x.json", [], "77", messages=1)
    with pytest.raises(UnsupportedFormatError, match="DiscordChatExporter"):
        list(read_file(tmp_path / "x.json"))


def test_a_server_with_every_kind(exports):
    (item,) = read_file(exports / "guild.json")
    found = kinds_and_texts(item)
    assert found[1] == ("edited", "almost, question nine is strange")
    assert [kind for kind, _ in found[2:5]] == ["media", "media", "system"]
    assert found[-4:] == [
        ("text", "same to you"),
        ("text", "training is at half past five this week"),
        ("text", "I will remind you at five"),
        ("text", "https://example.org/map"),
    ]
    assert "words of a web page" not in str(found)
    assert item.speakers == {"a": "mira", "b": "jonas", "c": "timer"}
    assert item.warnings == ()


def test_versions_and_orders_say_the_same(exports):
    old, new = (next(read_file(exports / name)) for name in ("direct_2021.json", "newest_first.json"))
    assert kinds_and_texts(old) == kinds_and_texts(new)
    assert old.conversation.messages[0].sent_at.microsecond == 543210
    assert new.conversation.messages[0].sent_at < new.conversation.messages[-1].sent_at


def test_parts_are_one_conversation(exports, tmp_path):
    (whole,) = read_file(exports / "parts")
    assert kinds_and_texts(whole) == kinds_and_texts(next(read_file(exports / "direct_2021.json")))
    assert (whole.identifier, whole.warnings) == ("91", ())
    shutil.make_archive(str(tmp_path / "export"), "zip", exports / "parts")
    (packed,) = read_file(tmp_path / "export.zip")
    assert packed == whole


def test_parts_newest_first(tmp_path):
    for number in range(3):
        rows = [row(index, sent_at=f"2026-03-01T19:{index:02d}:00Z", content=str(index)) for index in range(9)]
        suffix = f" [part {number + 1}]" if number else ""
        document(tmp_path / f"x{suffix}.json", rows[::-1][3 * number : 3 * number + 3], "77")
    (item,) = read_file(tmp_path)
    assert [message.text for message in item.conversation] == [str(index) for index in range(9)]


def test_a_missing_part_is_a_warning(exports, tmp_path):
    shutil.copytree(exports / "parts", tmp_path / "parts")
    (tmp_path / "parts" / "club - talk [91] [part 2].json").unlink()
    (item,) = read_file(tmp_path / "parts")
    assert len(item.conversation) == 5
    assert "parts" in item.warnings[0]
    (alone,) = read_file(tmp_path / "parts" / "club - talk [91] [part 3].json")
    assert "parts" in alone.warnings[0]


def test_a_part_of_another_channel(tmp_path):
    document(tmp_path / "x.json", [row()], "77")
    document(tmp_path / "x [part 2].json", [row()], "78")
    with pytest.raises(UnsupportedFormatError, match="another channel"):
        list(read_file(tmp_path))


def test_a_folder_of_channels_with_their_pictures(exports, tmp_path):
    for name in FILES:
        shutil.copy(exports / name, tmp_path)
    (tmp_path / "guild.json_Files").mkdir()
    (tmp_path / "guild.json_Files" / "9-AB12.png").write_bytes(b"\x89PNG")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    assert [item.identifier for item in read_file(tmp_path)] == ["88", "77", "89", "90"]
    (tmp_path / "guild.json").write_text((exports / "guild.json").read_text(encoding="utf-8")[:-90], encoding="utf-8")
    found = list(read_file(tmp_path))
    assert [isinstance(item, UnreadableConversation) for item in found] == [False, True, False, False]


def test_a_folder_of_other_things_is_not_taken(exports, tmp_path):
    shutil.copy(exports / "guild.json", tmp_path)
    (tmp_path / "notes.txt").write_text("buy milk")
    with pytest.raises(UnsupportedFormatError, match="no known format"):
        read_file(tmp_path)


def test_a_zip_from_a_mac(exports, tmp_path):
    with zipfile.ZipFile(tmp_path / "chat.zip", "w") as archive:
        archive.write(exports / "guild.json", "guild.json")
        archive.writestr("__MACOSX/._guild.json", b"\0\5\x16\7")
    assert len(list(read_file(tmp_path / "chat.zip"))) == 1


def test_a_type_that_nobody_knows_is_a_counted_notice(tmp_path):
    document(tmp_path / "x.json", [row(1), row(2, type="99"), row(3, type="46")], "77")
    (item,) = read_file(tmp_path / "x.json")
    assert [message.kind.value for message in item.conversation] == ["text", "system", "system"]
    assert item.warnings == ("messages of an unknown type, read as system notices: 1, first at message 1",)


def test_every_fixture_is_scored(exports, capsys):
    assert main(["score", "--no-explain", *(str(exports / name) for name in (*FILES, "parts"))]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("no review") == 5
    assert captured.err == ""
