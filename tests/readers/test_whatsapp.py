import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import Attribution, Doubt, Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import DateOrder, ReadingOptions, UnreadableConversation, read_file
from grooming_risk.readers.whatsapp.content import content_of
from grooming_risk.readers.whatsapp.header import read_head
from grooming_risk.readers.whatsapp.phrases import CALLS, DELETED, FILE_ATTACHED, OMITTED
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import AWKWARD, CHARACTERS, conversations, times_by
from tests.support.writers import whatsapp as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "whatsapp"
CHESS = EXPORTS / "WhatsApp Chat with Chess club.txt"
ALL = sorted(path for path in EXPORTS.iterdir())
T, S, M, D, E = MessageKind.TEXT, MessageKind.SYSTEM, MessageKind.MEDIA, MessageKind.DELETED, MessageKind.EDITED


def read(path, **options):
    (item,) = read_file(path, options=ReadingOptions(**options))
    return item


def rows(item):
    return [(item.speakers[m.speaker], m.kind, m.text) for m in item.conversation]


def chat(tmp_path, *lines, name="chat.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_android_chat():
    item = read(CHESS)
    assert item.identifier == "1" and item.warnings == ()
    assert rows(item) == [
        ("", S, ""),
        ("Ms Gray", S, ""),
        ("Ms Gray", S, ""),
        ("Ms Gray", T, "Practice is in room 4 this week.\nPlease bring a board."),
        ("Omar", T, "ok, thanks"),
        ("Omar", M, ""),
        ("Omar", T, "my board, is it big enough?"),
        ("Ms Gray", E, "yes, fine"),
        ("+44 7700 900123", D, ""),
        ("+44 7700 900123", M, ""),
        ("Omar", T, "see 1/2/26, 10:00 - that is our next match: at home"),
        ("Omar", M, ""),
        ("Ms Gray", M, ""),
        ("Ms Gray", S, ""),
        ("Team: Year 5", T, "hello from us"),
        ("Team: Year 5", T, "we play too"),
        ("Team: Year 5", T, "see you"),
        *(("Team: Year 5", T, f"point {number}") for number in range(3, 8)),
    ]
    assert item.conversation.messages[0].sent_at == datetime(2026, 3, 12, 16, 20, tzinfo=UTC)


def test_iphone_group():
    item = read(EXPORTS / "ios_group")
    assert rows(item) == [
        ("Book club", S, ""),
        ("Book club", S, ""),
        ("Lena", M, ""),
        ("Lena", T, "the cover"),
        ("~\u202fTom", M, ""),
        ("~\u202fTom", T, "I read half of it\nand then fell asleep"),
        ("Lena", T, "Which one next?\nThe sea\nThe hill"),
        ("Lena", E, "the second one"),
        ("~\u202fTom", D, ""),
        ("Book club", S, ""),
    ]


@pytest.mark.parametrize(
    ("name", "first", "last", "kinds"),
    [
        ("android_en_us.txt", (2026, 9, 19, 9, 52), (2026, 9, 20, 0, 11), [S, T, T, S, T]),
        ("android_de.txt", (2018, 11, 30, 10, 57), (2018, 12, 1, 11, 1), [S, T, M, D, E, M, S]),
        ("android_es_mx.txt", (2024, 4, 2, 16, 20), (2024, 4, 15, 12, 5), [S, T, M, D, E]),
        ("android_ar.txt", (2016, 8, 12, 16, 20), (2016, 8, 13, 9, 7), [S, T, M, D, T]),
        ("android_ko.txt", (2023, 11, 5, 15, 45), (2023, 11, 6, 9, 1), [S, T, M, T]),
    ],
)
def test_locales(name, first, last, kinds):
    messages = read(EXPORTS / name).conversation.messages
    assert messages[0].sent_at == datetime(*first, tzinfo=UTC)
    assert messages[-1].sent_at == datetime(*last, tzinfo=UTC)
    assert [message.kind for message in messages] == kinds


@pytest.mark.parametrize(
    ("line", "numbers", "clock"),
    [
        ("12/08/2016, 16:20 - A: b", (12, 8, 2016), (16, 20, 0)),
        ("23.03.22 13:31 - A: b", (23, 3, 22), (13, 31, 0)),
        ("12-08-2016 16:20 - A: b", (12, 8, 2016), (16, 20, 0)),
        ("12/8/2016 16.20 - A: b", (12, 8, 2016), (16, 20, 0)),
        ("19/09/26, 9:52\u202fam - A: b", (19, 9, 26), (9, 52, 0)),
        ("9/19/26, 12:52 AM - A: b", (9, 19, 26), (0, 52, 0)),
        ("12/8/16 4:20 p. m. - A: b", (12, 8, 16), (16, 20, 0)),
        ("12/8/2566 BE, 20:10 - A: b", (12, 8, 2566), (20, 10, 0)),
        ("12.08.16 г., 16:20 - A: b", (12, 8, 16), (16, 20, 0)),
        ("2023/11/13 下午9:05 - A: b", (2023, 11, 13), (21, 5, 0)),
        ("2023/11/13 凌晨12:05 - A: b", (2023, 11, 13), (0, 5, 0)),
        ("۱۴۰۲/۸/۲۲،\u200f ۴:۲۰ بعدازظهر - A: b", (1402, 8, 22), (16, 20, 0)),
        ("[13/11/23, 9:05:11\u202fPM] A: b", (13, 11, 23), (21, 5, 11)),
        ("\u200e[2023-11-13 21:05:11] A: b", (2023, 11, 13), (21, 5, 11)),
        ("\u200f[١٢\u200f/٨\u200f/٢٠١٦، ٤:٢٠:١١ م] A: b", (12, 8, 2016), (16, 20, 11)),
        ("21/8/19, 11:28:51 PM: A: b", (21, 8, 19), (23, 28, 51)),
    ],
)
def test_heads(line, numbers, clock):
    head = read_head(line)
    assert (head.numbers, head.clock, line[head.end :]) == (numbers, clock, "A: b")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "at 12/08/2016, 16:20 - A: b",
        "12/08/2016, 25:20 - A: b",
        "12/08/2016, 13:20 PM - A: b",
        "[12/08/2016, 16:20 - A: b",
        "12/08/2016, 16:20] A: b",
        "12/08, 16:20 - A: b",
        "12/08/2016, 16:20 soon - A: b",
    ],
)
def test_no_heads(line):
    assert read_head(line) is None


