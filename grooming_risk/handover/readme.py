"""README.txt of a package: what it is and how to check it, in every language that there is a translation for."""

from __future__ import annotations

import textwrap

from grooming_risk.handover.bag import MANIFEST
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language, language, languages

COMMAND = f"sha256sum -c {MANIFEST}"
_WIDTH = 100
_TOGETHER = "\x00"  # a space at which no line breaks, until the lines are filled
_FILES = """\
data/summary.html            the report as a page; it needs no network and runs no script
data/summary.txt             the same as text
data/messages.csv            the messages as a table; characters that cannot be seen are named, as in [U+202E]
data/case.json               the same facts for programs, texts word for word
data/cybertip-draft.xml      where given: a draft for the US CyberTipline, not sent
data/cybertip-file-details.xml  where given: its part about messages.csv
data/case-uco.jsonld         where asked for: the case as CASE/UCO, for forensic laboratories
bag-info.txt, bagit.txt, manifest-sha256.txt, tagmanifest-sha256.txt  BagIt (RFC 8493): every file with its SHA-256
On macOS: shasum -a 256 -c manifest-sha256.txt. With the program: grooming-risk handover verify FOLDER
"""


def readme() -> str:
    """Return the text; it is the same in every package."""
    return f"{_FILES}\n" + "\n".join(_part(language(code)) for code in languages())


def _part(chosen: Language) -> str:
    pages = {"page": "data/summary.html", "table": "data/messages.csv"}
    paragraphs = (
        chosen.text(wording.README_WHAT),
        chosen.text(wording.EMERGENCY),
        chosen.text(wording.README_OPEN, **pages),
        chosen.text(wording.README_CHECK, command=COMMAND.replace(" ", _TOGETHER)),
        chosen.text(wording.PRIVATE),
    )
    wrapped = (textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False) for text in paragraphs)
    return "\n".join([f"== {chosen.name} ({chosen.code}) ==", *wrapped, ""]).replace(_TOGETHER, " ")
