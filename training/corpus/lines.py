"""The corpus: JSON Lines files by kind and language, read into dataclasses."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from training.errors import TrainingError

FOLDER = Path(__file__).parent
# The same kinds of files for languages that the shipped model was not trained with yet; a training on them begins with
# moving their files into `FOLDER`.
WAITING = FOLDER / "waiting"
SETTINGS = frozenset({"game", "school", "sport", "art", "family", "online_friend", "job", "any"})
REGISTERS = frozenset({"teen", "adult", "neutral"})
Row = TypeVar("Row")
EXPLICIT_SPELLING = "[EXPLICIT]"  # spelling of the explicit token in the files
# Its spelling in memory: a made-up word of the explicit vocabulary, which the library masks like any other. The token's
# own character would not do, as the normalizer removes it from every text.
EXPLICIT_WORD = "qexplicitq"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its label: a tactic it shows, a tactic it only resembles, a cue, or none for a reply.

    Attributes:
        text: Its text, with `EXPLICIT_WORD` for the explicit token.
        language: Corpus code of its language.
        kind: tactics | lookalikes | cues | replies.
        label: Name of the tactic or cue, empty for replies.
        setting: One of `SETTINGS`: what it may be about, so that it fits the messages around it.
        register: One of `REGISTERS`.
        context: Innocent situation of a look-alike, else empty.
    """

    text: str = field(repr=False)
    language: str
    kind: str
    label: str
    setting: str
    register: str
    context: str


@dataclass(frozen=True, slots=True)
class DialogueMessage:
    """A message of a benign dialogue.

    Attributes:
        speaker: Its speaker.
        text: Its text.
        slot: Tactics whose lines could replace it.
    """

    speaker: str
    text: str = field(repr=False)
    slot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A complete benign dialogue.

    Attributes:
        identifier: Unique name.
        language: Corpus code of its language.
        context: Situation that it is about; splits keep dialogues of one context together.
        setting: One of `SETTINGS`.
        kind: "hard" when it uses the words of warning signs, else "plain".
        messages: Its messages.
    """

    identifier: str
    language: str
    context: str
    setting: str
    kind: str
    messages: tuple[DialogueMessage, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two or three messages around one tactic, in which nothing succeeds.

    Attributes:
        language: Corpus code of its language.
        tactic: The tactic.
        setting: One of `SETTINGS`.
        messages: Role and text of each message; the roles are "source" and "other".
    """

    language: str
    tactic: str
    setting: str
    messages: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Lines, dialogues and exchanges, in file order.

    Attributes:
        lines: Single lines of all kinds.
        dialogues: Complete benign dialogues.
        exchanges: Two or three messages around one tactic.
    """

    lines: tuple[Line, ...]
    dialogues: tuple[Dialogue, ...]
    exchanges: tuple[Exchange, ...] = ()

    def of_kind(self, kind: str) -> list[Line]:
        """Return the lines of one kind."""
        return [line for line in self.lines if line.kind == kind]

    def in_languages(self, languages: Collection[str]) -> Corpus:
        """Return the part that is written in one of these languages."""
        return Corpus(
            tuple(line for line in self.lines if line.language in languages),
            tuple(dialogue for dialogue in self.dialogues if dialogue.language in languages),
            tuple(exchange for exchange in self.exchanges if exchange.language in languages),
        )


def load_corpus(languages: list[str], folder: Path = FOLDER) -> Corpus:
    """Read the corpus files of some languages.

    Args:
        languages: Corpus codes.
        folder: Folder of the corpus.

    Returns:
        The corpus, kind by kind and language by language.

    Raises:
        TrainingError: A row is malformed; the message has its file and line number.
    """
    lines = [
        line
        for kind in ("tactics", "lookalikes", "cues", "replies")
        for language in languages
        for line in _read(folder / kind / f"{language}.jsonl", partial(_line, kind=kind, language=language))
    ]
    dialogues = [
        dialogue
        for language in languages
        for dialogue in _read(folder / "dialogues" / f"{language}.jsonl", partial(_dialogue, language=language))
    ]
    exchanges = [
        exchange
        for language in languages
        if (folder / "exchanges" / f"{language}.jsonl").exists()
        for exchange in _read(folder / "exchanges" / f"{language}.jsonl", partial(_exchange, language=language))
    ]
    return Corpus(tuple(lines), tuple(dialogues), tuple(exchanges))


def languages_of(folder: Path = FOLDER) -> list[str]:
    """Return the codes of the languages that have files, English first."""
    return sorted((path.stem for path in (folder / "tactics").glob("*.jsonl")), key=lambda name: (name != "en", name))


def _read(path: Path, read: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    with path.open(encoding="utf-8") as stream:
        for number, text in enumerate(stream, start=1):
            try:
                yield read(json.loads(text))
            except (KeyError, TypeError, ValueError) as error:
                raise TrainingError(
                    f"{path.parent.name}/{path.name} line {number}: {type(error).__name__} {error}"
                ) from None


def _line(row: dict[str, Any], kind: str, language: str) -> Line:
    label_key = {"tactics": "tactic", "lookalikes": "resembles", "cues": "cue"}.get(kind)
    return Line(
        text=_text(row["text"]),
        language=language,
        kind=kind,
        label=row[label_key] if label_key else "",
        setting=row.get("setting", "any"),
        register=row.get("register", "neutral"),
        context=row.get("context", ""),
    )


def _dialogue(row: dict[str, Any], language: str) -> Dialogue:
    messages = tuple(
        DialogueMessage(message["speaker"], _text(message["text"]), tuple(message.get("slot", ())))
        for message in row["messages"]
    )
    return Dialogue(row["id"], language, row["context"], row["setting"], row["kind"], messages)


def _exchange(row: dict[str, Any], language: str) -> Exchange:
    messages = tuple((message["role"], _text(message["text"])) for message in row["messages"])
    return Exchange(language, row["tactic"], row["setting"], messages)


def _text(text: str) -> str:
    """Replace the explicit token's spelling by a word that the library masks."""
    return text.replace(EXPLICIT_SPELLING, EXPLICIT_WORD)


def has_tactic_slots(dialogue: Dialogue) -> bool:
    """Check whether a dialogue can become a counterfactual pair: two slots or more, and two tactics or more in them."""
    slots = [message.slot for message in dialogue.messages if message.slot]
    return len(slots) >= 2 and len({tactic for slot in slots for tactic in slot}) >= 2
