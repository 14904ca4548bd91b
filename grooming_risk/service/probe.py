"""`python probe.py`: whether the service of this container is ready, as its exit status.

It asks the Unix socket that GROOMING_RISK_PROBE names, or the port that it names, 8000 by default. A container runs it
every few seconds, so it imports nothing else of the package.
"""

from __future__ import annotations

import http.client
import os
import socket
import sys

_SECONDS = 4.0


class _UnixConnection(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(self._path)


def is_ready(place: str) -> bool:
    """Check whether a service is ready.

    Args:
        place: Path of a Unix socket, or number of a port.

    Returns:
        Whether it says so.
    """
    local = http.client.HTTPConnection("127.0.0.1", int(place), timeout=_SECONDS) if place.isdecimal() else None
    connection = local or _UnixConnection(place)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(os.environ.get("GROOMING_RISK_PROBE", "8000")) else 1)
