"""Everything that reads a conversation, run in a process of its own with empty folders and with all loggers at DEBUG.

`python privacy_child.py FOLDER ARTIFACT` reads FOLDER/input, writes requested output to FOLDER/asked, and lists in
FOLDER/facts.json which files were opened for writing and which loggers exist.
"""

import json
import logging
import os
import sys
import warnings
from pathlib import Path

from tests.support import canary, without_internet

written = set()


def watch(event, arguments):
    if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and isinstance(arguments[0], str):
        written.add(str(Path(arguments[0]).absolute()))
    elif event in ("sqlite3.connect", "os.mkdir", "os.rename", "shutil.copyfile"):
        written.add(str(Path(os.fsdecode(arguments[0])).absolute()))


def every_logger():
    """Return the root logger and every other logger."""
    made = [name for name, item in logging.root.manager.loggerDict.items() if isinstance(item, logging.Logger)]
    return [logging.root, *map(logging.getLogger, sorted(made))]


def attempt(action, *arguments, **options):
    """Call a function and log its exception with a traceback, as a service would."""
    try:
        return action(*arguments, **options)
    except Exception:
        logging.getLogger("service").exception("a conversation could not be scored")
    return None


def use_the_library(folder, artifact):
    from grooming_risk import ConversationMonitor, RiskScorer, score_conversation, score_conversations
    from grooming_risk.cli import main

    logging.debug("%r", attempt(score_conversation, canary.CHAT))
    scorer = RiskScorer(digest_key=b"a key of the tests only")
    chats = [canary.CHAT, canary.FLAGGED, [(canary.TEXT, 7)]]
    logging.debug("%r", list(score_conversations(chats, scorer=scorer, errors="return")))
    monitor = ConversationMonitor(scorer)
    for row in canary.FLAGGED:
        logging.debug("%r", monitor.update(row))
    logging.debug("%r %s %s", monitor, json.dumps(monitor.to_state()), monitor.evidence())
    for rows in BAD:
        attempt(score_conversation, rows)
    given, asked = folder / "input", folder / "asked"
    inputs = sorted(map(str, given.glob("*.json*")))
    attempt(main, ["score", *inputs])
    small = ["--artifact", artifact]  # quicker, where it does not matter which artefact scores
    for options in (["--explain"], ["--no-explain"], ["--format", "json"], ["--format", "jsonl"]):
        attempt(main, ["score", *inputs, *options, *small])
    state, flags = str(asked / "state.sqlite"), str(asked / "flags.jsonl")
    sys.stdin = open(given / "stream.jsonl", "rb")  # noqa: PTH123, SIM115
    os.dup2(sys.stdin.fileno(), 0)
    attempt(main, ["monitor", "--state", state, "--output", flags])
    report, log = asked / "report.json", asked / "log.jsonl"
    report.write_text(scorer.score(canary.FLAGGED).to_json())
    attempt(main, ["records", "new", str(report), "--decision", "confirmed", "--viewed", "0", "-o", str(log)])
    attempt(main, ["records", "verify", str(log)])
    for mistaken in inputs:  # a chat where something else belongs
        for arguments in (
            ["records", "new", mistaken],
            ["records", "new", mistaken, "-o", mistaken],
            ["records", "verify", mistaken],
            ["records", "summary", mistaken],
            ["monitor", "--state", mistaken, *small],
            ["verify", "--artifact", str(given)],
            ["score", mistaken, "--operating-point", mistaken, *small],
            ["score", mistaken, "--from", "discord", *small],
            ["monitor", "--state", str(asked / "other.sqlite"), "--output", mistaken, *small],
            ["handover", "questions", mistaken, "--report", mistaken],
            ["handover", "verify", mistaken, "--log", mistaken],
            ["handover", "new", mistaken, "--report", str(report), "--answers", mistaken, "-o", str(asked / "package")],
            [
                *("handover", "record", mistaken, "--log", mistaken, "--channel", "gb-ceop", "--method", "portal"),
                *("--at", "2026-03-01T19:02:00Z"),
            ],
            ["records", "unflagged", mistaken, "--decision", "missed", "--sampled", "reported"],
            ["records", "report", "--eu", mistaken],
            ["records", "new", str(report), "--case", mistaken],
        ):
            attempt(main, arguments)


BAD = [
    [*canary.CHAT, (canary.TEXT, 7)],
    [*canary.CHAT, (canary.TEXT, canary.EMOJI, canary.RIGHT_TO_LEFT)],
    [*canary.CHAT, {canary.TEXT: canary.TEXT}],
    [*canary.CHAT, canary.TEXT],
    [*canary.CHAT, None],
    [(canary.SPEAKER, canary.TEXT * 10_000)],
    [(canary.SPEAKER, canary.TEXT + "\ufdfa" * 8_000)],
    [{"speaker": "a", "text": canary.TEXT, "kind": canary.TEXT}],
    [{"speaker": {"id": [canary.SPEAKER]}, "text": canary.TEXT}],
    {canary.SPEAKER: canary.TEXT},
    canary.TEXT,
    [],
]


def run(folder, artifact):
    if without_internet.POSSIBLE:
        without_internet.forbid()
    warnings.simplefilter("always")
    logging.captureWarnings(True)
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(name)s %(message)s %(args)s")
    sys.addaudithook(watch)
    import grooming_risk.cli

    grooming_risk.score_conversation([("a", "hello there, see you at practice")])
    for logger in every_logger():  # now the dependencies are imported and have made theirs
        logger.setLevel(logging.DEBUG)
        logger.disabled, logger.propagate = False, True
    use_the_library(folder, artifact)
    facts = {
        "library": grooming_risk.__file__,
        "written": sorted(written),
        "loggers": [logger.name for logger in every_logger()],
        "modules": sorted(name for name in sys.modules if "." not in name),
    }
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
