"""Check the corpus: schema, labels, scripts, duplicates, coverage, explicit vocabulary, personal data, splits.

    python -m training check

Prints the coverage by kind, label and language, then every broken rule with its place, never with its text.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import EXPLICIT_CHARACTER, mask_explicit
from grooming_risk.text.normalization import normalize
from training.corpus.coverage import LABELS, coverage, coverage_table
from training.corpus.explicit_terms import explicit_vocabulary
from training.corpus.lines import (
    EXPLICIT_WORD,
    REGISTERS,
    SETTINGS,
    WAITING,
    Corpus,
    Dialogue,
    Line,
    languages_of,
    load_corpus,
)
from training.corpus.near_duplicates import near_duplicate_pairs
from training.corpus.split_check import check_splits

HELP = "check the corpus: coverage, and every broken rule"
SEED = 20261122  # of the shipped model's configuration

# Smallest number of lines of each label, and of dialogues, for English, for any other language that is served, and for
# those that wait for their training; raised when the corpus grows. English warning-sign lines stop where plain leaflet
# wordings end; breadth comes from look-alikes and dialogues.
MINIMUM = {
    "en": {
        "tactics": 60, "lookalikes": 250, "cues": 150, "replies": 400,
        "exchanges": 60, "dialogues": 500, "slotted": 200, "situations": 40,
    },
    "other": {
        "tactics": 50, "lookalikes": 50, "cues": 30, "replies": 80,
        "exchanges": 10, "dialogues": 60, "slotted": 25, "situations": 15,
    },
    "waiting": {
        "tactics": 50, "lookalikes": 80, "cues": 30, "replies": 80,
        "exchanges": 10, "dialogues": 200, "slotted": 80, "situations": 40,
    },
}  # fmt: skip
MINIMUM_HARD_SHARE = 0.5
MIXED = "mix"  # code of code-switched conversations
LONGEST_EXCHANGE = 3  # messages; more would be a dialogue
LONGEST_LINE = 160  # characters; a leaflet's example is one short sentence
DIALOGUE_MESSAGES = range(6, 61)
COPY = 0.9  # similarity from which two texts differ in a letter or two only
_SHORTEST_COMPARED = 12  # characters; below it two replies such as "ok cool" and "ok, cool" are alike by chance
# Scripts of a language's chats besides Latin, which phones write every language in. Mixes may hold any script.
SCRIPTS = {
    "ru": {"CYRILLIC"}, "uk": {"CYRILLIC"}, "ar": {"ARABIC"}, "ur": {"ARABIC"}, "fa": {"ARABIC"},
    "hi": {"DEVANAGARI"}, "bn": {"BENGALI"}, "th": {"THAI"},
    "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"}, "ko": {"HANGUL"},
}  # fmt: skip
_PERSONAL = {
    "long number": re.compile(r"\d[\d .()-]{5,}\d"),
    "e-mail or handle": re.compile(r"\S?@\w"),
    "link": re.compile(r"https?:|www\.|\w\.(?:com|org|net|io|gg)\b", re.I),
    "street address": re.compile(r"\b\d{1,4} \w+ (?:street|st|road|rd|avenue|ave|lane|drive)\b", re.I),
}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options of the verb.

    Attributes:
        seed: Seed of the splits.
    """

    seed: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the splits (default: base.toml's)")


def run(arguments: argparse.Namespace) -> int:
    """Check the corpus of every language that has files, served or waiting; exit status 1 for a broken rule."""
    options = CheckOptions(arguments.seed)
    whole = load_corpus(languages_of())
    print(coverage_table(whole))
    # Language by language, as the same greeting in two languages is not a copy. The splits are those of all languages.
    problems = [problem for language in languages_of() for problem in check(load_corpus([language]))]
    problems += check_splits(whole, options.seed)
    for language in languages_of(WAITING):
        problems += check(load_corpus([language], WAITING), "waiting")
    for problem in problems:
        print(problem)
    counts = f"{len(whole.lines):,} lines, {len(whole.exchanges):,} exchanges, {len(whole.dialogues):,} dialogues"
    print(f"{counts}, {len(problems)} problem(s)")
    return int(bool(problems))


def check(corpus: Corpus, minimum: str = "other") -> list[str]:
    """Return every broken rule with language, kind and position, never with the text.

    Args:
        corpus: The corpus of one language.
        minimum: Which of `MINIMUM` its coverage must reach, unless its language has an entry of its own.

    Returns:
        The broken rules.
    """
    return [
        *_check_lines(corpus),
        *(problem for dialogue in corpus.dialogues for problem in _check_dialogue(dialogue)),
        *_check_exchanges(corpus),
        *_check_texts(corpus),
        *_check_duplicates(corpus),
        *_check_coverage(corpus, minimum),
    ]


def _check_lines(corpus: Corpus) -> Iterator[str]:
    for number, line in enumerate(corpus.lines):
        where = _where(line, number)
        if line.label not in LABELS[line.kind]:
            yield f"{where}: unknown label {line.label}"
        if line.setting not in SETTINGS or line.register not in REGISTERS:
            yield f"{where}: unknown setting or register"
        if not line.text.strip() or len(line.text) > LONGEST_LINE:
            yield f"{where}: empty or longer than {LONGEST_LINE} characters"
        if line.label == Tactic.EXPLICIT_LANGUAGE and EXPLICIT_WORD not in line.text:
            yield f"{where}: explicit_language without the token [EXPLICIT]"
        if line.kind == "lookalikes" and not line.context:
            yield f"{where}: a look-alike without a context"


def _check_dialogue(dialogue: Dialogue) -> Iterator[str]:
    where = f"dialogue {dialogue.identifier}"
    if dialogue.setting not in SETTINGS or dialogue.kind not in ("hard", "plain"):
        yield f"{where}: unknown setting or kind"
    if len(dialogue.messages) not in DIALOGUE_MESSAGES:
        yield f"{where}: {len(dialogue.messages)} messages; a dialogue has 6 to 60"
    if len({message.speaker for message in dialogue.messages}) < 2:
        yield f"{where}: only one speaker"
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
            yield f"{where}: {len(exchange.messages)} messages; an exchange has two or three"
        if {role for role, _ in exchange.messages} != {"source", "other"}:
            yield f"{where}: the roles must be source and other, and both must occur"


def _texts(corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(corpus.lines):
        yield line.language, _where(line, number), line.text
    for dialogue in corpus.dialogues:
        for number, message in enumerate(dialogue.messages):
            yield dialogue.language, f"dialogue {dialogue.identifier} message {number}", message.text
    for number, exchange in enumerate(corpus.exchanges):
        for _, text in exchange.messages:
            yield exchange.language, f"{exchange.language} exchange {number}", text


def _scripts(text: str) -> set[str]:
    """Return the first words of the Unicode names of a text's letters, such as LATIN and CYRILLIC."""
    letters = {character for character in text if unicodedata.category(character) in ("Lu", "Ll", "Lo")}
    names = {unicodedata.name(character, "UNNAMED").split()[0] for character in letters}
    return names - {"FEMININE", "MASCULINE", "MODIFIER"}


def _check_texts(corpus: Corpus) -> Iterator[str]:
    vocabulary = explicit_vocabulary()
    for language, where, text in _texts(corpus):
        plain = text.replace(EXPLICIT_WORD, "")
        if EXPLICIT_CHARACTER in mask_explicit(normalize(plain), vocabulary).text:
            yield f"{where}: a term of the explicit vocabulary"
        if any(
            unicodedata.category(character) in ("Cf", "Cs", "Cn")
            for character in plain
            if character not in "\u200d\u200c"
        ):
            yield f"{where}: invisible character"
        foreign = _scripts(plain) - SCRIPTS.get(language, set()) - {"LATIN"}
        if foreign and language != MIXED:
            yield f"{where}: letters of {', '.join(sorted(foreign))}"
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
        shorter = min((texts[first], texts[second]), key=len).replace(EXPLICIT_WORD, EXPLICIT_CHARACTER)
        if len(shorter) >= _SHORTEST_COMPARED and texts[first] != texts[second]:
            yield (
                f"{_where(corpus.lines[second], second)}: nearly the text of {_where(corpus.lines[first], first)} "
                f"({similarity:.2f})"
            )
    identifiers = Counter(dialogue.identifier for dialogue in corpus.dialogues)
    yield from (f"dialogue id {name} is used {count} times" for name, count in identifiers.items() if count > 1)


def _check_coverage(corpus: Corpus, least: str) -> Iterator[str]:
    for language in sorted({line.language for line in corpus.lines}):
        minimum = MINIMUM.get(language, MINIMUM[least])
        counts = coverage(corpus, language)
        for kind, labels in LABELS.items():
            for label in sorted(labels):
                if (count := counts[(kind, label)]) < minimum[kind]:
                    yield f"{language} {kind} {label}: {count}, at least {minimum[kind]} required"
        for name in ("dialogues", "slotted", "situations"):
            if (count := counts[("dialogues", name)]) < minimum[name]:
                yield f"{language} {name}: {count}, at least {minimum[name]} required"
        if counts[("dialogues", "hard")] < MINIMUM_HARD_SHARE * counts[("dialogues", "dialogues")]:
            yield f"{language}: {counts[('dialogues', 'hard')]} hard dialogues, at least half of all required"


def _where(line: Line, number: int) -> str:
    return f"{line.language} {line.kind} {line.label or '-'} (line {number} of the corpus)"
