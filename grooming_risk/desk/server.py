"""Run a desk: one process, on the loopback address only, until somebody stops it."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import uvicorn

from grooming_risk.desk.application import make_app
from grooming_risk.desk.intake.worker import IntakeWorker
from grooming_risk.desk.pages.state import DeskState
from grooming_risk.desk.review.keeper import Keeper
from grooming_risk.desk.security.links import Links, new_link
from grooming_risk.desk.security.sessions import Sessions
from grooming_risk.desk.security.users import Users
from grooming_risk.desk.storage.desk import Desk, open_desk
from grooming_risk.desk.storage.folder import open_folder
from grooming_risk.desk.storage.lock import Running, locked, where
from grooming_risk.errors import DeskError
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.scorer import RiskScorer

HOST = "127.0.0.1"
_PORTS = range(8713, 8733)  # tried in turn where none is asked for, so that a bookmark of the desk stays good


def run(
    folder: Path,
    *,
    port: int | None = None,
    browser: bool = True,
    users: Path | None = None,
    passphrase: str | None = None,
    scorer: Callable[[], RiskScorer] | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Run a desk until it is stopped.

    Args:
        folder: of the desk; made if it does not exist.
        port: to listen on; a free one when None.
        browser: whether a browser is opened.
        users: file of people who share the machine.
        passphrase: of an encrypted desk.
        scorer: makes the scorer; the shipped model when None.
        say: tells the person at the terminal something.

    Returns:
        The exit status: 0, also where another process already runs this desk.

    Raises:
        DeskError: the folder, the data base or the port cannot be used.
    """
    os.umask(0o077)
    place = open_folder(folder)
    with locked(place.running) as lock:
        if lock is None:
            return _elsewhere(where(place.running), browser, say)
        people = None if users is None else Users(users)
        desk = open_desk(place, passphrase)
        with closing(_listen(port)) as listener:
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            secret = secrets.token_urlsafe(32)
            lock.tell(Running(address, os.getpid(), secret))
            link = new_link(address, secret)
            state = make_state(desk, listener.getsockname()[1], secret, people, scorer)
            say(f"The desk runs at {address} and keeps everything in {folder}.")
            say(f"Open this link to sign in; it works once:\n\n  {link}\n")
            say("For another link run the same command again. Stop the desk with Ctrl+C.")
            _serve(state, listener, lambda: browser and webbrowser.open(link))
    return 0


def make_state(
    desk: Desk, port: int, secret: str, users: Users | None, scorer: Callable[[], RiskScorer] | None
) -> DeskState:
    """Return what a running desk has in memory; nothing is started yet."""
    make = scorer or (lambda: RiskScorer(digest_key=desk.digest_key))
    artifact = Artifact() if scorer is None else scorer().artifact  # the networks are opened by the worker, when needed
    points = tuple(artifact.operating_points)
    return DeskState(
        desk=desk,
        worker=IntakeWorker(desk, make),
        keeper=Keeper(desk),
        sessions=Sessions(shared=users is not None),
        links=Links(secret),
        users=users,
        cookie=f"desk_{port}",
        points=points,
    )


def hosts_of(port: int) -> frozenset[str]:
    """Return the values of the Host header that lead here; any other is a name that somebody pointed here."""
    return frozenset({f"{HOST}:{port}", f"localhost:{port}"})


def _serve(state: DeskState, listener: socket.socket, ready: Callable[[], object]) -> None:
    """Serve until a signal comes. No access log is kept: addresses would tell which cases were read."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    app = make_app(state, hosts_of(listener.getsockname()[1]))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=5
    )
    state.worker.start()
    state.keeper.start()
    try:
        with suppress(Exception):  # a machine without a browser; the link was printed
            ready()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        state.worker.stop()
        state.keeper.stop()


def _listen(port: int | None) -> socket.socket:
    """Return a socket that listens on the loopback address: the port that was asked for, or a free one."""
    fault = ""
    for candidate in [port] if port is not None else [*_PORTS, 0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name != "nt":  # on Windows the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(128)
            return listener
        except OSError as error:
            fault = error.strerror or type(error).__name__
            listener.close()
    raise DeskError(f"port {port} cannot be used ({fault}); choose another with --port")


def _elsewhere(running: Running | None, browser: bool, say: Callable[[str], None]) -> int:
    """Say where the desk of this folder runs already, and open it with a new link."""
    if running is None:
        raise DeskError("another process is just starting this desk; try again in a moment")
    link = new_link(running.address, running.secret)
    say(f"This desk already runs at {running.address} (process {running.process}).")
    say(f"Open this link to sign in; it works once:\n\n  {link}\n")
    if browser:
        with suppress(Exception):
            webbrowser.open(link)
    return 0
