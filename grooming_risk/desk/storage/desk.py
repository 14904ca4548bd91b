"""A desk: its folder, data base, vault and keys, opened together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from grooming_risk.desk.storage import deletion
from grooming_risk.desk.storage.chain import delete_due_records
from grooming_risk.desk.storage.database import Database
from grooming_risk.desk.storage.deletion import Leftovers
from grooming_risk.desk.storage.folder import DeskFolder, clear, remove
from grooming_risk.desk.storage.handovers import stored_packages
from grooming_risk.desk.storage.imports import stored_names
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.desk.storage.policy import Policy, read_policy
from grooming_risk.desk.storage.vault import Vault, open_vault


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a desk keeps. The `repr` shows no key.

    Attributes:
        folder: where it lies.
        database: its tables.
        vault: seals texts, names and notes.
        record_key: key of the seals of records.
        digest_key: key of the digests of conversations.
    """

    folder: DeskFolder
    database: Database
    vault: Vault = field(repr=False)
    record_key: bytes = field(repr=False)
    digest_key: bytes = field(repr=False)

    def policy(self) -> Policy:
        """Return the team's settings."""
        with self.database.reading() as connection:
            return read_policy(connection)

    def remove(self, leftovers: Leftovers) -> None:
        """Remove files whose rows are gone, and what the write-ahead log still holds of them."""
        for name in leftovers.exports:
            remove(self.folder.exports / name)
        for name in leftovers.packages:
            remove(self.folder.packages / name)
        self.database.forget()


def open_desk(folder: DeskFolder, passphrase: str | None = None) -> Desk:
    """Open a desk whose folder is locked by this process.

    Args:
        folder: the folder.
        passphrase: of an encrypted desk.

    Returns:
        The desk. What an interrupted run left has been removed.

    Raises:
        DeskError: the data base is damaged, the disk is full, or the passphrase is wrong.
    """
    database = Database(folder.database)
    with database.reading() as connection:
        new = connection.execute("SELECT 1 FROM imports LIMIT 1").fetchone() is None
        exports, packages = stored_names(connection), stored_packages(connection)
    vault = open_vault(folder.path / "vault.json", passphrase, new=new)
    desk = Desk(folder, database, vault, folder.record_key, folder.digest_key)
    clear(folder.incoming, frozenset())
    clear(folder.exports, exports)
    clear(folder.packages, packages)
    return desk


def delete_due(desk: Desk) -> int:
    """Delete what has reached its date, and return how many cases there were."""
    days = desk.policy().case_days
    with desk.database.writing() as connection:
        numbers = deletion.due_cases(connection)
        left = deletion.delete_cases(connection, numbers, "", "date")
        old = deletion.delete_old_imports(connection, written(now() - timedelta(days=days)))
        if records := delete_due_records(connection):
            deletion.note(connection, "", "records", records, "date")
    if numbers or records or old.exports:
        desk.remove(Leftovers((*left.exports, *old.exports), left.packages))
    return len(numbers)
