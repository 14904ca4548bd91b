"""Bearer tokens. Only their digests are stored: whoever reads the file or the environment cannot call the service.

A token has 256 random bits, so a plain SHA-256 of it cannot be reversed by search, as one of a password could.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from grooming_risk.errors import InvalidOptionError

_LINE = re.compile(r"([A-Za-z0-9._-]{1,64}):sha256:([0-9a-f]{64})")
_PREFIX = "gr_"
_RANDOM_BYTES = 32
_LARGEST_FILE = 1_000_000


class Tokens:
    """The tokens that a service accepts, each under the name of its caller."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the digests.

        Args:
            lines: Each NAME:sha256:DIGEST, as `new_token` returns it. Empty lines and those that begin with # are left
                out.

        Raises:
            InvalidOptionError: A line has another form, or two lines have the same name.
        """
        self._digests: dict[str, bytes] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            found = _LINE.fullmatch(line.strip())
            if found is None or found[1] in self._digests:
                raise InvalidOptionError(
                    f"entry {number} of the tokens is not NAME:sha256:DIGEST, or its name comes twice; make one with "
                    "`grooming-risk serve --new-token NAME`"
                )
            self._digests[found[1]] = bytes.fromhex(found[2])

    def __len__(self) -> int:
        return len(self._digests)

    def __repr__(self) -> str:
        return f"Tokens({len(self)})"

    def caller(self, authorization: str) -> str | None:
        """Return the name of the caller, in a time that does not depend on the token.

        Args:
            authorization: Value of the Authorization header.

        Returns:
            The name, or None where the header has no token that is accepted.
        """
        scheme, _, token = authorization.partition(" ")
        given = _digest(token.strip())
        name = None
        for known, digest in self._digests.items():
            if hmac.compare_digest(digest, given):
                name = known
        return name if scheme.lower() == "bearer" else None


def new_token(name: str) -> tuple[str, str]:
    """Make a token.

    Args:
        name: Name of its caller, for the log: letters, digits, dots, hyphens and underscores.

    Returns:
        The token, which is not stored anywhere, and the line to store.

    Raises:
        InvalidOptionError: The name has other characters, or is too long.
    """
    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    line = f"{name}:sha256:{_digest(token).hex()}"
    if _LINE.fullmatch(line) is None:
        raise InvalidOptionError("a token's name has 1 to 64 letters, digits, dots, hyphens or underscores")
    return token, line


def read_tokens(path: Path | None, environment: str | None) -> Tokens:
    """Read the tokens from a file and from a variable of the environment.

    Args:
        path: File with one entry a line; None for no file.
        environment: Entries separated by spaces, commas or line ends; None for none.

    Returns:
        All of them.

    Raises:
        InvalidOptionError: The file cannot be read, or an entry has another form.
    """
    return Tokens([*_lines(path), *re.split(r"[\s,]+", environment or "")])


def _lines(path: Path | None) -> Iterator[str]:
    if path is None:
        return
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_FILE)
    except OSError as error:
        raise InvalidOptionError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    yield from data.decode("ascii", "replace").splitlines()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
