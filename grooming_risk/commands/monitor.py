"""`grooming-risk monitor`: messages of many conversations in, a line for each warning out."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import REMINDER, add_artifact, add_keys, add_threshold, runs
from grooming_risk.commands.terminal_output import say, show_json_lines
from grooming_risk.errors import InvalidOptionError
from grooming_risk.live.inbox import Inbox
from grooming_risk.live.notices import Notice, NoticeKind
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.watch import COMMIT_SECONDS, ConversationWatch
from grooming_risk.scoring.saved_point import chosen_point
from grooming_risk.scoring.scorer import RiskScorer

_DAY = 86_400.0
# Fields of `WatchOptions` that its errors name.
_FIELDS = re.compile(r"\b(conversations|forget_after|output|replay|state)\b")
# Notices that name an option.
_NOTICES = {
    NoticeKind.RESUMED: "the state file has seen {:,} lines; pass --replay if the input begins with them",
    NoticeKind.FORGETTING: "over {:,} conversations: the oldest are forgotten; --state FILE would keep them",
}

_DESCRIPTION = f"""\
Read one JSON object per line from standard input, the messages of many conversations in the order they arrive:

  {{"conversation": "7f3", "speaker": "…", "text": "…", "sent_at": "2026-03-01T19:02:00Z"}}

Write one JSON line when a conversation's warning is raised, once per conversation: its id as given, the index of the
message, probability and interval, the highest window so far and the live one, the messages that raised or lowered the
logit of the live one, and provenance. No line contains text. Lines that cannot be used are left out; per-line errors
go to stderr.

At SIGTERM, SIGINT and the end of the input, the program writes what is due and ends.

{REMINDER}"""

_STATE_HELP = """\
keep every conversation in this file (SQLite), so that conversations dropped from memory come back and a later run goes
on. It contains no text, but message vectors, from which short texts may be guessed: keep it as safe as the chats. Ids
of conversations may name people: the file finds conversations by a salted digest, and contains an id as given only in
flags that are not written yet. Short messages that a speaker sends before and after a restart are read together only
with --replay"""

_OUTPUT_HELP = """\
append the lines to this file, each exactly once even when the program is killed; needs --state. On standard output, a
line that was being written at that moment comes again with the same "flag\""""


@dataclass(frozen=True, slots=True)
class MonitorOptions:
    """Options of `monitor`.

    Attributes:
        operating_point: name of a threshold, or a file that contains one.
        prior: prevalence that probabilities refer to; the artefact's reference when None.
        skepticism: flagged windows among the last 10 that raise the warning; the first one raises it when None.
        conversations: conversations kept in memory.
        state: file that keeps every conversation; None keeps them in memory only.
        forget_after: days without a message after which a conversation is deleted; None keeps all.
        output: file that the lines are appended to; standard output when None.
        replay: whether to skip the lines that the state file has seen.
        keys: names of the caller's own for fields of the lines.
        artifact: folder of the artefact.
    """

    operating_point: str
    prior: float | None
    skepticism: int | None
    conversations: int
    state: Path | None
    forget_after: float | None
    output: Path | None
    replay: bool
    keys: Mapping[str, str] | None
    artifact: Path


def add(verbs: Any) -> None:
    """Add the parser of the verb."""
    parser = verbs.add_parser(
        "monitor",
        help="follow many conversations live, from JSON lines on standard input",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_threshold(parser)
    parser.add_argument(
        "--skepticism",
        type=int,
        metavar="S",
        help="raise the warning when S of the last 10 windows are flagged (default: at the first)",
    )
    parser.add_argument(
        "--conversations",
        type=int,
        default=1_000,
        metavar="N",
        help="conversations kept in memory, about 90 kB each; when there are more, the one that has been longest "
        "without a message is dropped (default: %(default)s)",
    )
    parser.add_argument("--state", type=Path, metavar="FILE", help=_STATE_HELP)
    parser.add_argument(
        "--forget-after",
        type=float,
        metavar="DAYS",
        help="delete conversations without a message for this long; a later message starts a new one; needs --state",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help=_OUTPUT_HELP)
    parser.add_argument(
        "--replay",
        action="store_true",
        help="the input begins at its first line again: skip the lines that the state file has seen; needs --state",
    )
    add_keys(parser)
    add_artifact(parser)
    runs(parser, _monitor, MonitorOptions)


def _monitor(options: MonitorOptions) -> int:
    watch_options = _watch_options(options)
    scorer = RiskScorer(options.artifact)
    watch_options = replace(watch_options, operating_point=chosen_point(options.operating_point, scorer))
    with ConversationWatch(scorer, watch_options, write=_print, notify=_notify) as watch:
        inbox = Inbox(0)  # by number, because sys.stdin may be closed
        with inbox.stopped_by_signals():
            for line in inbox.lines(COMMIT_SECONDS):
                watch.read(line)
        summary = watch.finish()
        say(f"lines: {summary.lines:,}, left out: {summary.left_out:,}, flags: {summary.flags:,}")
    return 0


def _watch_options(options: MonitorOptions) -> WatchOptions:
    """Return the options of the watch, without the operating point; errors name the options of the command line."""
    try:
        return WatchOptions(
            prior=options.prior,
            skepticism=options.skepticism,
            conversations=options.conversations,
            state=options.state,
            output=options.output,
            forget_after=None if options.forget_after is None else options.forget_after * _DAY,
            replay=options.replay,
            keys=options.keys,
        )
    except InvalidOptionError as error:
        refusal = _FIELDS.sub(lambda found: f"--{found.group().replace('_', '-')}", str(error))
    raise InvalidOptionError(refusal)


def _print(lines: Sequence[str]) -> None:
    show_json_lines(lines)


def _notify(notice: Notice) -> None:
    wording = _NOTICES.get(notice.kind)
    say(str(notice) if wording is None else wording.format(notice.number))
