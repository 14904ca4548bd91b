"""Public benign conversations: read, made neutral, and put on one side of the splits by person, dialogue and source."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation
from training.errors import TrainingError
from training.sources.wheels import fetch_wheel

CHITCHAT = "chitchat-dataset==0.9.0"
DATA = "data.jsonl"  # of each source's folder
BUSIEST_PEOPLE = 30  # of BYU: they take part in nine conversations of ten, so a split by person starts with them

# Sources that no stage may train or calibrate on; figures on them are reported first.
UNSEEN_SOURCES = ("persuasion_for_good", "irc_disentanglement:channel-two")
# The proxies' code for a mix of Hindi and English, which is one of the mixes that the corpus has a single code for.
CORPUS_LANGUAGE = {"hi-Latn-en": "mix"}
_ALL_LINES = 10**9
_CONVERSATION_KEYS, _LINE_KEYS = ("id", "lang", "messages", "meta"), ("lang", "messages")
LINE_SOURCES = ("tatoeba_lines", "xed_subtitle_lines")  # shuffled single lines, not conversations


@dataclass(frozen=True, slots=True)
class ProxyConversation:
    """One benign conversation, whose `repr` shows no text.

    Attributes:
        identifier: Identifier in its source.
        source: Name of its folder.
        language: Corpus code of its language.
        split: train | calibration | test | unseen | left out.
        messages: Neutral speaker, text and time of each message.
        people: Hashed identifiers of the people who take part, where the source gives them; the order says nothing.
    """

    identifier: str
    source: str
    language: str
    split: str
    messages: tuple[tuple[str, str, str | None], ...] = field(repr=False)
    people: tuple[str, ...] = field(default=(), repr=False)

    def conversation(self) -> Conversation:
        """Return it as the scorer takes it."""
        return Conversation.from_messages(self.messages)


def load_proxies(folder: Path | None, cache: Path, languages: list[str]) -> list[ProxyConversation]:
    """Read the conversations of every source.

    Args:
        folder: Folder with one folder for each source, or None for the PyPI package `chitchat-dataset`.
        cache: Folder for the downloaded wheel.
        languages: Codes of the languages to keep.

    Returns:
        The conversations, source by source.

    Raises:
        TrainingError: The folder has no source, or a line of one cannot be read; the message has no text of it.
    """
    if folder is None:
        rows = list(_chitchat_rows(fetch_wheel(CHITCHAT, cache)))
        return [_proxy("byu_chitchat", row, split) for row, split in zip(rows, _split_by_person(rows), strict=True)]
    found: list[ProxyConversation] = []
    if not (paths := sorted(folder.glob(f"*/{DATA}"))):
        raise TrainingError(
            f"--proxies: {folder} has no folder with a {DATA}; fetch the public conversations with "
            "`python -m training fetch-proxies --into FOLDER`, or leave --proxies out to train without most of them"
        )
    for path in paths:
        source = path.parent.name
        if source in LINE_SOURCES:
            continue
        rows = [row for row in _rows(path, _CONVERSATION_KEYS) if _language(row) in languages]
        splits = _split_by_person(rows) if source == "byu_chitchat" else [_split(source, row) for row in rows]
        if source == "xpersona":
            splits = _calibrating_once(rows, splits)
        found.extend(_proxy(source, row, split) for row, split in zip(rows, splits, strict=True))
    return found


def load_lines(folder: Path | None, limit: int) -> list[tuple[str, str]]:
    """Return single lines (language, text) of the line sources, at most `limit`, spread evenly over the file order."""
    if folder is None or not limit:
        return []
    lines: list[tuple[str, str]] = []
    for path in (folder / source / DATA for source in LINE_SOURCES):
        for row in _rows(path, _LINE_KEYS) if path.exists() else ():
            lines.extend((row["lang"].split("-")[0], message["text"]) for message in row["messages"])
    step = max(1, -(-len(lines) // limit))
    return lines[::step]


def benign_lines(folder: Path | None, split: str, languages: Collection[str] | None) -> list[tuple[str, str]]:
    """Return the distinct single lines (language, text) of one split of the line sources, each split by its text.

    Args:
        folder: Folder of the proxies, or None for none.
        split: train | calibration | test.
        languages: Codes of the languages to keep; None for every language, also those that are not scored.

    Returns:
        The lines, sorted.
    """
    every = load_lines(folder, _ALL_LINES)
    lines = {(language, text) for language, text in every if languages is None or language in languages}
    return sorted(line for line in lines if _split_of_line(line[1]) == split)


def _split_of_line(text: str) -> str:
    drawn = hashlib.sha256(text.encode()).digest()[0] / 256
    return "train" if drawn < 0.7 else "calibration" if drawn < 0.85 else "test"


def _rows(path: Path, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if (row := _parsed(line, keys)) is None:
                wanted = ", ".join(keys)
                raise TrainingError(f"{path} line {number} must be a JSON object with {wanted}; fetch the source again")
            yield row


def _parsed(line: bytes, keys: tuple[str, ...]) -> dict[str, Any] | None:
    """Parse a line; None for a malformed one, so that no exception that holds its text is the context of another."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and all(key in row for key in keys) else None