@pytest.mark.parametrize("character", ["a", " ", ":", "1", "/", "\u200e", "<", "(", "\u202f", "-", "[", ". "])
def test_patterns_are_linear(character):
    """100,000 characters of one kind around what could match; patterns that are not linear would not end."""
    flood = character * 100_000
    for text in (
        flood,
        "1/2/26, 10:00 " + flood,
        "[1/2/26" + flood,
        flood + " (file attached)",
        "\u200e<" + flood + ">",
    ):
        read_head(text)
        content_of(text, frozenset(), first=False)


def test_days_above_twelve_tell_the_order(tmp_path):
    for first, second, order in (("12/08/16", "13/08/16", (8, 13)), ("08/12/16", "08/13/16", (8, 13))):
        item = read(chat(tmp_path, f"{first}, 10:00 - A: x", f"{second}, 10:00 - A: y"))
        last = item.conversation.messages[-1].sent_at
        assert (last.month, last.day) == order


def test_dates_that_go_back_tell_the_order(tmp_path):
    item = read(chat(tmp_path, "10/01/26, 10:00 - A: x", "02/02/26, 10:00 - A: y", "05/03/26, 10:00 - A: z"))
    assert [message.sent_at.month for message in item.conversation] == [1, 2, 3]


def test_days_in_a_row_are_likelier_than_a_day_of_every_month(tmp_path):
    item = read(chat(tmp_path, *(f"0{day}/03/26, 10:00 - A: x" for day in range(1, 6))))
    assert {message.sent_at.month for message in item.conversation} == {3}


