"""The public conversations that a model is trained, calibrated and evaluated on: names, licences, uses.

`training.sources.proxies` decides the splits. NOTICE repeats names and licences; the model card and the bill of
materials are rendered from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.sources.proxies import LINE_SOURCES


@dataclass(frozen=True, slots=True)
class DataSource:
    """One source.

    Attributes:
        folder: Its name among the proxies and in the results.
        name: Its name in NOTICE.
        licence: SPDX identifier where there is one.
        uses: Any of train, calibration, test and unseen; `lines` where only shuffled single lines are read.
        languages: Corpus languages that are read from it; empty for any.
    """

    folder: str
    name: str
    licence: str
    uses: tuple[str, ...]
    languages: tuple[str, ...]


_ALL = ("train", "calibration", "test")
DATA_SOURCES = (
    DataSource("byu_chitchat", "chitchat-dataset (BYU)", "MIT", ("train", "calibration"), ("en",)),
    DataSource("irc_disentanglement", "irc-disentanglement", "CC-BY-4.0", (*_ALL, "unseen"), ("en",)),
    DataSource("xpersona", "XPersona", "MIT", _ALL, ("en", "fr", "id", "it")),
    DataSource("topical_chat", "Topical-Chat", "CDLA-Sharing-1.0", _ALL, ("en",)),
    DataSource("casino", "CaSiNo", "CC-BY-4.0", ("train", "calibration"), ("en",)),
    DataSource("cima_tutoring", "CIMA tutoring", "CC-BY-2.5", ("train",), ("en",)),
    DataSource("mathdial", "MathDial", "CC-BY-SA-4.0", ("train",), ("en",)),
    DataSource(
        "chatterbot_corpus", "chatterbot-corpus", "BSD-3-Clause", ("train",),
        ("de", "en", "es", "fr", "hi", "id", "it", "mix", "nl", "pt", "ru", "tr", "ur"),
    ),
    DataSource("bcontrast_de_en", "BConTrasT", "CC-BY-SA-4.0", _ALL, ("de",)),
    DataSource("koziev_jokes_ru", "Koziev NLP_Datasets", "CC0-1.0", ("train",), ("ru",)),
    DataSource("code_mixed_dialog", "Code-Mixed-Dialog", "Apache-2.0", ("train",), ("mix",)),
    DataSource("persuasion_for_good", "PersuasionForGood", "Apache-2.0", ("unseen",), ("en",)),
    DataSource("tatoeba_lines", "Tatoeba", "CC-BY-2.0-FR", ("lines",), ()),
    DataSource("xed_subtitle_lines", "XED", "CC-BY-4.0", ("lines",), ()),
)  # fmt: skip
_WITHOUT_PROXIES = "byu_chitchat"  # the source that a run without a folder of proxies reads


def sources_of(results: Mapping[str, Any]) -> list[DataSource]:
    """Return the sources behind a results file: those with a language of its configuration, and the lines.

    A run without a folder of proxies has no public test conversations and reads the one source that is on PyPI.
    """
    with_folder = any(name.startswith(("test: ", "unseen: ")) for name in results["false_flags"])
    wanted = set(results["config"]["languages"])
    return [
        source
        for source in DATA_SOURCES
        if (source.folder == _WITHOUT_PROXIES or with_folder)
        and (source.folder in LINE_SOURCES or wanted & set(source.languages))
    ]


def languages_with(results: Mapping[str, Any], uses: tuple[str, ...]) -> list[str]:
    """Return the configured languages with real conversations of any of these uses, in the configured order."""
    found = {code for source in sources_of(results) if set(uses) & set(source.uses) for code in source.languages}
    return [code for code in results["config"]["languages"] if code in found]
