import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import GroomingRiskError, InvalidConversationError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.readers import Columns, ReadingOptions, UnreadableConversation, read_table
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_error, check_item
from tests.support.exported_conversations import conversations

pandas = pytest.importorskip("pandas")
pyarrow = pytest.importorskip("pyarrow")
datasets = pytest.importorskip("datasets")

UTC = UTC
ROWS = {
    "who": ["mira", "jonas", "mira", "jonas"],
    "what": ["hi", "hello", None, "bye"],
    "when": [datetime(2026, 3, 1, 19, minute, 0, 125, UTC) for minute in (1, 2, 3)] + [None],
    "chat": ["x", "y", "x", "y"],
}
NAMES = {"speaker": "who", "text": "what", "sent_at": "when", "conversation": "chat"}


def pandas_strings(rows):
    return pandas.DataFrame({name: pandas.Series(column, dtype="object") for name, column in rows.items()}).astype(
        {"who": "category", "what": "string", "when": "datetime64[ns, UTC]", "chat": "category"}
    )


TABLES = {
    "dictionary of lists": dict,
    "pandas": pandas.DataFrame,
    "pandas with its own types": pandas_strings,
    "pyarrow": pyarrow.table,
    "pyarrow dictionary": lambda rows: pyarrow.table({**rows, "who": pyarrow.array(rows["who"]).dictionary_encode()}),
    "datasets": datasets.Dataset.from_dict,
    "datasets, streamed": lambda rows: datasets.Dataset.from_dict(rows).to_iterable_dataset(),
    "numpy": lambda rows: {
        "who": np.array(rows["who"]),
        "what": np.array(rows["what"], dtype=object),
        "when": np.array([moment and moment.replace(tzinfo=None) for moment in rows["when"]], dtype="datetime64[ns]"),
        "chat": np.array(rows["chat"]),
    },
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_every_kind_of_table_reads_alike(make):
    x, y = read_table(make(ROWS), **NAMES)
    assert [message.text for message in x.conversation] == ["hi", ""]
    assert [message.kind for message in x.conversation] == [MessageKind.TEXT, MessageKind.MEDIA]
    assert [message.sent_at for message in x.conversation] == [ROWS["when"][0], ROWS["when"][2]]
    assert [message.sent_at for message in y.conversation] == [ROWS["when"][1], None]
    assert all(type(message.sent_at) is datetime for message in x.conversation)
    assert (x.identifier, y.identifier, x.speakers, y.speakers) == ("x", "y", {"a": "mira"}, {"a": "jonas"})
    assert x.warnings == y.warnings == ()


def test_usual_names_are_found():
    frame = pandas.DataFrame({"author_id": [7, 8], "author": ["mira", "jonas"], "content": ["hi", "yo"]})
    (item,) = read_table(frame)
    assert item.speakers == {"a": "mira", "b": "jonas"}
    assert item.identifier == "1"


@pytest.mark.parametrize(
    "missing", [None, float("nan"), pandas.NA, pandas.NaT, np.datetime64("NaT"), np.float64("nan")]
)
def test_what_is_missing(missing):
    rows = {
        "who": ["a", "b"],
        "what": ["hi", missing],
        "when": [missing, "2026-03-01T19:02:00"],
        "kind": [missing, "text"],
    }
    (item,) = read_table(rows, speaker="who", text="what", sent_at="when")
    assert [message.kind.value for message in item.conversation] == ["text", "media"]
    assert [message.sent_at for message in item.conversation] == [None, datetime(2026, 3, 1, 19, 2, tzinfo=UTC)]
    (item,) = read_table({"who": ["a", missing], "what": ["hi", "yo"]}, speaker="who", text="what")
    assert isinstance(item.error, InvalidConversationError)
    assert "row 1" in str(item.error) and "speaker" in str(item.error)


def test_naive_times_are_utc_and_odd_ones_counted():
    frame = pandas.DataFrame({"user": ["a", "b"], "text": ["hi", "yo"], "time": ["2026-03-01 19:02", "yesterday"]})
    frame["at"] = pandas.to_datetime(["2026-03-01 19:02", None])
    (item,) = read_table(frame, sent_at="at")
    assert [message.sent_at for message in item.conversation] == [datetime(2026, 3, 1, 19, 2, tzinfo=UTC), None]
    (item,) = read_table(frame)
    assert item.warnings == ("times that could not be read: 1, first at message 1",)


def test_whole_numbers_that_pandas_made_floats_are_ids():
    frame = pandas.DataFrame({"user": [7, None, 8], "text": ["hi", "yo", "hey"], "chat": [1, 2, None]})
    first, second, none = read_table(frame)
    assert (first.identifier, first.speakers) == ("1", {"a": "7"})
    assert isinstance(second, UnreadableConversation)
    assert (none.identifier, none.speakers) == ("", {"a": "8"})


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (datasets.DatasetDict(train=datasets.Dataset.from_dict(ROWS)), UnsupportedFormatError, r'data\["train"\]'),
        (type("Frame", (), {"columns": ["who", "what"]})(), UnsupportedFormatError, "by name"),
        ([{"who": "a", "what": "hi"}], UnsupportedFormatError, "not a table"),
        ("who,what", UnsupportedFormatError, "not a table"),
        (None, UnsupportedFormatError, "not a table"),
        (pandas.DataFrame([["a", CANARY]], columns=["who", CANARY]), InvalidOptionError, "no column.*read_table"),
        (pandas.DataFrame([["a", "b", CANARY]], columns=["who", "what", "what"]), InvalidOptionError, "columns 2, 3"),
        (pandas.DataFrame([[CANARY, CANARY]], columns=[0, CANARY]), InvalidOptionError, "no column.*read_table"),
    ],
)
def test_what_is_no_table(table, error, says):
    with pytest.raises(error, match=says) as caught:
        read_table(table, speaker="who", text="what")
    check_error(caught.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"user": [["x"]], "text": ["hi"]}, "speaker is a list"),
        ({"user": [True], "text": ["hi"]}, "speaker is a bool"),
        ({"user": [1.5], "text": ["hi"]}, "speaker is a float"),
        ({"user": [""], "text": ["hi"]}, "row names no speaker"),
        ({"user": ["x"], "text": [[CANARY]]}, "text is a list"),
        ({"user": ["x"], "text": [b"hi"]}, "text is a bytes"),
    ],
)
def test_bad_cells_are_named_by_row(rows, says):
    (item,) = read_table(rows)
    assert f"row 0: the {says}" in str(item.error)
    check_error(item.error)