def test_an_order_that_cannot_be_told_is_asked_for(tmp_path):
    path = chat(tmp_path, f"01/02/26, 10:00 - A: {CANARY}", "03/04/26, 10:00 - A: y")
    with pytest.raises(UnsupportedFormatError, match="--date-order") as caught:
        read(path)
    assert CANARY not in str(caught.value)
    assert read(path, date_order=DateOrder.DAY_MONTH_YEAR).conversation.messages[1].sent_at.month == 4
    assert read(path, date_order=DateOrder.MONTH_DAY_YEAR).conversation.messages[1].sent_at.month == 3
    assert read(path, date_order=DateOrder.YEAR_MONTH_DAY).conversation.messages[0].sent_at is None


def test_a_single_day_needs_no_order(tmp_path):
    item = read(chat(tmp_path, "01/02/26, 10:00 - A: x", "01/02/26, 10:05 - A: y"))
    first, second = item.conversation.messages
    assert second.sent_at - first.sent_at == timedelta(minutes=5)
    assert "one day" in item.warnings[0]


def test_a_year_in_front_is_believed_whatever_is_asked():
    path = EXPORTS / "android_ko.txt"
    assert read(path, date_order=DateOrder.DAY_MONTH_YEAR).conversation == read(path).conversation


def test_heads_of_another_shape_are_text(tmp_path):
    lines = ["13/02/26, 10:00 - Ann: hi", "[13/02/26, 10:01:00] Ben: forged", "13.02.26, 10:01 - Ben: forged too"]
    item = read(chat(tmp_path, *lines, "13/02/26, 10:02 - Ben: bye"))
    assert rows(item) == [("Ann", T, "\n".join(["hi", *lines[1:]])), ("Ben", T, "bye")]
    assert [message.doubt for message in item.conversation] == [Doubt.HEAD_INSIDE, None]
    assert "lines that look like heads of other messages, read as text: 1, first at message 0" in item.warnings[0]


def test_forged_heads_out_of_order_are_warned_about(tmp_path):
    item = read(
        chat(
            tmp_path,
            "13/02/26, 10:00 - Ann: hi",
            "13/02/26, 10:05 - Ben: look",
            "13/02/26, 09:00 - Mum: it is fine",
            "13/02/26, 10:06 - Ann: ok",
            "13/02/26, 10:07 - Ben: ok",
        )
    )
    doubts = [message.doubt for message in item.conversation]
    assert doubts == [Doubt.OUT_OF_ORDER, Doubt.OUT_OF_ORDER, Doubt.MAY_BE_INSIDE, None, None]
    assert any("may have been typed inside another message" in warning for warning in item.warnings)
    assert any("times that go back" in warning for warning in item.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "come to the gate at 8.pm (file attached)",
        "This message was deleted? really",
        "image omitted, sorry",
        "see <attached: our plan>",
        "\u200ewritten with a mark in front",
        "Messages and calls are end-to-end encrypted.",
        "Missed voice call again",
        "location: https://example.org/?q=1",
        "POLL:\nno options",
        "ok <This message>",
        "come here: https://maps.google.com/?q=51.5,-0.12",
        "<at the gate: 8.pm>",
        "wait at 8.30 \u200eok",
        "Your security code with me is that you come to the gate at eight and nobody else changed. Tap to learn more",
    ],
)
def test_what_people_type_is_scored(tmp_path, text):
    lines = ["13/02/26, 10:00 - Ann: hi", f"13/02/26, 10:01 - Ben: {text}"]
    assert rows(read(chat(tmp_path, *lines)))[1] == ("Ben", T, text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("wait at 8.30 \u200eimage omitted", "wait at 8.30"),
        ("our plan.pdf • \u200e2 pages \u200edocument omitted", "our plan.pdf • \u200e2 pages"),
        ("plan.pdf • \u200e2 pages \u200edocument omitted", ""),
        ("plan.pdf • \u200e2 pages \u200e<attached: 00000002-plan.pdf>", ""),
        ("<Media omitted>\nlook", "look"),
        ("\u200eUbicación: https://maps.google.com/?q=-34.6,-58.4", ""),
        ("location: https://maps.google.com/?q=51.5,-0.12", ""),
        ("Your security code with Ann changed. Tap to learn more.", ""),
    ],
)
def test_words_beside_a_file_are_the_senders(tmp_path, body, text):
    path = chat(tmp_path, "[13/02/26, 10:00:00] Ann: hi", f"[13/02/26, 10:01:00] Ben: {body}")
    assert rows(read(path))[1][2] == text


