"""What the language model learns from: lines and sampled words, by language; everything stays in memory."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from training.corpus.other_languages import declaration_words, everyday_lines
from training.corpus.word_lists import listed_words
from training.data import Data
from training.sources.proxies import benign_lines

WORDS = 8_000  # of each word list
# Pseudo-lines of words of a list and of the declaration, and most written lines, by texts drawn of a served language in
# a pass.
LISTED, DECLARED, MOST = 0.4, 0.05, 5
LEAST_LATIN = 0.1  # share of the texts drawn in a pass that a way of writing needs to be drawn on its own
SHUFFLED = 40  # pseudo-lines of the words of a language's written lines
MOST_WORDS = 10  # of a pseudo-line
FLATTENED = 0.8  # power of word frequencies, so that a pseudo-line is not made of the commonest words alone
REPEATED = 6  # times that the written lines of a language count, as there are only about twelve
_ALSO_IN_LATIN = ("hi", "ur", "ar", "ru")  # in chats and in the corpus
# Dialects of the line sources that count as a corpus language.
DIALECTS = {"arz": "ar", "arq": "ar"}
# What people write in every language: it must say nothing.
NEUTRAL = (
    *("ok", "OK", "okay", "haha", "hahaha", "hehe", "lol", "xd", "jaja", "kkk", "hm", "hmm", "ah", "oh", "wow", "gg"),
    *("😂", "😂😂", "👍", "❤️", "🙏", "😊😊", ":)", ":D", "?", "??", "!", "...", "10", "123", "2024", "18:30", "@"),
    *("wifi", "tiktok", "youtube", "instagram", "whatsapp", "discord", "minecraft", "roblox", "fortnite", "netflix"),
    *("https", "www.com", "link", "email", "online", "internet", "video", "selfie", "pizza", "tv", "pc", "bye", "hi"),
    *("Anna", "Maria", "Sara", "David", "Adam", "Ali", "Mohamed", "Messi", "Ronaldo"),
)


@dataclass(frozen=True, slots=True)
class LanguageTexts:
    """Texts by name of a language; its `repr` would show them, so nothing prints it.

    Attributes:
        served: Of languages that are scored; "-Latn" after the code for another script's language in Latin letters.
        others: Of all others.
    """

    served: dict[str, list[str]]
    others: dict[str, list[str]]


def language_texts(data: Data, seed: int) -> LanguageTexts:
    """Gather the texts of the training split.

    Args:
        data: Data of the run.
        seed: Seed of the pseudo-lines.

    Returns:
        The texts.
    """
    random, drawn = np.random.default_rng(seed), data.config.language.texts
    found: dict[str, list[str]] = {}
    for language, text in _written(data):
        name = f"{language}-Latn" if language in _ALSO_IN_LATIN and _mostly_latin(text) else language
        found.setdefault(name, []).append(text)
    for name in [name for name, texts in found.items() if "-" in name and len(texts) < LEAST_LATIN * drawn]:
        found.setdefault(name.split("-")[0], []).extend(found.pop(name))
    for name, texts in found.items():
        if len(texts) > MOST * drawn:
            chosen = random.choice(len(texts), MOST * drawn, replace=False)
            found[name] = [texts[index] for index in chosen]
    for language, words in listed_words(WORDS).items():
        found.setdefault(language, []).extend(pseudo_lines(words, round(LISTED * drawn), random))
    for language, words in declaration_words():
        found.setdefault(language, []).extend(pseudo_lines(words, round(DECLARED * drawn), random))
    for language, lines in everyday_lines("train").items():
        words = {word: 1.0 for line in lines for word in line.split()}
        found.setdefault(language, []).extend(pseudo_lines(words, SHUFFLED, random))
        found[language] += [*(lines * REPEATED), *map(str.lower, lines), *map(_without_marks, lines)]
    served = {name for name in found if name.split("-")[0] in data.languages}
    return LanguageTexts(
        {name: found[name] for name in sorted(served)}, {name: found[name] for name in sorted(set(found) - served)}
    )


def pseudo_lines(words: Mapping[str, float], count: int, random: np.random.Generator) -> list[str]:
    """Return lines of words drawn by their flattened frequencies.

    Args:
        words: Word → frequency.
        count: Number of lines.
        random: Source of randomness.

    Returns:
        The lines, a third of them with a capital letter.
    """
    names = list(words)
    weights = np.array(list(words.values())) ** FLATTENED
    lengths = random.integers(2, MOST_WORDS + 1, count)
    drawn = random.choice(len(names), int(lengths.sum()), p=weights / weights.sum())
    lines = [" ".join(names[index] for index in part) for part in np.split(drawn, np.cumsum(lengths)[:-1])]
    return [line.capitalize() if one < 1 / 3 else line for line, one in zip(lines, random.random(count), strict=True)]


def _written(data: Data) -> Iterable[tuple[str, str]]:
    """Yield language and text of what was written in the training split, corpus, conversations and single lines."""
    corpus = data.corpus["train"]
    yield from ((line.language, line.text) for line in corpus.lines)
    yield from ((talk.language, message.text) for talk in corpus.dialogues for message in talk.messages)
    yield from ((talk.language, text) for talk in corpus.exchanges for _, text in talk.messages)
    yield from ((talk.language, text) for talk in data.of_split("train") for _, text, _ in talk.messages)
    for language, text in benign_lines(data.proxies_folder, "train", None):
        yield DIALECTS.get(language, language), text


def _without_marks(text: str) -> str:
    """Return a text as people type it who leave the marks of Latin letters out."""
    plain = (c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(plain))


def _mostly_latin(text: str) -> bool:
    letters = [character for character in text.casefold() if character.isalpha()]
    return 2 * sum("a" <= letter <= "z" for letter in letters) > len(letters)
