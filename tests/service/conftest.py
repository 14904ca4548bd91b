"""A PostgreSQL server for the tests of this folder."""

import pytest

from tests.support import postgres


@pytest.fixture(scope="session")
def database():
    """A running server; skipped where there is none."""
    pytest.importorskip("asyncpg", reason="asyncpg is not installed (extra postgres)")
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed")
    with postgres.server() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.engine])])
def state(request, tmp_path):
    """Where a service may keep its state: a file, and a database."""
    if request.param == "sqlite":
        return str(tmp_path / "live.db")
    return request.getfixturevalue("database").new()
