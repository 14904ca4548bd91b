"""`python -m fuzzing.soak`: a monitor that is killed and evicted again and again raises the flags of one that never is.

The stream has many conversations, people who write word by word, clocks that jump, and messages of media. It is
computed from the number of a message, so a watch that was killed goes on from the line that its state file has seen.
The flags of the watch that was killed must be, byte for byte, those of a watch that read everything in one go.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grooming_risk.live import ConversationWatch, Notice, StateFile, WatchOptions
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.testing import StandInScorer

_BLOCK, _AT_ONCE = 12, 3  # consecutive messages of the stream, and conversations that they take turns in
_WORDS = (
    *("see", "you", "at", "practice", "tomorrow", "bring", "the", "ball", "and", "water"),
    *("please", "my", "bus", "is", "late", "no", "problem", "we", "wait"),
)
_START = 1_772_000_000


@dataclass(frozen=True, slots=True)
class Soak:
    """What to do.

    Attributes:
        messages: Messages of the stream.
        conversations: Conversations in it.
        kills: How often the watch is killed.
        kept: Conversations kept in memory; the others are evicted to the state file.
        seed: Seed of the stream and of the kills.
        words: Whether some people write word by word.
        artifact: Whether the shipped artefact scores, instead of a stand-in a thousand times as fast.
    """

    messages: int
    conversations: int
    kills: int
    kept: int
    seed: int
    words: bool = True
    artifact: bool = False


def message(number: int, soak: Soak) -> dict[str, Any]:
    """Return a message of the stream.

    Args:
        number: Its place, from 0.
        soak: The stream.

    Returns:
        The message, as a watch takes it.
    """
    block, own = _random(f"{soak.seed} block {number // _BLOCK}"), _random(f"{soak.seed} message {number}")
    conversation = own.choice([block.randrange(soak.conversations) for _ in range(_AT_ONCE)])
    style = _random(f"{soak.seed} style {number // _BLOCK} {conversation}")
    one_by_one = soak.words and style.random() < 0.4
    speaker, leap = style.choice("abc"), style.choice([0, 0, 0, 0, 86_400, -86_400, 3_600])
    count = own.randint(1, 2) if one_by_one else own.randint(3, 12)
    row: dict[str, Any] = {
        "conversation": f"chat {conversation}",
        "speaker": speaker if one_by_one or own.random() < 0.5 else own.choice("abc"),
        "text": " ".join(own.choices(_WORDS, k=count)),
    }
    if own.random() < 0.9:
        row["sent_at"] = _START + 7 * number + leap
    if own.random() < 0.03:
        row |= {"kind": "media", "text": ""}
    return row


def run(soak: Soak, folder: Path) -> tuple[bytes, bytes, int]:
    """Follow the stream in one go, and with kills.

    Args:
        soak: What to do.
        folder: Folder for state files and flags.

    Returns:
        The flags of both watches, and how often the second was killed.
    """
    whole, killed = folder / "whole.jsonl", folder / "killed.jsonl"
    everything = Soak(**{**asdict(soak), "kept": soak.conversations + 1})
    _child(everything, folder / "whole.state", whole, 0)
    source, state, kills = _random(f"{soak.seed} kills"), folder / "killed.state", 0
    while True:
        # Where a watch was killed it has committed little of what it read, so kills come closer than their number says.
        life = source.randint(1, max(2, 2 * soak.messages // (soak.kills + 1))) if kills < soak.kills else 0
        if _child(soak, state, killed, life):
            return whole.read_bytes(), killed.read_bytes(), kills
        kills += 1


def _child(soak: Soak, state: Path, output: Path, life: int) -> bool:
    """Follow the stream in a process of its own; return whether it reached the end."""
    given = json.dumps([asdict(soak), str(state), str(output), life])
    done = subprocess.run([sys.executable, "-m", "fuzzing.soak", "--child", given], check=False)
    if done.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the watch ended with status {done.returncode}")
    return done.returncode == 0


def _follow(soak: Soak, state: Path, output: Path, life: int) -> None:
    """Follow the stream from where the state file is, and kill this process after some messages."""
    scorer = RiskScorer() if soak.artifact else StandInScorer()
    options = WatchOptions(state=state, output=output, conversations=soak.kept)
    first = 0
    if state.exists():
        opened = StateFile(state, options.settings(scorer.artifact))
        first = opened.lines
        opened.close()
    with ConversationWatch(scorer, options, notify=_ignore) as watch:
        for number in watch.needed_lines():
            watch.recall(number, message(number, soak))
        for done, number in enumerate(range(first, soak.messages), start=1):
            watch.update(message(number, soak))
            if done == life:
                if life % 3 == 0:
                    watch.commit()  # sometimes right after a commit
                os.kill(os.getpid(), signal.SIGKILL)
        watch.finish()


def _ignore(_: Notice) -> None:
    """Ignore a notice."""


def _random(text: str) -> random.Random:
    return random.Random(hashlib.blake2b(text.encode(), digest_size=8).digest())


def differences(whole: bytes, killed: bytes) -> Iterator[str]:
    """Yield how the flags of the two watches differ, without more than their conversations."""
    one, other = ([json.loads(line) for line in lines.splitlines()] for lines in (whole, killed))
    names, others = ({flag["conversation"] for flag in flags} for flags in (one, other))
    for what, found in (("lost", names - others), ("added", others - names)):
        if found:
            yield f"{what}: {len(found):,} flags, such as that of {min(found)}"
    if whole != killed and names == others:
        yield "the same conversations are flagged, with other values or in another order"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Command-line arguments; those of the process when None.

    Returns:
        Exit status: 0 when the flags are byte-equal, 1 otherwise.
    """
    parser = argparse.ArgumentParser(prog="python -m fuzzing.soak", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages (default: %(default)s)")
    parser.add_argument("--conversations", type=int, default=2_000, help="conversations (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=50, help="times the watch is killed (default: %(default)s)")
    parser.add_argument("--kept", type=int, default=200, help="conversations in memory (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the stream (default: %(default)s)")
    parser.add_argument("--no-words", action="store_true", help="leave out people who write word by word")
    parser.add_argument("--artifact", action="store_true", help="score with the shipped artefact, far slower")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        values, state, output, life = json.loads(asked.child)
        _follow(Soak(**values), Path(state), Path(output), life)
        return 0
    soak = Soak(
        *(asked.messages, asked.conversations, asked.kills, asked.kept, asked.seed), not asked.no_words, asked.artifact
    )
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        whole, killed, kills = run(soak, Path(folder))
    seconds = time.monotonic() - started
    flags = len(whole.splitlines())
    print(f"{soak.messages:,} messages, {kills:,} kills, {flags:,} flags, {seconds:,.0f} s")
    print("\n".join(differences(whole, killed)) or "the flags are byte-equal")
    return int(whole != killed)


if __name__ == "__main__":
    raise SystemExit(main())
