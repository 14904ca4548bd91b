"""The corpus: JSON lines by kind and language, read into dataclasses and checked.

`python -m training.corpus.lines check` prints the coverage and everything that breaks a rule of the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from grooming_risk.text.masking import EXPLICIT_CHARACTER

FOLDER = Path(__file__).parent
SETTINGS = frozenset({"game", "school", "sport", "art", "family", "online_friend", "job", "any"})
REGISTERS = frozenset({"teen", "adult", "neutral"})
Row = TypeVar("Row")
EXPLICIT_SPELLING = "[EXPLICIT]"  # how the token stands in the files


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its label: a tactic it shows, a tactic it only resembles, a cue, or a reply (no label).

    Attributes:
        label: tactic or cue name, empty for replies.
        kind: tactics | lookalikes | cues | replies.
        context: of look-alikes, the innocent setting.
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
    """A message of a benign dialogue; `slot` names the tactics whose line could stand in its place."""

    speaker: str
    text: str = field(repr=False)
    slot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A complete benign dialogue.

    Attributes:
        kind: "hard" when it uses the words of warning signs, else "plain".
    """

    identifier: str
    language: str
    context: str
    setting: str
    kind: str
    messages: tuple[DialogueMessage, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two or three messages around one tactic, in which nothing succeeds; roles are "source" and "other"."""

    language: str
    tactic: str
    setting: str
    messages: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that was read, in file order."""

    lines: tuple[Line, ...]
    dialogues: tuple[Dialogue, ...]
    exchanges: tuple[Exchange, ...] = ()

    def of_kind(self, kind: str) -> list[Line]:
        """Lines of one kind."""
        return [line for line in self.lines if line.kind == kind]

    def in_languages(self, languages: Collection[str]) -> Corpus:
        """What is written in one of these."""
        return Corpus(
            tuple(line for line in self.lines if line.language in languages),
            tuple(dialogue for dialogue in self.dialogues if dialogue.language in languages),
            tuple(exchange for exchange in self.exchanges if exchange.language in languages),
        )


def load_corpus(languages: list[str], folder: Path = FOLDER) -> Corpus:
    """Read the corpus files of the languages.

    Raises:
        ValueError: a row is malformed; file and line number are in the message.
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
    """Languages that have files, English first."""
    return sorted((path.stem for path in (folder / "tactics").glob("*.jsonl")), key=lambda name: (name != "en", name))


def _read(path: Path, read: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    with path.open(encoding="utf-8") as stream:
        for number, text in enumerate(stream, start=1):
            try:
                yield read(json.loads(text))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
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
    """The explicit token's spelling becomes the character that the library's mask writes."""
    return text.replace(EXPLICIT_SPELLING, EXPLICIT_CHARACTER)


def has_tactic_slots(dialogue: Dialogue) -> bool:
    """Whether a counterfactual pair can be made of it: two slots or more that can hold two different tactics."""
    slots = [message.slot for message in dialogue.messages if message.slot]
    return len(slots) >= 2 and len({tactic for slot in slots for tactic in slot}) >= 2


if __name__ == "__main__":
    # The command stands in a module of its own: run as __main__, this file's classes would exist twice.
    from training.corpus.check import main

    raise SystemExit(main())
