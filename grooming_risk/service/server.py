"""The service on a socket: uvicorn, with a time limit for the head of a request."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from grooming_risk.errors import InvalidOptionError
from grooming_risk.service.gate import Gate
from grooming_risk.service.options import ServiceLimits

# Bytes of a large answer that a client must fetch within the time for a head: less than any line in use can carry.
_LEAST_FETCHED = 65_536


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens.

    Attributes:
        host: Address of a network interface.
        port: Port; 0 for any that is free.
        socket: Path of a Unix socket, instead of host and port.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    socket: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise InvalidOptionError(f"port must be from 0 to 65535, got {self.port}")

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.socket is not None or self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def serve(application: Gate, address: Address, limits: ServiceLimits) -> bool:
    """Serve until SIGTERM or SIGINT; requests in progress are answered first.

    Args:
        application: The application.
        address: Where to listen.
        limits: Limits of connections and time.

    Returns:
        Whether the service had started.

    Raises:
        InvalidOptionError: The path of the Unix socket cannot be used.
    """
    config = uvicorn.Config(
        application,
        host=address.host,
        port=address.port,
        http=functools.partial(PatientProtocol, head_seconds=limits.head_seconds),  # type: ignore[arg-type]
        loop="asyncio",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=max(1, round(limits.head_seconds)),
        timeout_graceful_shutdown=max(1, round(limits.drain_seconds)),
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signals that it handled again when it has ended; for us the end is regular.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    listening = None if address.socket is None else _unix_socket(address.socket)
    try:
        server.run(None if listening is None else [listening])
    finally:
        if address.socket is not None:
            address.socket.unlink(missing_ok=True)
        for number, handler in before.items():
            signal.signal(number, handler)
    return server.started


def _unix_socket(path: Path) -> socket.socket:
    """Bind a Unix socket that only its owner can use; one that an ended process left is replaced."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        if path.is_socket() and not _answers(path):
            path.unlink()
        listening.bind(str(path))
    except OSError as error:
        reason = error.strerror
    else:
        return listening
    finally:
        os.umask(mask)
    listening.close()
    raise InvalidOptionError(f"{path.name} cannot be used as a socket ({reason}); choose another path")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return False
    return True


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes connections whose request does not come, or does not go on, for too long."""

    def __init__(self, *arguments: Any, head_seconds: float, **options: Any) -> None:
        """Create the protocol of one connection.

        Args:
            *arguments: As uvicorn passes them.
            head_seconds: Seconds within which the head of a request must arrive, and what follows a refused one.
            **options: As uvicorn passes them.
        """
        super().__init__(*arguments, **options)
        self._head_seconds = head_seconds
        self._deadline: asyncio.TimerHandle | None = None
        self._left = 0  # bytes of answers that the client had not fetched when its time began

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time of the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read data, and start or end the time."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Start the time of what may still come of a request that is answered."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the time."""
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Bound the time for a head that is not complete, a body that nobody reads, and an answer that is not fetched.

        A transport that is closing waits for its peer to read the rest of the answer, which may never happen.
        """
        answered = self.cycle is None or self.cycle.response_complete
        waiting = self.conn.their_state in (h11.IDLE, h11.SEND_BODY) or self.transport.is_closing()
        if answered and waiting:
            if self._deadline is None:
                self._wait()
        else:
            self._unwatch()

    def _wait(self) -> None:
        self._left = self.transport.get_write_buffer_size()
        self._deadline = self.loop.call_later(self._head_seconds, self._give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Close the connection, unless its client is fetching a large answer."""
        left = self.transport.get_write_buffer_size()
        if 0 < left <= self._left - _LEAST_FETCHED:
            self._wait()
        else:
            self.transport.abort()
