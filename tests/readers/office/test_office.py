import sys
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import speaker_name
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import Columns, ReadingOptions, read_file
from grooming_risk.readers.base.work import ExportLimits
from tests.support.export_damage import CANARY, check_error, check_reading
from tests.support.exported_conversations import conversations
from tests.support.writers.office import document, spreadsheet

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
WORDS = st.text("abcdefg 😀.,!?'\"-é\n<&", min_size=1, max_size=30).map(str.strip)


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def said(item):
    return [(item.speakers[message.speaker], message.text) for message in item.conversation]


CHAT = [("Mira", "are you coming to practice?"), ("Jonas", "yes"), ("Mira", "great")]


@pytest.mark.parametrize("name", ["plain.xlsx", "sheet.ods"])
def test_sheets(exports, name):
    (item,) = read_file(exports / "spreadsheet" / name)
    assert said(item) == CHAT
    assert [f"{message.sent_at:%m-%d %H:%M}" for message in item.conversation] == [
        "03-01 19:02",
        "03-01 19:03",
        "03-14 08:15",
    ]


def test_a_header_below_title_rows(exports):
    first, second = read_file(exports / "spreadsheet" / "titled.xlsx")
    assert said(first) == CHAT[:2] and said(second) == [("Lea", "hi")]


@pytest.mark.parametrize(
    "name", ["spreadsheet/cellebrite_chats.xlsx", "spreadsheet/cellebrite_us.xlsx", "csv/cellebrite_chats.csv"]
)
def test_tables_of_cellebrite(exports, name):
    """Their zones and orders of dates differ; the messages are the same."""
    first, second = read_file(exports / name)
    assert [message.kind.value for message in first.conversation] == ["system", "text", "text"]
    assert [text for _, text in said(first)] == ["", "are you coming to practice?", "yes\nI bring the ball"]
    times = [message.sent_at for item in (first, second) for message in item.conversation]
    assert [f"{at:%m-%d %H:%M}" for at in times] == ["03-13 19:01", "03-13 19:02", "03-13 19:03", "03-14 08:15"]


@pytest.mark.parametrize("name", ["chat.docx", "chat.odt", "chat.pdf"])
def test_documents(exports, name):
    (item,) = read_file(exports / "document" / name)
    assert said(item) == CHAT
    assert "read from a document" in item.warnings[0]


@given(conversations(WORDS, in_order=True))
@settings(ON_DISK, max_examples=40)
def test_round_trip_of_open_document(tmp_path, conversation):
    names = {speaker_name(number): f"Person {number}" for number in range(8)}
    spreadsheet.write(conversation, tmp_path / "x.ods", names, "7")
    (item,) = read_file(tmp_path / "x.ods")
    assert item.conversation == conversation


@given(conversations(WORDS, in_order=True))
@settings(ON_DISK, max_examples=25)
def test_round_trip_of_excel_and_openpyxl_reads_the_same(tmp_path, conversation):
    rows = list(spreadsheet.rows_of(conversation, {}, "7"))
    spreadsheet.write_workbook(rows, tmp_path / "x.xlsx")
    (item,) = read_file(tmp_path / "x.xlsx")
    assert item.conversation == conversation
    theirs = list(openpyxl.load_workbook(tmp_path / "x.xlsx").active.values)
    assert [row[-1] or "" for row in theirs[1:]] == [message.text for message in item.conversation]


@given(st.data())
@settings(ON_DISK, max_examples=60)
def test_any_damage_is_a_named_error(exports, tmp_path, data):
    paths = [path for name in ("spreadsheet", "document") for path in sorted((exports / name).iterdir())]
    path = data.draw(st.sampled_from(paths))
    changed = bytearray(path.read_bytes().replace(b"practice", CANARY.encode()))
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    target = tmp_path / path.name
    target.write_bytes(
        bytes(changed[: data.draw(st.integers(1, len(changed)))] if data.draw(st.booleans()) else changed)
    )
    check_reading(target)
    check_reading(target, "spreadsheet")
    check_reading(target, "document")


def with_content(tmp_path, content, mime="application/vnd.oasis.opendocument.spreadsheet"):
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", mime)
        packed.writestr("content.xml", content)
    return path


