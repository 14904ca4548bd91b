"""Converters of single lines: shuffled by their digests and bundled ten at a time, in rows like those of others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from training.fetching.rows import Files, Row

TOGETHER = 10  # lines of a row
LONGEST = 200  # characters of a line
MOST_TATOEBA, MOST_XED = 1_000, 2_500  # lines of a language
TATOEBA = {  # code of the files → language code
    "afr": "af", "ara": "ar", "aze": "az", "ben": "bn", "ceb": "ceb", "ces": "cs", "dan": "da", "deu": "de",
    "ell": "el", "fin": "fi", "fra": "fr", "glg": "gl", "heb": "he", "hin": "hi", "ind": "id", "ita": "it",
    "jpn": "ja", "kor": "ko",
    "nld": "nl", "nob": "nb", "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru", "spa": "es", "swe": "sv", "swh": "sw",
    "tgl": "tl", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
}  # fmt: skip
XED = {
    "ar": "ar", "br": "pt-BR", "cs": "cs", "da": "da", "de": "de", "el": "el", "es": "es", "fa": "fa", "fi": "fi",
    "fr": "fr", "he": "he", "hr": "hr", "hu": "hu", "id": "id", "it": "it", "nl": "nl", "no": "nb", "pl": "pl",
    "pt": "pt", "ro": "ro", "ru": "ru", "sv": "sv", "th": "th", "tr": "tr", "vi": "vi",
}  # fmt: skip


def tatoeba(files: Files) -> Iterator[Row]:
    """Yield sentences of Tatoeba, bundled."""
    for path in sorted(files):
        code = PurePosixPath(path).suffix.removeprefix(".")
        yield from _bundled(TATOEBA[code], files[path].decode("utf-8", "replace").splitlines(), MOST_TATOEBA)


def xed(files: Files) -> Iterator[Row]:
    """Yield subtitle lines of XED, bundled; the second column, the emotions, is not read."""
    for path in sorted(files):
        language = XED[PurePosixPath(path).name.removesuffix("-projections.tsv")]
        texts = (line.split("\t")[0] for line in files[path].decode("utf-8", "replace").splitlines())
        yield from _bundled(language, texts, MOST_XED)


def _bundled(language: str, texts: Iterable[str], most: int) -> Iterator[Row]:
    kept = {text.strip() for text in texts if 2 <= len(text.strip()) <= LONGEST}
    chosen = sorted(kept, key=lambda text: hashlib.sha256(text.encode("utf-8", "replace")).digest())[:most]
    for start in range(0, len(chosen), TOGETHER):
        said = tuple(("A", text, None) for text in chosen[start : start + TOGETHER])
        yield Row(f"{language}-{start // TOGETHER}", language, said)
