"""Clocks of twelve hours without AM or PM, in texts, tables and tables in memory."""

import pytest

from grooming_risk.errors import InvalidOptionError
from grooming_risk.readers import DateOrder, ReadingOptions, read_file, read_table
from grooming_risk.readers.base.written_times import WrittenTimes

DAY = ["01/03/2026 9:10", "01/03/2026 11:50", "01/03/2026 12:10", "01/03/2026 1:05", "13/03/2026 8:00"]
TWELVE = ["09:10", "11:50", "12:10", "13:05", "08:00"]


def clocks(written, **options):
    times = WrittenTimes(**options)
    for text in written:
        times.add(text)
    return times.warnings(), [f"{times.moment(text):%H:%M}" for text in written]


def test_noon_shows_clocks_of_twelve_hours():
    warnings, found = clocks(DAY)
    assert found == TWELVE and "twelve hours" in warnings[0]


@pytest.mark.parametrize(
    "written",
    [
        [*DAY, "13/03/2026 15:00"],
        [*DAY, "13/03/2026 0:10"],
        ["01/03/2026 9:10", "13/03/2026 8:00"],
        ["13/03/2026 8:00", "13/03/2026 7:00", "13/03/2026 6:00"],
        [*DAY, "14/03/2026 8:00", "14/03/2026 5:00"],
    ],
)
def test_other_clocks_are_read_as_written(written):
    warnings, found = clocks(written)
    assert warnings == () and found == [f"{text.split()[1]:0>5}" for text in written]


def test_marked_clocks_are_not_shifted():
    assert clocks(["1 March 2026 11:50 AM", "1 March 2026 1:05 PM"]) == ((), ["11:50", "13:05"])


def test_the_caller_knows_better():
    assert clocks(DAY, clock_hours=24)[1] == [f"{text.split()[1]:0>5}" for text in DAY]
    assert clocks(DAY[:2], clock_hours=12) == ((UNSURE := clocks(DAY[:2])[0]), ["09:10", "11:50"]) and UNSURE


def test_texts_and_tables(tmp_path):
    (tmp_path / "chat.txt").write_text("".join(f"{at} - {'Ana' if n % 2 else 'Ben'}: hi\n" for n, at in enumerate(DAY)))
    (tmp_path / "chat.csv").write_text(
        "user,text,time\n" + "".join(f"{'Ana' if n % 2 else 'Ben'},hi,{at}\n" for n, at in enumerate(DAY))
    )
    for name in ("chat.txt", "chat.csv"):
        (item,) = read_file(tmp_path / name, "text" if name.endswith("txt") else None)
        assert [f"{message.sent_at:%H:%M}" for message in item.conversation] == TWELVE
        assert any("twelve hours" in warning for warning in item.warnings)


def test_a_table_in_memory():
    table = {
        "user": ["a", "b"] * 2,
        "text": ["hi"] * 4,
        "time": ["3/1/2026 7:02 PM", "3/2/2026", "3/14/2026 7:02", None],
    }
    (item,) = read_table(table)
    assert [message.sent_at and f"{message.sent_at:%m-%d %H:%M}" for message in item.conversation] == [
        "03-01 19:02",
        "03-02 00:00",
        "03-14 07:02",
        None,
    ]


def test_a_table_whose_dates_are_open():
    table = {"user": ["a", "b"], "text": ["hi", "you"], "time": ["3/1/2026", "4/2/2026"]}
    (item,) = read_table(table)
    assert [message.sent_at for message in item.conversation] == [None, None] and "date_order" in item.warnings[0]
    (item,) = read_table(table, options=ReadingOptions(date_order=DateOrder.DAY_MONTH_YEAR))
    assert [message.sent_at.month for message in item.conversation] == [1, 2]


def test_columns_that_are_read_once():
    table = {
        "user": iter(["a", "b"]),
        "text": iter(["hi", "you"]),
        "time": iter(["13.03.2026 10:00", "14.03.2026 10:00"]),
    }
    (item,) = read_table(table)
    assert [message.sent_at.day for message in item.conversation] == [13, 14]


def test_a_caller_says_what_clocks_mean():
    table = {"user": ["a", "b"], "text": ["hi", "you"], "time": ["2026-03-01 11:30", "2026-03-01 1:15"]}
    for hours, expected in ((None, [11, 1]), (24, [11, 1]), (12, [11, 13])):
        (item,) = read_table(table, options=ReadingOptions(clock_hours=hours))
        assert [message.sent_at.hour for message in item.conversation] == expected
    with pytest.raises(InvalidOptionError, match="must be 12, 24 or None, got 13"):
        ReadingOptions(clock_hours=13)