def test_repetitions_are_bounded(tmp_path):
    content = spreadsheet.document([("user", "text"), ("a", "hi")]).replace(
        "<table:table-cell><text:p>hi", '<table:table-cell table:number-columns-repeated="999999999"><text:p>hi'
    )
    (item,) = read_file(with_content(tmp_path, content))
    assert "more cells" in str(item.error)


def test_bombs_are_refused(tmp_path, exports):
    path = with_content(tmp_path, spreadsheet.document([("user", "text"), *[("a", "x" * 1_000)] * 3_000]))
    assert path.stat().st_size < 60_000
    with pytest.raises(InputTooLargeError):
        list(read_file(path, options=ReadingOptions(export_limits=ExportLimits(member_bytes=1_000_000))))
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(exports / "spreadsheet" / "plain.xlsx") as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            extra = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" if name == "xl/workbook.xml" else b""
            new.writestr(name, extra + old.read(name))
    with pytest.raises(UnsupportedFormatError, match="document type"):
        list(read_file(bomb))


def changed_workbook(tmp_path, exports, change):
    """The workbook of the fixtures, with the contents that `change` gives for a member's name and content."""
    path = tmp_path / "changed.xlsx"
    with (
        zipfile.ZipFile(exports / "spreadsheet" / "plain.xlsx") as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            for other, content in change(name, old.read(name).decode()).items():
                new.writestr(other, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda name, text: {name: text.encode("utf-16") if name == SHEET else text}, "not UTF-8"),
        (lambda name, text: {name: '<?xml version="1.0" encoding="UTF-7"?>' + text.partition("?>")[2]}, "not UTF-8"),
        (
            lambda name, text: {
                name.replace(SHEET, "xl/sheet.bin"): text.replace("worksheets/sheet1.xml", "sheet.bin").replace(
                    "<sheetData>", "<!DOCTYPE x><sheetData>"
                )
            },
            "document type",
        ),
        (
            lambda name, text: {
                name: text.replace("<sheetData>", f"<sheetData><row>{'<c/>' * 1_100_000}</row>")
                if name == SHEET
                else text
            },
            "row that is too long",
        ),
        (
            lambda name, text: {name: text.replace("<sheetData>", f"<sheetData>{'<row/>' * 1_050_000}")},
            "too large",
        ),
    ],
    ids=["utf-16", "utf-7", "another name", "long row", "many rows"],
)
def test_workbooks_cannot_hide_what_is_refused(tmp_path, exports, change, says):
    with pytest.raises(GroomingRiskError, match=says):
        list(read_file(changed_workbook(tmp_path, exports, change)))


def test_without_the_extra_the_error_says_what_to_install(exports, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.setitem(sys.modules, "pypdf", None)
    for path in (exports / "spreadsheet" / "plain.xlsx", exports / "document" / "chat.pdf"):
        with pytest.raises(UnsupportedFormatError, match=r"pip install 'grooming-risk\[office\]'") as caught:
            list(read_file(path))
        check_error(caught.value)


def test_columns_of_a_sheet_can_be_given(tmp_path):
    spreadsheet.write_workbook([("wer", "was"), ("x", "hallo"), ("y", "ja")], tmp_path / "x.xlsx")
    with pytest.raises(UnsupportedFormatError, match="--columns"):
        list(read_file(tmp_path / "x.xlsx"))
    (item,) = read_file(tmp_path / "x.xlsx", options=ReadingOptions(columns=Columns(speaker="wer", text="was")))
    assert said(item) == [("x", "hallo"), ("y", "ja")]


def test_a_pdf_without_text(tmp_path):
    document.write_pdf([], tmp_path / "x.pdf")
    with pytest.raises(GroomingRiskError, match="only pictures; export the chat as text"):
        list(read_file(tmp_path / "x.pdf"))


def test_a_document_without_names(tmp_path):
    document.write_lines(["Dear diary", "today was fine"], tmp_path / "x.docx")
    with pytest.raises(UnsupportedFormatError, match="Name: text"):
        list(read_file(tmp_path / "x.docx"))
