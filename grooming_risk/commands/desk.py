"""`grooming-risk desk`: the review desk, a local web application for people who do not program."""

from __future__ import annotations

import getpass
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import runs
from grooming_risk.commands.terminal_output import say
from grooming_risk.errors import DeskError, InvalidOptionError

DEFAULT = "grooming-risk-desk"  # below the user's home
_NEEDED = {"starlette": "starlette", "uvicorn": "uvicorn", "jinja2": "Jinja2", "python_multipart": "python-multipart"}
_ROLES = ("reader", "second_reader", "supervisor")


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """Options of `desk`.

    Attributes:
        folder: of the desk.
        port: to listen on; a free one when None.
        browser: whether a browser is opened.
        users: file of people who share the machine.
        add_user: name of a person to add to that file; the desk is not started then.
        role: of that person.
        encrypt: whether texts are encrypted on the disk.
        passphrase_file: file with the passphrase; it is asked for when None.
    """

    folder: Path
    port: int | None
    browser: bool
    users: Path | None
    add_user: str | None
    role: str
    encrypt: bool
    passphrase_file: Path | None


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "desk",
        help="open the review desk in a browser: bring exports in, read, decide, hand over",
        description="Run the review desk: a local web application for reviewers. It listens on this machine only, "
        "keeps everything in one folder that only its owner can read, and sends nothing.",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path.home() / DEFAULT,
        metavar="DIR",
        help=f"folder of the desk, made if it does not exist (default: {DEFAULT} in your home)",
    )
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="print the link, open no browser")
    parser.add_argument(
        "--encrypt", action="store_true", help="encrypt texts, names and notes on the disk with a passphrase"
    )
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="read the passphrase from a file instead of asking for it"
    )
    shared = parser.add_argument_group("shared machines")
    shared.add_argument(
        "--users", type=Path, metavar="FILE", help="ask for names and passwords, which this file holds hashed"
    )
    shared.add_argument("--add-user", metavar="NAME", help="add a person to the file of users, and end")
    shared.add_argument("--role", choices=_ROLES, default="reader", help="role of that person (default: %(default)s)")
    runs(parser, _desk, DeskOptions)


def _desk(options: DeskOptions) -> int:
    missing = [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise DeskError(f'the desk needs {", ".join(missing)}: pip install "grooming-risk[desk]"')
    if options.add_user is not None:
        return _add_user(options)
    if options.port is not None and not 0 <= options.port <= 65_535:
        raise InvalidOptionError("--port must be between 0 and 65535")
    # Imported here: the other verbs do not need a web framework.
    from grooming_risk.desk.server import run

    return run(
        options.folder,
        port=options.port,
        browser=options.browser,
        users=options.users,
        passphrase=_passphrase(options),
    )


def _add_user(options: DeskOptions) -> int:
    from grooming_risk.desk.security.users import add_user

    if options.users is None or options.add_user is None:
        raise InvalidOptionError("--add-user needs --users FILE, the file that the person is added to")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same again: "):
        raise InvalidOptionError("the two passwords differ; nothing was changed")
    add_user(options.users, options.add_user, options.role, password)
    say(f"{options.users.name} holds {options.add_user} as {options.role}")
    return 0


def _passphrase(options: DeskOptions) -> str | None:
    """Return the passphrase of an encrypted desk; None where the desk is not to be encrypted."""
    if options.passphrase_file is not None:
        try:
            return options.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            pass
        raise InvalidOptionError(f"{options.passphrase_file.name} cannot be read as text; check the path")
    return getpass.getpass("Passphrase of the desk: ") if options.encrypt else None
