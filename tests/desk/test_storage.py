"""What a desk keeps: for its owner only, in whole transactions, refused when damaged, encrypted when asked for."""

import json
import os
import sqlite3
import stat
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")
pytest.importorskip("cryptography")

from grooming_risk.desk.storage import database, lock
from grooming_risk.desk.storage.database import Database
from grooming_risk.desk.storage.folder import open_folder
from grooming_risk.desk.storage.lock import Running, locked, where
from grooming_risk.desk.storage.policy import Policy, read_policy, write_policy
from grooming_risk.desk.storage.vault import FernetVault, OpenVault, open_vault
from grooming_risk.errors import DeskError
from tests.support.desk.fixture import DeskClient, export, flagged, new_desk

PASSPHRASE = "four words of a phrase"


def test_everything_is_for_its_owner_only(tmp_path):
    client = DeskClient(tmp_path / "desk")
    client.upload({"chat.json": export()})
    if sys.platform != "win32":
        for path in [tmp_path / "desk", *(tmp_path / "desk").rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    client.close()


def test_a_folder_of_other_things_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(DeskError, match="is not empty and is not the folder of a desk"):
        open_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"]


def test_keys_are_made_once_and_never_replaced(tmp_path):
    folder = open_folder(tmp_path / "desk")
    first = folder.record_key
    assert len(first) == 32 and folder.record_key == first != folder.digest_key
    assert open_folder(tmp_path / "desk").record_key == first


def test_a_second_desk_finds_the_first(tmp_path):
    path = tmp_path / "running.json"
    with locked(path) as held:
        held.tell(Running("http://127.0.0.1:1", 12, "s"))
        code = (
            "import sys\nfrom pathlib import Path\nfrom grooming_risk.desk.storage.lock import locked, where\n"
            "path = Path(sys.argv[1])\nwith locked(path) as held:\n    print(held, where(path))"
        )
        told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert told.stdout.startswith("None Running(address='http://127.0.0.1:1', process=12")
    assert where(path) is None
    with locked(path) as held:
        assert held is not None


def test_a_table_of_the_first_version_is_migrated_with_what_it_holds(tmp_path, monkeypatch):
    path, steps = tmp_path / "desk.sqlite3", database.migrations()
    monkeypatch.setattr(database, "migrations", lambda: steps[:1])
    with Database(path).writing() as connection:
        write_policy(connection, Policy(case_days=9))
    monkeypatch.undo()
    with Database(path).reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(steps) > 1
        assert read_policy(connection).case_days == 9


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    path, steps = tmp_path / "desk.sqlite3", database.migrations()
    Database(path).close()
    monkeypatch.setattr(database, "migrations", lambda: [*steps, ["CREATE TABLE extra (a)", "CREATE nonsense"]])
    with pytest.raises(DeskError, match="nothing was changed"):
        Database(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(steps)
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'extra'").fetchone() is None


def test_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "desk.sqlite3"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(DeskError, match="newer version"):
        Database(path)


@pytest.mark.parametrize("damage", ["head", "middle", "text"])
def test_a_damaged_data_base_is_said_plainly_and_left_as_it_is(tmp_path, damage):
    client = DeskClient(tmp_path / "desk")
    client.upload({f"{n}.json": export(flagged(n)) for n in range(8)})
    client.desk.database.forget()
    client.close()
    path = tmp_path / "desk" / "desk.sqlite3"
    data = bytearray(path.read_bytes())
    if damage == "text":
        data = bytearray(b"this is a letter " * 1000)
    else:
        at = 0 if damage == "head" else len(data) // 2
        data[at : at + 6000] = os.urandom(6000)
    path.write_bytes(data)
    with pytest.raises(DeskError, match="damaged and was left as it is"):
        new_desk(tmp_path / "desk")
    assert path.read_bytes() == bytes(data)


def test_a_full_disk_is_said_plainly_and_nothing_is_half_written(tmp_path):
    client = DeskClient(tmp_path / "desk")
    client.upload({"one.json": export(flagged(1))})
    before = client.rows("SELECT count(*) FROM cases"), client.rows("SELECT count(*) FROM decisions")
    pages = client.rows("PRAGMA page_count")[0][0]
    with client.desk.database.reading() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DeskError, match="disk is full"), client.desk.database.writing() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute("INSERT INTO deletions VALUES (NULL, 'a', 'b', 'c', 1, ?)", ("x" * 100_000,))
    assert before == (client.rows("SELECT count(*) FROM cases"), client.rows("SELECT count(*) FROM decisions"))
    client.close()


def test_an_encrypted_desk_holds_no_text_and_opens_with_its_passphrase_only(tmp_path):
    client = DeskClient(tmp_path / "desk", passphrase=PASSPHRASE)
    client.upload({"Anna Xylophone.json": export(flagged(1))})
    client.decide(1, note="a note about xylophones")
    assert "are you coming" in client.post("/cases/1/show", {"all": "1"}).text
    client.desk.database.forget()
    client.close()
    assert not list((tmp_path / "desk" / "exports").iterdir())  # the export was read, and is not kept
    for path in (tmp_path / "desk").rglob("*"):
        if path.is_file():
            assert b"ylophone" not in path.read_bytes(), path.name
    with pytest.raises(DeskError, match="encrypted"):
        new_desk(tmp_path / "desk")
    with pytest.raises(DeskError, match="passphrase is not the one"):
        new_desk(tmp_path / "desk", "another phrase of words")
    again = DeskClient(tmp_path / "desk", passphrase=PASSPHRASE)
    assert "Anna Xylophone" in again.http.get("/queue?shelf=all").text
    again.close()


def test_encryption_is_for_a_new_desk_and_a_long_passphrase(tmp_path):
    path = tmp_path / "vault.json"
    with pytest.raises(DeskError, match="at least 12"):
        open_vault(path, "short", new=True)
    with pytest.raises(DeskError, match="begun without encryption"):
        open_vault(path, PASSPHRASE, new=False)
    assert isinstance(open_vault(path, None, new=False), OpenVault)
    vault = open_vault(path, PASSPHRASE, new=True)
    assert isinstance(vault, FernetVault)
    sealed = vault.seal(b"words")
    assert open_vault(path, PASSPHRASE, new=False).open(sealed) == b"words"
    with pytest.raises(DeskError, match="changed or sealed with another key"):
        vault.open(sealed[:-4] + b"AAAA")
    path.write_text(json.dumps({"salt": "zz"}))
    with pytest.raises(DeskError, match="damaged"):
        open_vault(path, PASSPHRASE, new=False)


def test_a_policy_is_checked(tmp_path):
    with pytest.raises(DeskError, match="case_days must be between 1 and 3,650"):
        Policy(case_days=0)
    with pytest.raises(DeskError, match="second_reading must be one of"):
        Policy(second_reading="sometimes")


def test_windows_can_lock_too():
    assert lock._LOCKED_AT > 1000  # far behind what is written, which others must be able to read
