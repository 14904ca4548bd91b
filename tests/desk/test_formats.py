"""Every format of the readers, brought in as a person would: its fixtures become cases, whatever their shape."""

from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.conversation import Attribution
from grooming_risk.desk.storage.cases import conversation_of
from grooming_risk.readers import FORMATS
from tests.support.desk.fixture import DeskClient

EXPORTS = Path(__file__).parents[1] / "exports"
FIXTURES = [
    (name, path) for name in sorted(FORMATS) for path in sorted((EXPORTS / name).iterdir()) if path.name[0] != "."
]


def parts(path):
    """The files of an export by the names under which a browser sends them."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    inside = (inner for inner in path.rglob("*") if inner.is_file())
    return {str(Path(path.name, inner.relative_to(path)).as_posix()): inner.read_bytes() for inner in inside}


@pytest.mark.parametrize(("name", "path"), FIXTURES, ids=lambda value: getattr(value, "name", value))
def test_an_export_becomes_cases(name, path, tmp_path):
    client = DeskClient(tmp_path / "desk")
    client.upload(parts(path))
    found = client.rows("SELECT id, format FROM cases")
    assert found and {row[1] for row in found} == {name}, client.rows("SELECT state, problem FROM files")
    with client.desk.database.reading() as connection:
        kept = conversation_of(connection, found[0][0], client.desk.vault).conversation
    # Beside an account of the export, only what a reader says itself is kept.
    assert kept.attribution is FORMATS[name].attribution or kept.attribution is not Attribution.GIVEN
    assert client.http.get(f"/cases/{found[0][0]}").status_code == 200
    client.close()
