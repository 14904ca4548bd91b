"""Databases of apps are opened without being trusted."""

import sqlite3
from contextlib import closing

import pytest

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import ReadingOptions, read_file
from grooming_risk.readers.base.database import Database
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.work import ExportLimits
from tests.support.export_damage import CANARY, check_error, check_reading
from tests.support.writers.phones.android_sms import SCHEMA


@pytest.fixture
def database(tmp_path):
    def made(*statements, schema=SCHEMA):
        path = tmp_path / "mmssms.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(schema)
            for statement in statements:
                connection.execute(statement)
        return path

    return made


ROW = f"INSERT INTO sms VALUES (1, 1, '5', 1772391720000, 1, '{CANARY}')"
COLUMNS = "_id, thread_id, address, date, type, body"


@pytest.mark.parametrize(
    "schema",
    [
        f"CREATE VIEW sms AS SELECT 1 AS _id, 1 AS thread_id, '5' AS address, 0 AS date, 1 AS type, '{CANARY}' AS body",
        f"CREATE VIEW sms ({COLUMNS}) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        f"SELECT i, 1, '5', 0, 1, '{CANARY}' FROM n",
        f"CREATE VIRTUAL TABLE sms USING fts5({COLUMNS})",
        "CREATE TABLE sms (_id INTEGER, thread_id INTEGER, address TEXT, date INTEGER, type INTEGER, "
        "body TEXT GENERATED ALWAYS AS (hex(zeroblob(9000000))))",
    ],
)
def test_views_and_virtual_tables_are_refused(database, schema):
    path = database(schema=schema)
    with pytest.raises(UnsupportedFormatError) as caught:
        list(read_file(path, "android_sms"))
    check_error(caught.value)
    with pytest.raises(UnsupportedFormatError, match="no known format"):
        read_file(path)


def test_triggers_and_generated_columns_run_nothing(database):
    path = database(
        ROW,
        "CREATE TRIGGER t AFTER INSERT ON sms BEGIN DELETE FROM sms; END",
        "CREATE TABLE big (a TEXT, b TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000000))) VIRTUAL)",
    )
    (item,) = read_file(path)
    assert item.conversation.messages[0].text == CANARY


def test_only_plain_selects_are_run(database):
    export = Export(database(ROW))
    opened = Database(export, "mmssms.db")
    for statement in (
        "DELETE FROM sms",
        "ATTACH DATABASE 'x.db' AS other",
        "PRAGMA journal_mode=WAL",
        "SELECT load_extension('x') FROM sms",
        "SELECT hex(zeroblob(100000000)) FROM sms",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    ):
        with pytest.raises(UnsupportedFormatError):
            list(opened.rows(statement, ("sms",)))
    assert [row[0] for row in opened.rows("SELECT body FROM sms", ("sms",))] == [CANARY]


def test_nothing_is_written_beside_a_database(database, tmp_path):
    path = database(ROW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    for leftover in ("mmssms.db-wal", "mmssms.db-shm"):
        (tmp_path / leftover).unlink(missing_ok=True)
    before = path.read_bytes()
    (item,) = read_file(path)
    assert len(item.conversation) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mmssms.db"]
    assert path.read_bytes() == before


def test_huge_values_and_files_are_refused(database):
    path = database(f"INSERT INTO sms VALUES (1, 1, '5', 0, 1, '{'x' * 30_000_000}')")
    with pytest.raises(UnsupportedFormatError, match="damaged"):
        list(read_file(path, "android_sms"))
    limits = ExportLimits(total_bytes=1_000_000)
    with pytest.raises(InputTooLargeError, match="export single chats"):
        list(read_file(path, "android_sms", ReadingOptions(export_limits=limits)))


@pytest.mark.parametrize("value", ["NULL", "'x'", "x'00ff'", "1e308", "-9223372036854775808", "''"])
def test_values_of_any_type_are_read_or_refused(database, value):
    path = database(f"INSERT INTO sms VALUES (1, {value}, {value}, {value}, {value}, {value})")
    check_reading(path, "android_sms")


def test_an_encrypted_database_says_so(tmp_path):
    path = tmp_path / "mmssms.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    with pytest.raises(GroomingRiskError):
        list(read_file(path, "android_sms"))
