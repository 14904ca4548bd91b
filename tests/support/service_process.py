"""Processes that serve on Unix sockets, and a client that speaks to them byte by byte or in HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0  # seconds; the machine may be busy


class Connection(http.client.HTTPConnection):
    """An HTTP connection to a Unix socket."""

    def __init__(self, path, timeout=PATIENCE):
        super().__init__("localhost", timeout=timeout)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Process:
    """A process that serves on a socket."""

    def __init__(self, command, path, log):
        self.path, self._log = Path(path), Path(log)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        with self._log.open("ab") as stream:
            self._child = subprocess.Popen(command, stderr=stream, stdout=stream, env=environment)
        self._await()

    def _await(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self._child.poll() is None, self.log()
            with suppress(OSError):
                if self.ask("GET", "/ready")[0] == 200:
                    return
            time.sleep(0.02)
        raise AssertionError("the service did not start")

    def ask(self, method, path, body=None, headers=None, timeout=PATIENCE):
        """Send a request over a connection of its own; return status and content."""
        connection = Connection(self.path, timeout)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(content) if content.startswith(b"{") else content

    def raw(self, data, patience=PATIENCE):
        """Send bytes, and return what comes until the connection is closed."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(patience)
            connection.connect(str(self.path))
            connection.sendall(data)
            return read_all(connection)

    def log(self):
        return self._log.read_text("utf-8")

    def kill(self):
        self._child.kill()
        self._child.wait()

    def stop(self):
        """Send SIGTERM, and return the exit status."""
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(PATIENCE)

    def signal(self):
        self._child.send_signal(signal.SIGTERM)

    @property
    def running(self):
        return self._child.poll() is None


def read_all(connection):
    """Read until the other side closes the connection."""
    found = b""
    with suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            found += chunk
    return found


def start(folder, state, number=0, **limits):
    """Start a service without the model."""
    path = Path(folder) / f"s{number}"
    child = str(Path(__file__).with_name("service_child.py"))
    return Process([sys.executable, child, str(path), state, json.dumps(limits)], path, Path(folder) / f"log{number}")


@contextmanager
def serving(state, number=0, **limits):
    """A running service, killed at the end; the path of a socket must be short."""
    with tempfile.TemporaryDirectory(prefix="gr", dir="/tmp") as folder:
        process = start(folder, state or str(Path(folder) / "live.db"), number, **limits)
        try:
            yield process
        finally:
            process.kill()
