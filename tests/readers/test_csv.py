import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.cli import main
from grooming_risk.conversation import Limits, speaker_name
from grooming_risk.errors import InputTooLargeError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.readers import (
    FORMATS,
    Columns,
    DateOrder,
    ReadingOptions,
    UnreadableConversation,
    read_file,
    read_table,
)
from grooming_risk.readers.base.export import Export
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_reading, damaged, on_disk
from tests.support.exported_conversations import CHARACTERS, conversations
from tests.support.writers.csv import HEADER, write

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "csv"


@pytest.fixture
def table(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "chat.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def said(item):
    return [(item.speakers[message.speaker], message.text) for message in item.conversation]


# What the format holds: no NUL, no lone surrogates, and a CRLF inside a text is read as LF.
PARTS = st.sampled_from(["\n", '"', '""', ";", ",", "\t", "sep=;", "speaker,text", "'", "=1+1", "\u202e", "\r"])
TEXTS = st.lists(st.text(CHARACTERS, max_size=9) | PARTS, max_size=6).map("".join)
TEXTS = TEXTS.map(lambda text: text.replace("\0", "").replace("\r\n", "\n"))


@given(conversations(TEXTS), st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
@settings(ON_DISK, max_examples=examples(80))
def test_round_trip(tmp_path, conversation, name):
    names = {speaker_name(number): f"{name}{number}" for number in range(8)}
    write(conversation, tmp_path / "x.csv", names, name)
    (item,) = read_file(tmp_path / "x.csv")
    assert item.conversation == conversation
    assert item.identifier == name
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}


@given(conversations(TEXTS))
@settings(ON_DISK, max_examples=examples(40))
def test_pandas_reads_the_same(tmp_path, conversation):
    write(conversation, tmp_path / "x.csv", {}, "1")
    (ours,) = read_file(tmp_path / "x.csv")
    pandas = pytest.importorskip("pandas")
    (theirs,) = read_table(pandas.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False))
    assert ours.conversation == theirs.conversation


@given(st.data())
@settings(max_examples=examples(150))
def test_any_damage_is_a_named_error(data):
    junk = st.sampled_from(
        ["", '"', CANARY, "1e999", "\0", "\r", "٣", "9" * 5000, "sep=", "\n", "\ufeff", "x" * 140_000]
    )
    rows = [list(HEADER), *([CANARY, CANARY, CANARY, "2026-03-01T19:02:00Z", "text", CANARY] for _ in range(3))]
    for _ in range(data.draw(st.integers(0, 3))):
        row = data.draw(st.sampled_from(rows))
        row += [CANARY] * (data.draw(st.integers(1, 7)) - len(row))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(junk)
        del row[data.draw(st.integers(1, 9)) :]
    stream = io.StringIO()
    csv.writer(stream, delimiter=data.draw(st.sampled_from(",;\t|"))).writerows(rows)
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16"]))
    with on_disk(data.draw(damaged({"": stream.getvalue().encode(encoding)})), "chat.csv") as path:
        check_reading(path)
        check_reading(path, "csv")
        check_reading(path, "csv", ReadingOptions(columns=Columns(speaker="#2", text="#6")))
        check_reading(path, "csv", ReadingOptions(columns=Columns(speaker=CANARY)))


def test_fixtures(exports):
    plain = [text for _, text in said(next(read_file(exports / "plain.csv")))]
    assert len(plain) == 8
    for name in ("semicolons_de.csv", "tabs.tsv"):
        (item,) = read_file(exports / name)
        assert [text for _, text in said(item)] == plain
        assert list(item.speakers.values()) == ["mira", "jonas"]
        assert item.conversation.messages[-1].sent_at.minute == 7
    (discord,) = read_file(exports / "discord.csv")
    assert discord.speakers == {"a": "mira", "b": "jonas"}
    assert [message.kind.value for message in discord.conversation] == ["text"] * 8 + ["media"]


def test_rows_of_a_conversation_are_gathered(exports):
    x, y = read_file(exports / "scattered.csv")
    assert (x.identifier, y.identifier) == ("x", "y")
    assert len(x.conversation) == len(y.conversation) == 8
    assert x.warnings == ()


def test_imazing(exports):
    (item,) = read_file(exports / "imazing.csv")
    assert item.identifier == "Jonas"
    kinds = [message.kind.value for message in item.conversation]
    assert kinds == ["system", "text", "text", "edited", "text", "text", "text", "text", "text", "media"]
    assert item.speakers == {"a": "", "b": "Jonas"}
    assert item.conversation.messages[1].speaker == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends(table, encoding, end):
    path = table(end.join(["Speaker,Text", 'å,"two', 'lines, 😀"', "", "b,ok", ""]), encoding)
    (item,) = read_file(path)
    assert said(item) == [("å", "two\nlines, 😀"), ("b", "ok")]