def _proxy(source: str, row: dict[str, Any], split: str) -> ProxyConversation:
    neutral: dict[str, str] = {}
    messages = tuple(
        (neutral.setdefault(str(m["author"]), f"s{len(neutral) + 1}"), m["text"], m.get("timestamp"))
        for m in row["messages"]
        if m["text"].strip()
    )
    people = tuple(row["meta"].get("participants", ()))
    return ProxyConversation(row["id"], source, _language(row), split, messages, people)


def _language(row: dict[str, Any]) -> str:
    return CORPUS_LANGUAGE.get(row["lang"], row["lang"])


def _split_by_person(rows: list[dict[str, Any]]) -> list[str]:
    """Return the split of each conversation, so that no person is in two of them.

    Conversations without any of the busiest people are for calibration; those whose people are in none of these, for
    training. The others, in which a busy person talks with somebody of the calibration split, are left out.
    """
    talks = [set(row["meta"]["participants"]) for row in rows]
    busiest = {person for person, _ in Counter(p for talk in talks for p in talk).most_common(BUSIEST_PEOPLE)}
    calibrating = {person for talk in talks if not talk & busiest for person in talk}
    return ["calibration" if not talk & busiest else "left out" if talk & calibrating else "train" for talk in talks]


def _split(source: str, row: dict[str, Any]) -> str:
    named = str(row["meta"].get("split"))
    if source in UNSEEN_SOURCES or f"{source}:{named}" in UNSEEN_SOURCES:
        return "unseen"
    if named.startswith("test"):
        return "calibration" if source == "casino" else "test"
    if source in ("xpersona", "topical_chat", "casino") and named.startswith(("valid", "dev")):
        # No source but BYU has calibration conversations of its own: half of these, by dialogue.
        dialogue = _dialogue(row) if source == "xpersona" else row["id"]
        return "train" if hashlib.sha256(dialogue.encode()).digest()[0] % 2 else "calibration"
    return "calibration" if named == "dev" else "train"


def _dialogue(row: dict[str, Any]) -> str:
    """Return the number that an XPersona conversation shares with its translations."""
    return str(row["id"].rsplit("-", 1)[-1])


def _calibrating_once(rows: list[dict[str, Any]], splits: list[str]) -> list[str]:
    """Return the splits with each dialogue in calibration once, in a language drawn by its number.

    Translations of one dialogue are not independent, and a bound would count them as if they were.
    """
    spoken: dict[str, list[str]] = {}
    for row, split in zip(rows, splits, strict=True):
        if split == "calibration":
            spoken.setdefault(_dialogue(row), []).append(row["lang"])
    drawn = {
        dialogue: sorted(languages)[hashlib.sha256(dialogue.encode()).digest()[1] % len(languages)]
        for dialogue, languages in spoken.items()
    }
    return [
        "left out" if split == "calibration" and row["lang"] != drawn[_dialogue(row)] else split
        for row, split in zip(rows, splits, strict=True)
    ]


def _chitchat_rows(wheel: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(wheel) as archive:
        data = json.loads(archive.read("chitchat_dataset/dataset.json"))
    for identifier, conversation in data.items():
        messages = [
            {"author": message["sender"], "text": message["text"], "timestamp": message.get("timestamp")}
            for turn in conversation["messages"]
            for message in turn
        ]
        people = sorted({message["author"] for message in messages})
        if len(people) >= 2 and len(messages) >= 4:
            meta = {"participants": people}
            yield {"id": f"byu_chitchat:{identifier}", "lang": "en", "messages": messages, "meta": meta}
