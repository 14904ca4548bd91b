"""Open the store that an option names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grooming_risk.service.stores.store import Store, StoreError


def is_postgres(state: str) -> bool:
    """Check whether an option names a PostgreSQL database rather than a file."""
    return state.startswith(("postgresql://", "postgres://"))


def open_store(state: str, settings: Mapping[str, Any]) -> Store:
    """Open a store.

    Args:
        state: SQLite file, or address of a PostgreSQL database.
        settings: Everything that records depend on besides the messages, as JSON types.

    Returns:
        The store.

    Raises:
        StoreError: It cannot be used, or asyncpg is not installed.
    """
    if is_postgres(state):
        try:
            from grooming_risk.service.stores.postgres_store import PostgresStore
        except ImportError:
            PostgresStore = None  # type: ignore[assignment, misc]
        if PostgresStore is None:
            raise StoreError("PostgreSQL needs asyncpg: pip install 'grooming-risk[serve,postgres]'")
        return PostgresStore(state, settings)
    from grooming_risk.service.stores.sqlite_store import SqliteStore

    return SqliteStore(Path(state), settings)