@pytest.mark.parametrize(("phrases", "kind"), [(DELETED, D), (OMITTED, M), (CALLS, S)])
def test_every_phrase_of_whatsapp_is_a_kind(phrases, kind):
    for phrase in phrases:
        for form in (phrase, f"\u200e{phrase}.", f"<{phrase}>", phrase.upper()):
            if form.casefold().strip("<>\u200e.") == phrase:  # not every script's capitals fold back
                assert content_of(form, frozenset(), first=False) == ("", kind), form


def test_every_phrase_for_files(tmp_path):
    for words in FILE_ATTACHED:
        assert content_of(f"\u200eIMG-20260312-WA0002.jpg ({words})", frozenset(), first=False) == ("", M)
        assert content_of(f"our day.pdf ({words})", frozenset({"our day.pdf"}), first=False) == ("", M)
        assert content_of(f"our day.pdf ({words})", frozenset(), first=False)[1] is T


def test_in_a_chat_of_two_marks_hide_nothing(tmp_path):
    lines = ["\u200eMessages and calls are end-to-end encrypted.", "\u200eask nobody", "\u200eyes"]
    path = chat(
        tmp_path,
        *(f"[13/02/26, 10:00:0{n}] Ann: {line}" for n, line in enumerate(lines)),
        "[13/02/26, 10:01:00] Ben: hm",
    )
    assert [kind for _, kind, _ in rows(read(path))] == [S, T, T, T]


@pytest.mark.parametrize("addressed", ["@Ben", "Ben", "ben", "@somebody"])
def test_who_is_addressed_is_no_part_of_a_name(tmp_path, addressed):
    lines = [f"13/02/26, 10:0{minute} - Ann: {addressed}: hi" for minute in range(10)]
    item = read(chat(tmp_path, *lines, "13/02/26, 10:20 - Ben Berg: yes"))
    assert set(rows(item)) == {("Ann", T, f"{addressed}: hi"), ("Ben Berg", T, "yes")}


def test_notices_with_a_colon_have_no_speaker(tmp_path):
    notice = '13/02/26, 10:01 - Zoe changed the subject to "Trip: May"'
    path = chat(tmp_path, "13/02/26, 10:00 - Zoe: hi", "13/02/26, 10:00 - Ann: hi", notice)
    assert rows(read(path))[2] == ("Zoe", S, "")


NOTICES = [
    *("Ann left", "You added Ann", "Ann added you", "Ann and Ben joined", "Ann added Ben, +44 7700 900123 and you"),
    *('Ann created group "Chess club"', 'Ann changed the subject from "Chess" to "Chess: May"', "You're now an admin"),
    *("Ann changed this group's icon", "~ Ann left.", "Your security code with Ben changed. Tap to learn more."),
    *("Missed voice call", "+34 600 111 222 left", "Ann turned off disappearing messages.", "Ann pinned a message"),
    *("Ann salió del grupo", "Ann añadió a Ben", 'Ann creó el grupo "Club"', "Ann saiu", "Ann adicionou você"),
    *("Ann a quitté le groupe", "Ann hat Ben hinzugefügt", "Du wurdest hinzugefügt", "Ann hat die Gruppe verlassen"),
    *("Ann ha abbandonato", "Ann heeft de groep verlaten", "Ann opuściła grupę", "Ann gruptan ayrıldı"),
    *("Ann вышла", "Ann добавил(-а) Ben", "Ann غادر المجموعة", "Ann ने ग्रुप छोड़ा", "Ann نے گروپ چھوڑ دیا", "Ann keluar"),
    *(
        "umalis si Ann",
        "Ann turned on disappearing messages. New messages will disappear from this chat 24 hours after they're sent.",
    ),
]
WORDS = [
    *("let's meet alone tonight", "Zoe left", "do not tell your mother left", "Ann added our little secret"),
    *("Ann left and now it is only you and me", 'Ann created group "send me one more picture tonight please"'),
    *(
        "Missed voice call but call me later",
        "Messages and calls are end-to-end encrypted. So nobody reads this",
        "x" * 500,
    ),
    *(
        "Ann left\nand this line is hidden",
        'Ann changed the subject to "a" or meet me "b"',
        "You're now an admin of me",
    ),
]


