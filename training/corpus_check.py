"""The corpus validator: schema, labels, duplicates, coverage, explicit vocabulary, personal data."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from grooming_risk.masking import EXPLICIT_CHARACTER, mask_explicit
from grooming_risk.normalization import normalize
from grooming_risk.tactics import Cue, Tactic
from training.corpus import REGISTERS, SETTINGS, Corpus, Dialogue, Line
from training.explicit_terms import explicit_vocabulary
from training.near_duplicates import near_duplicate_pairs

LABELS = {
    "tactics": {tactic.value for tactic in Tactic},
    "lookalikes": {tactic.value for tactic in Tactic},
    "cues": {cue.value for cue in Cue},
    "replies": {""},
}
# Fewest lines of each label, and dialogues, of English and of any other language; raised when the corpus grows.
MINIMUM = {
    "en": {"tactics": 60, "lookalikes": 250, "cues": 60, "replies": 250, "dialogues": 400},
    "other": {"tactics": 50, "lookalikes": 50, "cues": 30, "replies": 80, "dialogues": 60},
}
MINIMUM_HARD_SHARE = 0.5
LONGEST_EXCHANGE = 3  # messages; more would be a dialogue
LONGEST_LINE = 160  # characters; a leaflet's example is one short sentence
DIALOGUE_MESSAGES = range(6, 61)
# Same text but for a letter or two: a copy, not a variation.
COPY = 0.9
_SHORTEST_COMPARED = 12  # characters; below it two replies such as "ok cool" and "ok, cool" are only common talk
_PERSONAL = {
    "long number": re.compile(r"\d[\d .()-]{5,}\d"),
    "e-mail or handle": re.compile(r"\S?@\w"),
    "link": re.compile(r"https?:|www\.|\w\.(?:com|org|net|io|gg)\b", re.I),
    "street address": re.compile(r"\b\d{1,4} \w+ (?:street|st|road|rd|avenue|ave|lane|drive)\b", re.I),
}


def check(corpus: Corpus) -> list[str]:
    """Everything that breaks a rule, each with language, kind and position, never with the text."""
    return [
        *_check_lines(corpus),
        *(problem for dialogue in corpus.dialogues for problem in _check_dialogue(dialogue)),
        *_check_exchanges(corpus),
        *_check_texts(corpus),
        *_check_duplicates(corpus),
        *_check_coverage(corpus),
    ]


def coverage(corpus: Corpus) -> dict[tuple[str, str, str], int]:
    """(language, kind, label) → number of lines."""
    return dict(Counter((line.language, line.kind, line.label) for line in corpus.lines))


def coverage_table(corpus: Corpus) -> str:
    """Lines by kind, label and language, and dialogues by language."""
    counts, languages = coverage(corpus), sorted({line.language for line in corpus.lines})
    rows = [["kind", "label", *languages]]
    for kind, labels in LABELS.items():
        for label in sorted(labels):
            rows.append([kind, label or "-", *(str(counts.get((language, kind, label), 0)) for language in languages)])
    for kind, wanted in (("dialogues", ("hard", "plain")), ("slotted dialogues", ("hard", "plain"))):
        for name in wanted:
            rows.append([kind, name, *(str(_dialogues(corpus, language, kind, name)) for language in languages)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _dialogues(corpus: Corpus, language: str, kind: str, name: str) -> int:
    chosen = [item for item in corpus.dialogues if item.language == language and item.kind == name]
    return sum(1 for item in chosen if kind == "dialogues" or any(message.slot for message in item.messages))


def _check_lines(corpus: Corpus) -> Iterator[str]:
    for number, line in enumerate(corpus.lines):
        where = _where(line, number)
        if line.label not in LABELS[line.kind]:
            yield f"{where}: unknown label {line.label}"
        if line.setting not in SETTINGS or line.register not in REGISTERS:
            yield f"{where}: unknown setting or register"
        if not line.text.strip() or len(line.text) > LONGEST_LINE:
            yield f"{where}: empty or longer than {LONGEST_LINE} characters"
        if line.label == Tactic.EXPLICIT_LANGUAGE and EXPLICIT_CHARACTER not in line.text:
            yield f"{where}: explicit_language without the token"
        if line.kind == "lookalikes" and not line.context:
            yield f"{where}: a look-alike needs its context"


def _check_dialogue(dialogue: Dialogue) -> Iterator[str]:
    where = f"dialogue {dialogue.identifier}"
    if dialogue.setting not in SETTINGS or dialogue.kind not in ("hard", "plain"):
        yield f"{where}: unknown setting or kind"
    if len(dialogue.messages) not in DIALOGUE_MESSAGES:
        yield f"{where}: {len(dialogue.messages)} messages"
    if len({message.speaker for message in dialogue.messages}) < 2:
        yield f"{where}: one speaker only"
    slotted = [message for message in dialogue.messages if message.slot]
    if len({message.speaker for message in slotted}) > 1:
        yield f"{where}: slots of more than one speaker"
    if unknown := {tactic for message in slotted for tactic in message.slot} - LABELS["tactics"]:
        yield f"{where}: unknown tactics {sorted(unknown)}"


def _check_exchanges(corpus: Corpus) -> Iterator[str]:
    for number, exchange in enumerate(corpus.exchanges):
        where = f"{exchange.language} exchange {number}"
        if exchange.tactic not in LABELS["tactics"] or exchange.setting not in SETTINGS:
            yield f"{where}: unknown tactic or setting"
        if not 2 <= len(exchange.messages) <= LONGEST_EXCHANGE:
            yield f"{where}: {len(exchange.messages)} messages"
        if {role for role, _ in exchange.messages} != {"source", "other"}:
            yield f"{where}: roles are source and other, both of them"


def _texts(corpus: Corpus) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(corpus.lines):
        yield _where(line, number), line.text
    for dialogue in corpus.dialogues:
        for number, message in enumerate(dialogue.messages):
            yield f"dialogue {dialogue.identifier} message {number}", message.text
    for number, exchange in enumerate(corpus.exchanges):
        yield from ((f"{exchange.language} exchange {number}", text) for _, text in exchange.messages)


def _check_texts(corpus: Corpus) -> Iterator[str]:
    vocabulary = explicit_vocabulary()
    for where, text in _texts(corpus):
        plain = text.replace(EXPLICIT_CHARACTER, "")
        if EXPLICIT_CHARACTER in mask_explicit(normalize(plain), vocabulary).text:
            yield f"{where}: a word of the explicit vocabulary"
        if any(
            unicodedata.category(character) in ("Cf", "Cs", "Cn")
            for character in plain
            if character not in "\u200d\u200c"
        ):
            yield f"{where}: invisible character"
        for name, pattern in _PERSONAL.items():
            if pattern.search(plain):
                yield f"{where}: looks like personal data ({name})"


def _check_duplicates(corpus: Corpus) -> Iterator[str]:
    texts = [line.text.casefold().strip() for line in corpus.lines]
    seen: dict[tuple[str, str], int] = {}
    for number, (line, text) in enumerate(zip(corpus.lines, texts, strict=True)):
        if (first := seen.setdefault((line.language, text), number)) != number:
            yield f"{_where(line, number)}: the same text as {_where(corpus.lines[first], first)}"
    for first, second, similarity in near_duplicate_pairs(texts, COPY):
        if min(len(texts[first]), len(texts[second])) >= _SHORTEST_COMPARED and texts[first] != texts[second]:
            yield (
                f"{_where(corpus.lines[second], second)}: nearly the text of {_where(corpus.lines[first], first)} "
                f"({similarity:.2f})"
            )
    identifiers = Counter(dialogue.identifier for dialogue in corpus.dialogues)
    yield from (f"dialogue id {name} stands {count} times" for name, count in identifiers.items() if count > 1)


def _check_coverage(corpus: Corpus) -> Iterator[str]:
    counts = coverage(corpus)
    for language in sorted({line.language for line in corpus.lines}):
        minimum = MINIMUM.get(language, MINIMUM["other"])
        for kind, labels in LABELS.items():
            for label in sorted(labels):
                if (count := counts.get((language, kind, label), 0)) < minimum[kind]:
                    yield f"{language} {kind} {label}: {count} lines, {minimum[kind]} wanted"
        dialogues = [dialogue for dialogue in corpus.dialogues if dialogue.language == language]
        hard = sum(dialogue.kind == "hard" for dialogue in dialogues)
        if len(dialogues) < minimum["dialogues"] or hard < MINIMUM_HARD_SHARE * len(dialogues):
            yield f"{language}: {len(dialogues)} dialogues, {hard} hard; {minimum['dialogues']} wanted, half hard"


def _where(line: Line, number: int) -> str:
    return f"{line.language} {line.kind} {line.label or '-'} (line {number} of the corpus)"
