"""Documents that are too large to be held are read as the standard library reads them, and long lists again."""

import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base import json_stream, large_json
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.large_json import StreamedList, document_of, is_list
from grooming_risk.readers.base.work import ExportLimits
from tests.support.export_damage import CANARY, check_error

TINY = ExportLimits(member_bytes=1)  # files over this are large
ROWS = [{"id": number, "text": f"see you at {number} ö"} for number in range(60)]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=40,
)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Hold next to nothing, and read little at a time."""
    monkeypatch.setattr(large_json, "_HELD", 40)
    monkeypatch.setattr(json_stream, "_LEAST", 8)
    monkeypatch.setattr("grooming_risk.readers.base.export._CHUNK_BYTES", 11)


def written(folder, text, encoding="utf-8"):
    path = Path(folder) / "x.json"
    path.write_bytes(text.encode(encoding))
    return Export(path, TINY)


def held(value):
    """Return a value with its lists read."""
    if isinstance(value, dict):
        return {key: held(inner) for key, inner in value.items()}
    return [held(inner) for inner in value] if is_list(value) else value


@given(VALUES, st.sampled_from([None, 1]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_documents_are_those_of_the_standard_library(value, indent, encoding):
    with tempfile.TemporaryDirectory() as folder:
        export = written(folder, json.dumps(value, ensure_ascii=False, indent=indent), encoding)
        document = document_of(export)
        assert held(document) == value
        assert held(document) == value  # again


def test_long_lists_are_left_in_the_file(tmp_path):
    document = document_of(
        written(tmp_path, json.dumps({"rows": ROWS, "inner": [{"rows": ROWS}, {"rows": ROWS[:40]}]}))
    )
    rows, inner = document["rows"], document["inner"]
    assert isinstance(rows, StreamedList) and isinstance(inner, StreamedList) and len(rows) == 60 and len(inner) == 2
    assert rows[0] == ROWS[0] and rows[-1] == ROWS[-1] and rows[3:5] == ROWS[3:5] and rows[::-1] == ROWS[::-1]
    assert list(reversed(rows)) == ROWS[::-1]
    assert [list(item["rows"]) for item in inner] == [ROWS, ROWS[:40]]
    assert list(zip(rows, rows, strict=True)) == list(zip(ROWS, ROWS, strict=True))  # twice at once
    with pytest.raises(IndexError):
        rows[60]


def test_rows_are_counted_once(tmp_path):
    export = written(tmp_path, json.dumps(ROWS))
    document = document_of(export)
    counted = export.work.values, export.work.read_bytes
    assert list(document) == ROWS and (export.work.values, export.work.read_bytes) == counted


def test_what_is_around_a_document(tmp_path):
    export = written(tmp_path, f"x = {json.dumps(ROWS)} ;\n", "utf-8-sig")
    assert list(document_of(export, head=4, tail=";")) == ROWS
    with pytest.raises(UnsupportedFormatError):
        document_of(export, head=4)


def test_members_of_a_zip(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.json", json.dumps({"rows": ROWS}))
    export = Export(tmp_path / "x.zip", ExportLimits(member_bytes=10_000))
    assert isinstance(document_of(export)["rows"], list)
    monkeypatch.setattr(Export, "is_large", lambda *_: True)
    document = document_of(export)
    assert isinstance(document["rows"], StreamedList) and list(document["rows"]) == ROWS


@pytest.mark.parametrize(
    "end", ["", "]", ',{"id": 1}', ",]}", "]} x", ']} "', f'], "{CANARY}', "], 1: 2}", '], "a" 1}', '], "a": }', "],}"]
)
def test_damage_is_a_named_error(end, tmp_path):
    whole = json.dumps({"rows": ROWS}).removesuffix("]}")
    with pytest.raises(UnsupportedFormatError) as caught:
        document_of(written(tmp_path, whole + end))
    check_error(caught.value)


def test_a_file_that_changed_is_a_named_error(tmp_path):
    document = document_of(written(tmp_path, json.dumps(ROWS)))
    (tmp_path / "x.json").write_text(CANARY * 100)
    with pytest.raises(UnsupportedFormatError) as caught:
        list(document)
    check_error(caught.value)


def test_depth_is_bounded(tmp_path):
    deep = f"{'[' * 30_000}1{']' * 30_000}"
    with pytest.raises(UnsupportedFormatError):
        document_of(written(tmp_path, deep))
    nested = json.loads(f"{'[' * 90}1{']' * 90}")
    assert held(document_of(written(tmp_path, json.dumps(nested)))) == nested