@pytest.mark.parametrize("text", NOTICES)
def test_known_notices_are_notices(tmp_path, text):
    path = chat(tmp_path, "13/02/26, 10:00 - Ann: hi", "13/02/26, 10:00 - Ben: hi", f"13/02/26, 10:01 - {text}")
    item = read(path)
    assert item.conversation.messages[2].kind is S
    assert item.warnings == () or "day and month" in item.warnings[0]
    assert not any(message.doubt for message in item.conversation)


@pytest.mark.parametrize("text", WORDS)
def test_a_line_without_a_name_hides_no_words(tmp_path, text):
    """Anybody can type a head without a name inside a message: what is behind it is not a notice."""
    path = chat(tmp_path, "13/02/26, 10:00 - Ann: hi", "13/02/26, 10:00 - Ben: hi", f"13/02/26, 10:01 - {text}")
    item = read(path)
    assert rows(item)[2] == ("Ben", T, text)
    assert item.conversation.messages[2].doubt is Doubt.NO_NAME
    assert "lines without a name that are not known notices" in item.warnings[-1]


def test_the_author_of_a_groups_notices_hides_no_words(tmp_path):
    lines = [
        "[13/11/23, 9:05:11 PM] Book club: \u200eMessages and calls are end-to-end encrypted.",
        "[13/11/23, 9:06:00 PM] Lena: hi",
        "[13/11/23, 9:06:10 PM] Tom: hi",
        "[13/11/23, 9:06:20 PM] Book club: \u200eLena left",
        "[13/11/23, 9:06:30 PM] Book club: \u200elet's meet alone tonight",
    ]
    assert [row[1] for row in rows(read(chat(tmp_path, *lines)))] == [S, T, T, S, T]


def test_heads_after_a_bare_line_feed_are_doubtful_in_an_iphones_export(tmp_path):
    lines = [f"[13/11/23, 9:0{minute}:00 PM] {name}: hi" for minute, name in enumerate(["Ann", "Ben"] * 4)]
    text = "\r\n".join(lines)
    text = text.replace("PM] Ann: hi\r\n", "PM] Ann: hi\n[13/11/23, 9:00:05 PM] Ben: I am 40\r\n", 1)
    (tmp_path / "_chat.txt").write_bytes(f"{text}\r\n".encode())
    item = read(tmp_path / "_chat.txt")
    assert rows(item)[1] == ("Ben", T, "I am 40")
    assert [message.doubt for message in item.conversation] == [None, Doubt.MAY_BE_INSIDE, *[None] * 7]
    (tmp_path / "_chat.txt").write_bytes(f"{text}\r\n".replace("\r", "").encode())
    assert not any(message.doubt for message in read(tmp_path / "_chat.txt").conversation)


def test_lines_forged_into_the_future_are_marked_by_the_genuine_ones_after_them(tmp_path):
    forged = [f"13/02/26, 10:0{minute} - Ben: our secret" for minute in range(3, 8)]
    path = chat(
        tmp_path, "13/02/26, 09:59 - Ben: hi", "13/02/26, 10:00 - Ann: hi", *forged, "13/02/26, 10:02 - Ben: hi"
    )
    item = read(path)
    assert [message.doubt for message in item.conversation] == [None, None, *[Doubt.OUT_OF_ORDER] * 6]


def test_one_late_message_casts_no_doubt_on_a_whole_day(tmp_path):
    lines = [f"13/02/26, 10:{minute:02d} - Ann: hi" for minute in range(50)]
    item = read(chat(tmp_path, "13/02/26, 09:00 - Ben: hi", *lines, "13/02/26, 09:30 - Ben: late"))
    assert [index for index, message in enumerate(item.conversation) if message.doubt] == [51]