def test_columns_of_different_lengths():
    with pytest.raises(UnsupportedFormatError, match="row 1"):
        list(read_table({"user": ["a", "b"], "text": ["hi"]}))


def test_options_and_arguments_join():
    options = ReadingOptions(columns=Columns(speaker="who", text="chat"))
    first, _ = read_table(ROWS, text="what", conversation="chat", options=options)
    assert first.conversation.messages[0].text == "hi"


@given(conversations())
@settings(max_examples=examples(60))
def test_round_trip(conversation):
    columns = ("speaker", "text", "sent_at", "kind")
    table = {name: [getattr(message, name) for message in conversation] for name in columns}
    (item,) = read_table(table)
    assert item.conversation == conversation


CELLS = st.sampled_from(
    [
        None,
        True,
        0,
        10**400,
        -(10**5000),
        1.5,
        float("nan"),
        float("inf"),
        b"x",
        [CANARY],
        {},
        object(),
        pandas.NA,
        np.int64(3),
        np.array([1, 2]),
        np.array(CANARY),
        np.datetime64("NaT"),
        pandas.Timestamp.max,
        CANARY,
        "\ud800",
        "",
    ]
)


@given(
    st.fixed_dictionaries(
        {name: st.lists(CELLS, min_size=3, max_size=3) for name in ("user", "text", "time", "chat", "kind")}
    )
)
@settings(max_examples=examples(150))
def test_any_cells_are_results_or_named_errors(table):
    try:
        for item in read_table(table):
            check_item(item)
    except GroomingRiskError as error:
        check_error(error)


def test_the_library_imports_none_of_them():
    code = (
        "import sys; from grooming_risk.readers import read_table; list(read_table({'user': ['a'], 'text': ['hi']}));"
        "print(*{'pandas', 'polars', 'pyarrow', 'datasets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
