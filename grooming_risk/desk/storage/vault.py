"""Encryption at rest, where the team asks for it: texts, names and notes are sealed before they reach the disk.

The key is random. It is wrapped with a key that scrypt (RFC 7914) derives from a passphrase, and kept beside the data
base. docs/guides/review_desk.md says what this protects against and what it does not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grooming_risk.errors import DeskError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

# 128 MiB and about half a second for each guess at a passphrase.
_COST, _BLOCKS, _LANES, _MEMORY = 1 << 17, 8, 1, 192 * 1024 * 1024
SHORTEST_PASSPHRASE = 12  # characters


class Vault(Protocol):
    """What seals bytes before they are stored."""

    encrypts: bool

    def seal(self, data: bytes) -> bytes:
        """Return what is stored."""

    def open(self, data: bytes) -> bytes:
        """Return what was sealed."""


class OpenVault:
    """No encryption: bytes are stored as they are."""

    encrypts = False

    def seal(self, data: bytes) -> bytes:
        """Return the bytes."""
        return data

    def open(self, data: bytes) -> bytes:
        """Return the bytes."""
        return data


class FernetVault:
    """Encryption with Fernet (AES-128-CBC and HMAC-SHA-256) of the package `cryptography`."""

    encrypts = True

    def __init__(self, key: bytes) -> None:
        self._fernet = _fernet(key)

    def seal(self, data: bytes) -> bytes:
        """Return the bytes encrypted."""
        return bytes(self._fernet.encrypt(data))

    def open(self, data: bytes) -> bytes:
        """Return encrypted bytes decrypted."""
        opened = _opened(self._fernet, data)
        if opened is None:
            raise DeskError("an entry of the data base was changed or sealed with another key; restore a backup")
        return opened


def open_vault(path: Path, passphrase: str | None, *, new: bool) -> Vault:
    """Open the vault of a folder.

    Args:
        path: file of the wrapped key.
        passphrase: given by the user; None if none was given.
        new: whether the desk is empty, so that a vault may be made.

    Returns:
        The vault; an open one where the folder is not encrypted.

    Raises:
        DeskError: the passphrase is missing, too short or wrong, or the folder was begun without encryption.
    """
    if path.exists():
        if passphrase is None:
            raise DeskError("this desk is encrypted; start it with --encrypt and give its passphrase")
        return FernetVault(_unwrapped(path, passphrase))
    if passphrase is None:
        return OpenVault()
    if not new:
        raise DeskError("this desk was begun without encryption; start an encrypted one in another folder")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise DeskError(f"the passphrase must have at least {SHORTEST_PASSPHRASE} characters; use several words")
    return FernetVault(_wrapped(path, passphrase))


def _wrapped(path: Path, passphrase: str) -> bytes:
    key, salt = base64.urlsafe_b64encode(secrets.token_bytes(32)), secrets.token_bytes(16)
    wrapped = _fernet(_derived(passphrase, salt)).encrypt(key)
    content = json.dumps({"scrypt": [_COST, _BLOCKS, _LANES], "salt": salt.hex(), "key": wrapped.decode("ascii")})
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return key


def _unwrapped(path: Path, passphrase: str) -> bytes:
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        salt, wrapped = bytes.fromhex(content["salt"]), content["key"].encode("ascii")
    except (OSError, ValueError, KeyError, AttributeError):
        content = None
    if content is None:
        raise DeskError(f"{path.name} is damaged; without it nothing can be decrypted. Restore it from a backup")
    key = _opened(_fernet(_derived(passphrase, salt)), wrapped)
    if key is None:
        raise DeskError("the passphrase is not the one of this desk; try again")
    return key


def _derived(passphrase: str, salt: bytes) -> bytes:
    raw = hashlib.scrypt(
        passphrase.encode("utf-8", "surrogatepass"), salt=salt, n=_COST, r=_BLOCKS, p=_LANES, maxmem=_MEMORY, dklen=32
    )
    return base64.urlsafe_b64encode(raw)


def _fernet(key: bytes) -> Fernet:
    try:
        from cryptography import fernet
    except ImportError:
        raise DeskError('encryption needs the package cryptography: pip install "grooming-risk[desk]"') from None
    return fernet.Fernet(key)


def _opened(fernet: Fernet, data: bytes) -> bytes | None:
    from cryptography.fernet import InvalidToken

    try:
        return bytes(fernet.decrypt(data))
    except InvalidToken:
        return None
