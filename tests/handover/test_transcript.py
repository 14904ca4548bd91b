"""messages.csv: Coop's columns, three more, and no cell that a spreadsheet calculates."""

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.handover import TextScope
from grooming_risk.handover.language.plain import cell, visible
from grooming_risk.handover.transcript import COLUMNS, messages_csv
from tests.handover.test_summary import HOSTILE
from tests.support.handover_fixture import MINIMUM, TEXTS, case, chat


def rows(made):
    table = messages_csv(made)
    assert table.startswith("\ufeff") and table.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline="")))


def test_columns_and_rows():
    assert ",".join(COLUMNS[:8]) == "content,src,target,thread,type,contentId,chat_type,ip"
    assert COLUMNS[8:] == ("sent_at", "message_id", "index")
    found = rows(case())
    assert len(found) == 10
    assert found[2] == {
        "content": TEXTS[2], "src": "u-1", "target": "u-2", "thread": "room-9", "type": "text", "contentId": "",
        "chat_type": "private", "ip": "", "sent_at": "2026-03-01T19:02:00Z", "message_id": "m-2", "index": "2",
    }  # fmt: skip


def test_groups_have_no_target():
    found = rows(case(MINIMUM, conversation=chat(TEXTS, ("a", "b", "c")), names={"a": "A", "b": "B", "c": "C"}))
    assert {(row["target"], row["chat_type"]) for row in found} == {("", "group")}
    assert {row["src"] for row in found} == {"a", "b", "c"}


def test_without_text():
    assert {row["content"] for row in rows(case(scope=TextScope.NONE))} == {""}


def test_formulas_are_defused():
    found = rows(case(MINIMUM, conversation=chat(HOSTILE), spans=((0, len(HOSTILE)),)))
    assert len(found) == len(HOSTILE)
    for row in found:
        for value in row.values():
            assert not value.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), value
    assert found[3]["content"] == "'=1+1"


def test_digits_that_a_spreadsheet_would_change_are_kept():
    for text in ("1234567890123456789", "007", "1-2", "3/4", "12E5", "1.5", "10:30", " 0012 "):
        assert cell(text) == f"'{text}", text
    for text in (
        "7",
        "123456789012345",
        "0",
        "2026-03-01T19:02:00Z",
        "2026-03-01T19:02:00+01:00",
        "u-1",
        "at 10:30",
        "e",
    ):
        assert cell(text) == text, text
    ids = {"participants": [{"speaker": "a", "platform_id": "1234567890123456789"}], "message_ids": {"2": "9" * 18}}
    found = rows(case({**MINIMUM, **ids}))
    assert found[2]["src"] == "'1234567890123456789" and found[2]["message_id"] == "'" + "9" * 18
    assert found[2]["index"] == "2"


@given(st.text())
def test_any_text_is_one_safe_cell(text):
    shown = cell(text)
    assert not re.match(r"\s*[=+@\-＝＋－＠]", shown)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", shown)
    shown.encode()
    assert visible(visible(text)) == visible(text)
