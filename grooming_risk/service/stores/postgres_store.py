"""Live conversations in PostgreSQL, shared by several processes.

A record is locked from reading it to committing its change, in the order of the keys, so that messages of one
conversation are read one after the other whichever process receives them, and its flag is raised once. Numbers of flags
are given one transaction at a time: a reader that has seen a number will not be shown a lower one later.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import asyncpg

from grooming_risk.service.stores.store import FORMAT, SALT_BYTES, Kept, StoreError, check_settings, key_of, sorted_keys

_Value = TypeVar("_Value")

_SECONDS = 30.0  # for one command; a process that holds a lock may be encoding
_LOCK = 0x6772_6F6F  # advisory lock: creating tables, and numbering flags
_SCHEMA = """
CREATE TABLE IF NOT EXISTS grooming_risk_about (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS grooming_risk_conversations (
    key bytea PRIMARY KEY, seen double precision NOT NULL, version bigint NOT NULL, record bytea
);
ALTER TABLE grooming_risk_conversations ALTER COLUMN record SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS grooming_risk_seen ON grooming_risk_conversations (seen);
CREATE TABLE IF NOT EXISTS grooming_risk_flags (
    number bigserial PRIMARY KEY, key bytea NOT NULL UNIQUE, flag text NOT NULL
);
"""
_CREATE = """
INSERT INTO grooming_risk_conversations SELECT key, 0, 0, NULL FROM unnest($1::bytea[]) AS key ON CONFLICT DO NOTHING
"""
_SELECT = """
SELECT c.key, c.version, CASE WHEN c.version = k.version THEN NULL ELSE c.record END AS record
FROM grooming_risk_conversations AS c JOIN unnest($1::bytea[], $2::bigint[]) AS k (key, version) ON c.key = k.key
ORDER BY c.key FOR UPDATE OF c
"""


class PostgresStore:
    """A connection of one process. It is opened again after it was lost."""

    def __init__(self, address: str, settings: Mapping[str, Any]) -> None:
        """Connect, and create the tables where they are missing.

        Args:
            address: postgresql://…; what it leaves out comes from PGHOST, PGPASSWORD and so on.
            settings: Everything that records depend on besides the messages, as JSON types.

        Raises:
            StoreError: The database cannot be reached, or has other settings.
        """
        self._address, self._settings = address, dict(settings)
        self._runner = asyncio.Runner()
        self._connection: Any = None
        try:
            self._do(self._connected())
        except BaseException:
            self.close()
            raise

    def _do(self, work: Coroutine[Any, Any, _Value]) -> _Value:
        """Run a step; errors of the database are named by their kind alone, because their words hold values."""
        try:
            return self._runner.run(asyncio.wait_for(work, _SECONDS))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError) as error:
            reason = type(error).__name__
            lost = not isinstance(error, asyncpg.PostgresError)
        if lost:
            self._drop()
        raise StoreError(f"PostgreSQL cannot be used now ({reason}); check its address, and that it runs")

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            connection = await asyncpg.connect(self._address, timeout=_SECONDS)
            try:
                async with connection.transaction():
                    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                    if await connection.fetchval("SELECT to_regclass('grooming_risk_flags')") is None:
                        await connection.execute(_SCHEMA)
                    about = {
                        "format": str(FORMAT),
                        "settings": json.dumps(self._settings),
                        "salt": secrets.token_hex(SALT_BYTES),
                    }
                    await connection.executemany(
                        "INSERT INTO grooming_risk_about VALUES ($1, $2) ON CONFLICT DO NOTHING", list(about.items())
                    )
                about = dict(await connection.fetch("SELECT name, value FROM grooming_risk_about"))
                check_settings(json.loads(about["settings"]), self._settings, about["format"])
            except BaseException:
                connection.terminate()
                raise
            self._salt, self._connection = bytes.fromhex(about["salt"]), connection
        return self._connection

    @contextmanager
    def transaction(self) -> Iterator[PostgresStore]:
        """Begin a transaction; see `Store.transaction`."""
        self._do(self._begin())
        try:
            yield self
            self._do(self._connection.execute("COMMIT"))
        except BaseException:
            if self._connection is not None and not self._connection.is_closed():
                with suppress(StoreError):
                    self._do(self._connection.execute("ROLLBACK"))
            raise

    async def _begin(self) -> None:
        connection = await self._connected()
        try:
            await connection.execute("BEGIN")
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError):  # lost since it was last used
            self._drop()
            await (await self._connected()).execute("BEGIN")

    def lock(self, known: Mapping[str, int]) -> dict[str, Kept]:
        """Lock records; see `Transaction.lock`."""
        return self._do(self._lock(sorted_keys(known, self._salt), known))

    async def _lock(self, names: dict[bytes, str], known: Mapping[str, int]) -> dict[str, Kept]:
        keys, versions = list(names), [known[name] for name in names.values()]
        while True:
            await self._connection.execute(_CREATE, keys)
            rows = await self._connection.fetch(_SELECT, keys, versions)
            if len(rows) == len(keys):  # else another process has just deleted one
                return {names[key]: Kept(version, record) for key, version, record in rows}

    def save(self, conversation: str, record: bytes) -> int:
        """Store a record; see `Transaction.save`."""
        version = secrets.randbits(62) + 1
        update = "UPDATE grooming_risk_conversations SET seen = $2, version = $3, record = $4 WHERE key = $1"
        self._do(self._connection.execute(update, key_of(conversation, self._salt), time.time(), version, record))
        return version

    def add_flag(self, conversation: str, flag: str) -> None:
        """Store a flag; see `Transaction.add_flag`."""
        self._do(self._connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK))
        insert = "INSERT INTO grooming_risk_flags (key, flag) VALUES ($1, $2)"
        self._do(self._connection.execute(insert, key_of(conversation, self._salt), flag))

    def delete(self, conversation: str) -> bool:
        """Delete a conversation; see `Transaction.delete`."""
        key = key_of(conversation, self._salt)
        self._do(self._connection.execute("DELETE FROM grooming_risk_flags WHERE key = $1", key))
        delete = "DELETE FROM grooming_risk_conversations WHERE key = $1 RETURNING version"
        return bool(self._do(self._connection.fetchval(delete, key)))

    def read(self, conversation: str) -> bytes | None:
        """Return a record; see `Store.read`."""
        return self._do(self._read(conversation))

    async def _read(self, conversation: str) -> bytes | None:
        connection = await self._connected()
        select = "SELECT record FROM grooming_risk_conversations WHERE key = $1"
        record: bytes | None = await connection.fetchval(select, key_of(conversation, self._salt))
        return record

    def flags(self, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """Return flags; see `Store.flags`."""
        return self._do(self._flags(after, limit))

    async def _flags(self, after: int, limit: int) -> Sequence[tuple[int, str]]:
        connection = await self._connected()
        select = "SELECT number, flag FROM grooming_risk_flags WHERE number > $1 ORDER BY number LIMIT $2"
        return [(number, flag) for number, flag in await connection.fetch(select, after, limit)]

    def forget(self, before: float) -> int:
        """Delete quiet conversations; see `Store.forget`."""
        return self._do(self._forget(before))

    async def _forget(self, before: float) -> int:
        connection = await self._connected()
        delete = """
            WITH old AS (DELETE FROM grooming_risk_conversations WHERE seen < $1 AND version > 0 RETURNING key),
            gone AS (DELETE FROM grooming_risk_flags WHERE key IN (SELECT key FROM old))
            SELECT count(*) FROM old
        """
        return int(await connection.fetchval(delete, before))

    def check(self) -> None:
        """Check that the database answers; see `Store.check`."""
        self._do(self._check())

    async def _check(self) -> None:
        await (await self._connected()).fetchval("SELECT 1")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            if self._connection is not None:
                self._runner.run(self._connection.close(timeout=1))
        self._runner.close()