@pytest.mark.parametrize(
    ("header", "row", "speaker"),
    [
        ("Sender ID,Sender Name,Message", "7,Mira,hi", "Mira"),
        ("user_name,authorId,TEXT", "Mira,7,hi", "Mira"),
        ("Текст,Отправитель", "hi,7", "7"),
        ("Wiadomość|Nadawca", "hi|7", "7"),
        ("संदेश;प्रेषक", "hi;7", "7"),
        ("Kullanıcı\tMesaj", "7\thi", "7"),
        ("expéditeur,horodatage,texte", "7,2026-01-01,hi", "7"),
    ],
)
def test_spellings(table, header, row, speaker):
    (item,) = read_file(table(f"{header}\n{row}\n"))
    assert said(item) == [(speaker, "hi")]
    assert item.warnings == ()


def test_columns_that_are_given(table):
    path = table("wer,was,wann\nx,hallo,2026-03-01T19:02:00Z\n")
    with pytest.raises(UnsupportedFormatError, match="no known format"):
        read_file(path)
    options = ReadingOptions(columns=Columns(speaker="wer", text="was", sent_at="wann"))
    (item,) = read_file(path, None, options)
    assert said(item) == [("x", "hallo")]
    assert item.conversation.messages[0].sent_at.hour == 19


def test_columns_by_position_without_a_line_of_names(table):
    path = table("2026-03-01;x;date\n2026-03-02;y;hello; you\n".replace("hello; you", '"hello; you"'))
    options = ReadingOptions(columns=Columns(speaker="#2", text="#3", sent_at="#1"))
    (item,) = read_file(path, "csv", options)
    assert said(item) == [("x", "date"), ("y", "hello; you")]
    with pytest.raises(InvalidOptionError, match="one of its"):
        list(read_file(path, "csv", ReadingOptions(columns=Columns(speaker="#2", text="#9"))))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (f"{CANARY},{CANARY}\nx,y\n", UnsupportedFormatError, "none of its 2 columns is named.*--columns.*#1"),
        (f'speaker,text\nx,"{CANARY}\ny,z\n', UnsupportedFormatError, "line 3 is not valid CSV"),
        (f'speaker,text\nx,"{CANARY}"{CANARY}\n', UnsupportedFormatError, "line 2 is not valid CSV"),
        (f"speaker,text\nx,{'y' * 140_000}\n", UnsupportedFormatError, "line 2 is not valid CSV.*limit"),
        ("s\0p\0e\0a\0k\0e\0r\0,\0t\0e\0x\0t\0\n", UnsupportedFormatError, "not UTF-8"),
        ("speaker,text\n", UnsupportedFormatError, "no messages"),
        ("", UnsupportedFormatError, "no messages"),
    ],
)
def test_bad_files_are_named_errors_without_text(table, text, error, says):
    path = table(text)
    with pytest.raises(error, match=says):
        list(read_file(path, "csv"))
    check_reading(path, "csv")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("b,1,one,two", "line 3: the row has more cells"),
        ("b,1", "line 3: the row has no cell"),
        ("b,,hi", "line 3: the row names no speaker"),
    ],
)
def test_a_bad_row_spoils_its_conversation_only(table, row, says):
    bad, good = read_file(table(f"chat,user,text\nb,1,hi\n{row}\na,1,hi\n"))
    assert isinstance(bad, UnreadableConversation)
    assert bad.identifier == "b" and says in str(bad.error)
    assert good.identifier == "a"


def test_empty_cells_behind_the_last_column_do_no_harm(table):
    (item,) = read_file(table("user,text,,\n1,hi,,\n2,,,,\n"))
    assert [message.kind.value for message in item.conversation] == ["text", "media"]


def test_nul_is_left_out_of_texts(table):
    (item,) = read_file(table("user,text\n1,h\0i\n"))
    assert said(item) == [("1", "hi")]


def test_an_unknown_kind_is_read_as_text(table):
    (item,) = read_file(table("user,text,kind\n1,hi,Incoming\n1,,DELETED\n"))
    assert [message.kind.value for message in item.conversation] == ["text", "deleted"]
    assert item.warnings == ("messages of an unknown kind, read as text: 1, first at message 0",)


