"""`grooming-risk serve`: the HTTP service (extra `serve`)."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import REMINDER, add_artifact, add_digest_key, add_threshold, runs
from grooming_risk.commands.terminal_output import show
from grooming_risk.errors import InvalidOptionError
from grooming_risk.scoring.saved_point import chosen_point
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.options import DEFAULT_STATE, ServiceLimits, ServiceOptions
from grooming_risk.service.tokens import new_token, read_tokens

_DAY = 86_400.0
TOKENS, STATE = "GROOMING_RISK_TOKENS", "GROOMING_RISK_STATE"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_NEEDS = ("starlette", "uvicorn", "prometheus_client")

_DESCRIPTION = f"""\
Serve scoring and live monitoring over HTTP, on this machine only unless --host
says otherwise:

  grooming-risk serve
  curl -s http://127.0.0.1:8000/v1/score -H 'Content-Type: application/json' \\
    -d '{{"messages": [["ana", "are you coming?"], ["ben", "yes, mum drives"]]}}'

/docs describes every request. Answers address messages by index and hold no
text; nor does the log. SIGTERM and SIGINT end the service after the requests in
progress are answered.

{REMINDER}"""

_STATE_HELP = f"""\
where live conversations are kept: an SQLite file, for one process; or postgresql://USER@HOST/DATABASE, which several
processes share. It contains no text, but message vectors, from which short texts may be guessed, and the ids of flagged
conversations as given: keep it as safe as the chats. An address with a password is better passed in the environment, as
{STATE} (default: {DEFAULT_STATE} in the current folder)"""

_TOKENS_HELP = f"""\
file with the digests of the tokens that are accepted, one NAME:sha256:DIGEST a line, as --new-token prints them; the
environment variable {TOKENS} may have more of them, separated by spaces. Without any, every program on this machine is
answered, and other machines cannot be served"""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of `serve`.

    Attributes:
        host: address to listen on.
        port: port to listen on; any free one when 0.
        socket: Unix socket to listen on instead.
        state: file or database that keeps live conversations; None for the environment's, or the default file.
        tokens: file with digests of tokens.
        new_token: name of a token to make; nothing is served then.
        operating_point: name of a threshold, or a file that contains one.
        prior: prevalence that probabilities refer to; the artefact's reference when None.
        skepticism: flagged windows among the last 10 that raise the warning; the first one raises it when None.
        conversations: live conversations kept in memory.
        forget_after: days without a message after which a live conversation is deleted; None keeps all.
        batch_wait_ms: longest time that a request waits for others to be scored with, in milliseconds.
        threads: inference threads.
        allowed_host: names by which clients may address the service.
        max_body_mb: largest body of a request, in millions of bytes.
        max_waiting: messages that may wait to be scored.
        drain_seconds: time that requests in progress get to end.
        digest_key_file: file with the key of the input digests.
        artifact: folder of the artefact.
    """

    host: str
    port: int
    socket: Path | None
    state: str | None
    tokens: Path | None
    new_token: str | None
    operating_point: str
    prior: float | None
    skepticism: int | None
    conversations: int
    forget_after: float | None
    batch_wait_ms: float
    threads: int
    allowed_host: list[str]
    max_body_mb: float
    max_waiting: int
    drain_seconds: float
    digest_key_file: Path | None
    artifact: Path


def add(verbs: Any) -> None:
    """Add the parser of the verb."""
    parser = verbs.add_parser(
        "serve",
        help="serve scoring and live monitoring over HTTP",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_address(parser)
    parser.add_argument("--state", metavar="FILE|URL", help=_STATE_HELP)
    add_threshold(parser)
    parser.add_argument("--skepticism", type=int, metavar="S", help="as for `monitor`")
    parser.add_argument(
        "--forget-after", type=float, metavar="DAYS", help="delete live conversations without a message for this long"
    )
    _add_load(parser)
    add_digest_key(parser)
    add_artifact(parser)
    runs(parser, _serve, ServeOptions)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for a free one (default: 8000)")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="Unix socket to listen on instead")
    parser.add_argument("--tokens", type=Path, metavar="FILE", help=_TOKENS_HELP)
    parser.add_argument(
        "--new-token", metavar="NAME", help="print a new token, and the line for the file of tokens; serve nothing"
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="name by which clients address the service; may be given several times (default: localhost and the "
        "loopback addresses, and any name when --host is another address)",
    )


def _add_load(parser: argparse.ArgumentParser) -> None:
    limits = ServiceLimits()
    parser.add_argument(
        "--conversations", type=int, default=1_000, metavar="N",
        help="live conversations kept in memory, about 90 kB each; the others are in the state (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--batch-wait-ms", type=float, default=5.0, metavar="MS",
        help="longest time that a request waits for others to be scored with (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="inference threads (default: %(default)s)")
    parser.add_argument(
        "--max-body-mb", type=float, default=limits.body_bytes / 1e6, metavar="MB",
        help="largest body of a request (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--max-waiting", type=int, default=limits.waiting_messages, metavar="N",
        help="messages that may wait to be scored; more are refused with 429 (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--drain-seconds", type=float, default=limits.drain_seconds, metavar="S",
        help="time that requests in progress get to end at SIGTERM (default: %(default)g)",
    )  # fmt: skip


def _serve(options: ServeOptions) -> int:
    if options.new_token is not None:
        token, line = new_token(options.new_token)
        show(f"token, for the caller, shown once: {token}\nline, for --tokens or {TOKENS}: {line}")
        return 0
    if missing := [name for name in _NEEDS if find_spec(name) is None]:
        raise InvalidOptionError(f"serve needs {', '.join(missing)}: pip install 'grooming-risk[serve]'")
    # Late, because they are an extra.
    from grooming_risk.service.application import create_application
    from grooming_risk.service.server import Address, serve

    address = Address(options.host, options.port, options.socket)
    tokens = read_tokens(options.tokens, os.environ.get(TOKENS))
    if not address.local and not tokens:
        raise InvalidOptionError(
            f"other machines can reach {options.host}, so the service needs tokens: make one with --new-token NAME"
        )
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    scorer = RiskScorer(options.artifact, threads=options.threads, digest_key=read_key(options.digest_key_file))
    asked = service_options(options, scorer, tcp_local=address.local and options.socket is None)
    return 0 if serve(create_application(scorer, asked, tokens), address, asked.limits) else 1


def service_options(options: ServeOptions, scorer: RiskScorer, *, tcp_local: bool) -> ServiceOptions:
    """Return the options as the service takes them.

    Args:
        options: options of the command line.
        scorer: the scorer that has the operating points.
        tcp_local: whether the service listens on a loopback address; then other names for it are refused by default,
            because a web page could otherwise reach it under a name of its own.

    Returns:
        The options of the service.
    """
    hosts = tuple(options.allowed_host) or (_LOOPBACK_NAMES if tcp_local else ())
    return ServiceOptions(
        operating_point=chosen_point(options.operating_point, scorer),
        prior=options.prior,
        skepticism=options.skepticism,
        state=options.state or os.environ.get(STATE) or DEFAULT_STATE,
        conversations=options.conversations,
        forget_after=None if options.forget_after is None else options.forget_after * _DAY,
        batch_seconds=options.batch_wait_ms / 1_000,
        threads=options.threads,
        hosts=hosts,
        limits=ServiceLimits(
            body_bytes=round(options.max_body_mb * 1e6),
            waiting_messages=options.max_waiting,
            drain_seconds=options.drain_seconds,
        ),
    )
