"""People who share a machine: a file of names, roles and passwords hashed with scrypt (RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from grooming_risk.errors import DeskError

READER, SECOND_READER, SUPERVISOR = "reader", "second_reader", "supervisor"
ROLES = (READER, SECOND_READER, SUPERVISOR)
# What each role may do beside reading, bringing in and a first decision.
RIGHTS: dict[str, frozenset[str]] = {
    READER: frozenset(),
    SECOND_READER: frozenset({"second", "hand_over"}),
    SUPERVISOR: frozenset({"second", "hand_over", "policy", "delete", "export"}),
}
SHORTEST_PASSWORD = 10  # characters
_COST, _BLOCKS, _LANES, _MEMORY = 1 << 15, 8, 1, 64 * 1024 * 1024
_FREE_TRIES, _LONGEST_WAIT = 5, 60.0


class Users:
    """The people of a file. It is read at each sign-in, so that changes need no restart."""

    def __init__(self, path: Path) -> None:
        """Prepare, and check that the file can be read.

        Args:
            path: the file.

        Raises:
            DeskError: it cannot be read, or holds nobody.
        """
        self._path = path
        self._failed: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        if not read_users(path):
            raise DeskError(f"{path.name} holds nobody; add people with --users {path.name} --add-user NAME")

    def role_of(self, name: str, password: str) -> str | None:
        """Return the role of a person whose password is right, else None; each failure makes the next try wait."""
        with self._lock:
            failures, until = self._failed.get(name, (0, 0.0))
            if time.monotonic() < until:
                return None
        found = read_users(self._path).get(name)
        # A name that nobody has costs as much time as one that somebody has.
        stored = found or {"salt": "00" * 16, "hash": "", "role": ""}
        right = (
            hmac.compare_digest(_hash(password, bytes.fromhex(stored["salt"])), stored["hash"]) and found is not None
        )
        with self._lock:
            if right:
                self._failed.pop(name, None)
            else:
                wait = 0.0 if failures < _FREE_TRIES else min(_LONGEST_WAIT, 2.0 ** (failures - _FREE_TRIES + 1))
                self._failed[name] = failures + 1, time.monotonic() + wait
        return str(stored["role"]) if right else None


def read_users(path: Path) -> dict[str, dict[str, Any]]:
    """Return people by name; nobody where the file does not exist."""
    if not path.exists():
        return {}
    found: dict[str, dict[str, Any]] | None = None
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = {str(item["name"]): item for item in json.loads(path.read_text(encoding="utf-8"))["users"]}
    if found is None or any(item.get("role") not in ROLES for item in found.values()):
        raise DeskError(f"{path.name} is not a file of users; write it with --add-user")
    return found


def add_user(path: Path, name: str, role: str, password: str) -> None:
    """Add a person, or give one a new password or role.

    Args:
        path: the file; made if it does not exist, for its owner only.
        name: as other readers know the person.
        role: reader, second_reader or supervisor.
        password: at least ten characters.

    Raises:
        DeskError: the name is empty or the password too short, or the file cannot be written.
    """
    if not name.strip() or len(password) < SHORTEST_PASSWORD:
        raise DeskError(f"give a name, and a password of at least {SHORTEST_PASSWORD} characters")
    users = read_users(path)
    salt = secrets.token_bytes(16)
    users[name] = {"name": name, "role": role, "salt": salt.hex(), "hash": _hash(password, salt)}
    part = path.with_name(f"{path.name}.part")
    fault = ""
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            json.dump({"users": list(users.values())}, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        fault = error.strerror or type(error).__name__
    if fault:
        raise DeskError(f"{path.name} cannot be written ({fault}); choose another path")


def _hash(password: str, salt: bytes) -> str:
    raw = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(raw, salt=salt, n=_COST, r=_BLOCKS, p=_LANES, maxmem=_MEMORY, dklen=32).hex()
