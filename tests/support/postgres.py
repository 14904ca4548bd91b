"""A PostgreSQL server of its own, on a Unix socket, with Debian's or the system's programs."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def program(name):
    """Path of a program of PostgreSQL, or None."""
    return next((str(folder / name) for folder in PROGRAMS if (folder / name).is_file()), shutil.which(name))


def available():
    """Whether a server can be started here: as root, only under another name."""
    return program("initdb") is not None and (os.geteuid() != 0 or shutil.which("runuser") is not None)


@contextmanager
def server():
    """The address of an empty database, without its name."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    as_user = []
    if os.geteuid() == 0:  # PostgreSQL refuses root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    run([*as_user, program("initdb"), "-D", data, "-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8"])
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=40"
    control = [*as_user, program("pg_ctl"), "-D", data]
    run([*control, "-o", options, "-l", str(folder / "log"), "-w", "start"])
    try:
        yield Database(folder)
    finally:
        run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


class Database:
    """A running server."""

    def __init__(self, folder):
        self.folder, self._made = folder, 0

    def new(self):
        """The address of a new, empty database."""
        self._made += 1
        name = f"made{self._made}"
        run([program("psql"), "-h", str(self.folder), "-U", "tests", "-d", "postgres", "-c", f"CREATE DATABASE {name}"])
        return f"postgresql://tests@/{name}?host={self.folder}"

    def run(self, address, statement):
        """Run a statement as an administrator; return what it prints."""
        return run([program("psql"), address, "-At", "-c", statement])


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, cwd="/tmp")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