def test_times_without_a_date_are_counted(table):
    (item,) = read_file(table("user,text,date\n1,hi,tomorrow\n1,hi,\n1,hi,2026-03-01 19:02\n"))
    assert [message.sent_at is None for message in item.conversation] == [True, True, False]
    assert item.warnings == ("times that could not be read: 1, first at message 0",)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (("01/03/2026 7:02 PM", "13/03/2026 7:02 PM"), "2026-03-01 19:02"),
        (("03/01/2026 7:02 PM", "03/13/2026 7:02 PM"), "2026-03-01 19:02"),
        (("01.03.2026 19:02", "31.03.2026 19:02"), "2026-03-01 19:02"),
        (("1 March 2026 at 19:02", "2 March 2026 at 19:02"), "2026-03-01 19:02"),
        (("Mar 1, 2026 7:02:00 PM", "Mar 2, 2026 7:02:00 PM"), "2026-03-01 19:02"),
        (("2026/03/01 19:02", "2026/03/02 19:02"), "2026-03-01 19:02"),
    ],
)
def test_times_are_inferred_over_the_file(table, written, at):
    (item,) = read_file(table("user;text;date\n" + "".join(f"1;hi;{time}\n" for time in written)))
    assert f"{item.conversation.messages[0].sent_at:%Y-%m-%d %H:%M}" == at
    assert item.warnings == ()


def test_dates_that_cannot_be_told_are_left_out_or_asked_for(table):
    path = table("user;text;date;time\n1;hi;01/02/2026;10:00\n2;you;03/04/2026;11:00\n1;ok;05/06/2026;12:00\n")
    (asked,) = read_file(path, options=ReadingOptions(date_order=DateOrder.MONTH_DAY_YEAR))
    assert f"{asked.conversation.messages[0].sent_at:%m-%d %H}" == "01-02 10"
    one_day = table("user;text;date\n1;hi;01/02/2026\n2;you;01/02/2026\n")
    (guessed,) = read_file(one_day)
    assert guessed.conversation.messages[0].sent_at.month == 2
    assert "all messages are of one day" in guessed.warnings[0]


def test_direction_tells_the_speaker_where_no_column_does(table):
    path = table("Date,Type,Number,Message\n2026-03-01 10:00,Incoming,555-1,hi\n2026-03-01 10:01,Outgoing,555-1,you\n")
    (item,) = read_file(path)
    assert item.identifier == "555-1"
    assert said(item) == [("555-1", "hi"), ("", "you")]


def test_senders_and_recipients_make_conversations(table):
    rows = "a,b,hi\nc,a,ok\nb,a,you\n"
    first, second = read_file(table(f"From,To,Body\n{rows}"))
    assert (first.identifier, second.identifier) == ("a & b", "a & c")
    assert said(first) == [("a", "hi"), ("b", "you")]


def test_a_table_without_a_header_line(table):
    rows = [("mira", "are you coming?"), ("jonas", "yes I am"), ("mira", "see you there"), ("jonas", "bring the ball")]
    path = table("".join(f"2026-03-0{day}T10:00:00;{who};{text}\n" for day, (who, text) in enumerate(rows, start=1)))
    (item,) = read_file(path)
    assert said(item) == rows
    assert item.conversation.messages[0].sent_at.day == 1


def test_windows_1252_is_read_with_a_warning(table):
    (item,) = read_file(table("user;text\n1;schön\n", "cp1252"))
    assert said(item) == [("1", "schön")] and "Windows-1252" in item.warnings[0]


def test_limits_of_a_conversation(table):
    path = table("user,text\n" + "1,hi\n" * 51)
    (item,) = read_file(path, "csv", ReadingOptions(limits=Limits(messages=10)))
    assert isinstance(item.error, InputTooLargeError)


@pytest.mark.parametrize(
    "text",
    ["hello, world\nuser,text\n", '{"user": 1, "text": 2}', "[1, 2]", "user: text\n", "\0user,text"],
)
def test_other_texts_are_not_taken_for_tables(table, text):
    assert not FORMATS["csv"].recognizes(Export(table(text)))


def test_every_fixture_is_scored(exports, capsys):
    assert main(["score", "--no-explain", *map(str, sorted(exports.iterdir()))]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("no review") == 7
    assert captured.err == ""


def test_columns_on_the_command_line(table, capsys):
    path = table("wer,was\n" + "x,see you at practice tomorrow\ny,yes I bring the ball\n" * 4)
    assert main(["score", str(path)]) == 1
    assert "no known format" in capsys.readouterr().err
    assert main(["score", str(path), "--columns", "speaker=wer, text=was"]) == 0
    assert "no review" in capsys.readouterr().out


@pytest.mark.parametrize("given", ["speaker", "speaker=", "who=x", "speaker=a,speaker=b", ""])
def test_columns_that_make_no_sense(given, capsys):
    with pytest.raises(SystemExit):
        main(["score", "x.csv", "--columns", given])
    assert "each role at most once" in capsys.readouterr().err
