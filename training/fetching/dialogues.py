"""Converters of conversations between two people, one for each source."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from training.fetching.rows import Files, Row, in_turn

_DEAL = {"Submit-Deal", "Accept-Deal", "Reject-Deal", "Walk-Away"}  # CaSiNo's turns that are no text
_MOVE = re.compile(r"^\s*\([a-z_]+\)\s*")  # MathDial's mark of a teacher's move
_JOKES = 2_500
_LANGUAGES = {  # folders of chatterbot-corpus
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "portuguese": "pt", "italian": "it",
    "dutch": "nl", "turkish": "tr", "russian": "ru", "hindi": "hi", "urdu": "ur", "indonesia": "id",
    "hinglish": "hi-Latn-en",
}  # fmt: skip


def chitchat(files: Files) -> Iterator[Row]:
    """Yield the conversations of chitchat-dataset with at least two people and four messages."""
    for identifier, talk in _json(files, "dataset.json").items():
        said = tuple((m["sender"], m["text"], m.get("timestamp")) for turn in talk["messages"] for m in turn)
        people = tuple(dict.fromkeys(author for author, _, _ in said))
        if len(people) >= 2 and len(said) >= 4:
            yield Row(identifier, "en", said, people=people)


def xpersona(files: Files) -> Iterator[Row]:
    """Yield the conversations of XPersona; the number of a dialogue is the same in all languages."""
    for path in files:
        name = PurePosixPath(path).name
        language, split = name[:2].lower(), "valid" if "_valid" in name else "test"
        for number, talk in enumerate(_json(files, path)):
            said = in_turn(text for pair in talk["dialogue"] for text in pair)
            yield Row(f"{language}-{split}-{number}", language, said, split)


def topical_chat(files: Files) -> Iterator[Row]:
    """Yield the conversations of Topical-Chat."""
    for path in files:
        for identifier, talk in _json(files, path).items():
            said = tuple((turn["agent"], turn["message"], None) for turn in talk["content"])
            yield Row(identifier, "en", said, PurePosixPath(path).stem)


def casino(files: Files) -> Iterator[Row]:
    """Yield the negotiations of CaSiNo without their deals."""
    for path in files:
        split = PurePosixPath(path).stem.removeprefix("casino_")
        for number, talk in enumerate(_json(files, path)):
            said = tuple((turn["id"], turn["text"], None) for turn in talk["chat_logs"] if turn["text"] not in _DEAL)
            yield Row(f"{split}-{talk.get('dialogue_id', number)}", "en", said, split)


def cima(files: Files) -> Iterator[Row]:
    """Yield the lessons of CIMA with at least four turns; a tutor begins."""
    for part in ("prepDataset", "shapeDataset"):
        for identifier, lesson in _json(files, "dataset.json").get(part, {}).items():
            if len(lesson["past_convo"]) >= 4:
                yield Row(f"{part}-{identifier}", "en", in_turn(lesson["past_convo"], ("tutor", "student")))


def mathdial(files: Files) -> Iterator[Row]:
    """Yield the lessons of MathDial without the marks of the teacher's moves."""
    for number, line in enumerate(files["data/test.jsonl"].decode("utf-8").splitlines()):
        turns = [turn.partition(":") for turn in json.loads(line)["conversation"].split("|EOM|") if ":" in turn]
        said = tuple((author.strip(), _MOVE.sub("", text).strip(), None) for author, _, text in turns)
        yield Row(f"test-{number}", "en", said)


def chatterbot(files: Files) -> Iterator[Row]:
    """Yield the exchanges of chatterbot-corpus in languages of the corpus."""
    import yaml  # comes with huggingface_hub

    for path in sorted(files):
        folder, name = PurePosixPath(path).parent.name, PurePosixPath(path).stem
        if path.endswith(".yml") and folder in _LANGUAGES:
            for number, texts in enumerate(yaml.safe_load(files[path]).get("conversations") or ()):
                if len(texts) >= 2:
                    yield Row(f"{folder}-{name}-{number}", _LANGUAGES[folder], in_turn(map(str, texts)))


def bcontrast(files: Files) -> Iterator[Row]:
    """Yield the German side of BConTrasT: what the agent was translated to, and what the customer wrote."""
    for path in files:
        split = PurePosixPath(path).stem
        for identifier, turns in _json(files, path).items():
            said = tuple(
                (turn["speaker"], turn["target" if turn["speaker"] == "agent" else "source"], None) for turn in turns
            )
            yield Row(f"{split}-{identifier}", "de", said, split)


def koziev(files: Files) -> Iterator[Row]:
    """Yield some of the comic dialogues with at least three turns, chosen by their digests."""
    (packed,) = files.values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        member = next(item for item in archive if item.isfile())
        content = archive.extractfile(member)
        text = content.read().decode("utf-8", "replace") if content else ""
    found = []
    for block in re.split(r"\n\s*\n", text):
        turns = [line.lstrip("-–— ").strip() for line in block.splitlines() if line.strip()]
        if len(turns) >= 3:
            found.append((hashlib.sha256(block.encode("utf-8", "replace")).hexdigest(), turns))
    for digest, turns in sorted(found)[:_JOKES]:
        yield Row(digest[:16], "ru", in_turn(turns))


def code_mixed(files: Files) -> Iterator[Row]:
    """Yield the bookings of Code-Mixed-Dialog without silences and calls of a data base."""
    for path in files:
        split = PurePosixPath(path).stem.rsplit("-", 1)[-1]
        for number, block in enumerate(re.split(r"\n\s*\n", files[path].decode("utf-8").strip())):
            said = []
            for line in block.splitlines():
                user, _, agent = line.partition(" ")[2].partition("\t")
                said += [("user", user, None)] if user.strip() not in ("", "<SILENCE>") else []
                said += [("agent", agent, None)] if agent and not agent.startswith("api_call") else []
            yield Row(f"hindi-{split}-{number}", "hi-Latn-en", tuple(said))


def persuasion(files: Files) -> Iterator[Row]:
    """Yield the conversations of PersuasionForGood; the sentences of a turn are one message."""
    (content,) = files.values()
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace")))
    for identifier, talk in groupby(rows, key=lambda row: row["B2"]):
        turns = groupby(talk, key=lambda row: (row["Turn"], row["B4"]))
        said = tuple((role, " ".join(row["Unit"] for row in units), None) for (_, role), units in turns)
        yield Row(identifier, "en", said)


def _json(files: Files, name: str) -> Any:
    path = name if name in files else next(path for path in files if PurePosixPath(path).name == name)
    return json.loads(files[path])