def test_printed_names_are_named_as_what_shows_who_wrote(tmp_path):
    item = read(chat(tmp_path, "13/02/26, 10:00 - Ann: hi"))
    assert item.conversation.attribution is item.with_names().attribution is Attribution.NAME


def test_years_of_other_calendars_give_no_time(tmp_path):
    item = read(chat(tmp_path, "1402/8/22, 16:20 - A: x", "1402/8/23, 16:20 - B: y"))
    assert [message.sent_at for message in item.conversation] == [None, None]
    assert "times that could not be read" in item.warnings[0]


def test_zip_with_media(tmp_path):
    path = tmp_path / "WhatsApp Chat - Book club.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for member in (EXPORTS / "ios_group").iterdir():
            zipped.write(member, member.name)
        zipped.writestr("00000009-notes.txt", CHESS.read_text(encoding="utf-8"))  # a document sent in the chat
    assert rows(read(path)) == rows(read(EXPORTS / "ios_group"))


@pytest.mark.parametrize("content", ["", "hello\n", "\n\n"])
def test_nothing_of_whatsapp(tmp_path, content):
    (tmp_path / "chat.txt").write_text(content)
    with pytest.raises(UnsupportedFormatError, match="no line of a WhatsApp chat"):
        list(read_file(tmp_path / "chat.txt", "whatsapp"))


def test_a_folder_of_several_exports_is_none(tmp_path):
    for name in ("a.txt", "b.txt"):
        shutil.copy(CHESS, tmp_path / name)
    with pytest.raises(UnsupportedFormatError):
        list(read_file(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "x.txt"
    path.write_text(CHESS.read_text(encoding="utf-8"), encoding=encoding)
    assert read(path).conversation == read(CHESS).conversation


def test_more_speakers_than_are_told_apart_are_read(tmp_path):
    path = chat(tmp_path, *(f"13/02/26, 10:00 - N{number}: x" for number in range(1_100)))
    assert len(read(path).speakers) == 1_100


def test_too_many_messages(tmp_path):
    path = chat(tmp_path, *["13/02/26, 10:00 - Ann: x"] * 16)
    (item,) = read_file(path, options=ReadingOptions(limits=Limits(messages=3)))
    assert isinstance(item, UnreadableConversation) and isinstance(item.error, InputTooLargeError)


# A text cannot hold what ends a line in the file, a head, WhatsApp's own words alone, or its marks.
OWN_LINES = st.sampled_from(["a\nb", "- Ann: hi", "Ann: hi", '"x": <y>', "[x] y", "שלום 😀", "a\n\nb\n"])
LINES = (st.text(CHARACTERS, max_size=60) | AWKWARD | OWN_LINES).filter(
    lambda text: not {"\r", "\u200e"} & set(text) and text.strip().casefold() != "null"
)
NAMES = {"a": "Ann", "b": "Bo 😀", "c": "ليلى"}
# Eight messages that begin alike can be taken for a name.
CONVERSATIONS = conversations(
    LINES, times=times_by(timedelta(seconds=1), 10**6), in_order=True, most=7, speakers=len(NAMES)
)


@given(CONVERSATIONS)
@settings(max_examples=examples(150))
def test_round_trip(tmp_path_factory, conversation):
    for message in conversation:
        assume(not any(read_head(line) for line in message.text.split("\n")))
        assume(message.kind is not T or content_of(message.text, frozenset(), first=False) == (message.text, T))
    path = tmp_path_factory.mktemp("whatsapp") / "_chat.txt"
    writer.write(conversation, path, NAMES, "1")
    item = read(path)
    assert item.conversation == conversation
    assert item.speakers == {speaker: NAMES[speaker] for speaker in item.speakers}


@given(st.data())
@settings(max_examples=examples(150))
def test_any_damage_is_a_named_error(data):
    good = data.draw(st.sampled_from(ALL))
    with on_disk(data.draw(damaged(files_below(good, "thanks", "hello", "asleep"))), good.name) as path:
        check_reading(path, "whatsapp")
        check_reading(path)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_recognized(path):
    assert list(read_file(path)) == list(read_file(path, "whatsapp"))
