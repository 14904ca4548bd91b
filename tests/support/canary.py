"""Canary words, which appear in messages and must appear nowhere else, and a search for them in many encodings."""

import base64
import hashlib
import json
from urllib.parse import quote

from grooming_risk.commands.demo import SAMPLES
from grooming_risk.text.normalization import normalize

TEXT = "xylophonecanary"
EMOJI = "🦤zeldzamekanarie🦤"
RIGHT_TO_LEFT = "כנריקסילופון"
OBFUSCATED = "zаnykаnаriе"  # four letters of it are Cyrillic; normalising replaces them
SPEAKER = "Zyxwelia Canarybird"
HALF = "halvekanarie\ud83d"  # followed by half of a surrogate pair
WORDS = (TEXT, EMOJI, RIGHT_TO_LEFT, OBFUSCATED, SPEAKER, HALF)
CHAT = [
    (SPEAKER, f"how old are you {TEXT}, don't tell your parents"),
    ("b", f"{EMOJI} 12 why {RIGHT_TO_LEFT}"),
    (SPEAKER, f"send me a pic {OBFUSCATED} and keep it secret {HALF}"),
    ("b", TEXT),
] * 3
_SAMPLE = json.loads((SAMPLES / "5_offer_from_abroad.json").read_text("utf-8"))
_FIRST = _SAMPLE[0]["speaker"]
# A bundled sample that is flagged, its speakers renamed, and all the words after it.
FLAGGED = [(SPEAKER if row["speaker"] == _FIRST else TEXT, row["text"]) for row in _SAMPLE]
FLAGGED += [(TEXT, word) for word in WORDS]


def _spellings(word):
    texts = {
        word,
        word.removesuffix("\ud83d"),
        word.upper(),
        word.lower(),
        word[::-1],
        normalize(word).text,
        ascii(word)[1:-1],
    }
    texts |= {json.dumps(word)[1:-1]} | ({quote(word)} if word.isprintable() else set())
    for text in texts:
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            yield text.encode(coding, "surrogatepass")
    data = word.encode("utf-8", "surrogatepass")
    yield from (data.hex().encode(), data.hex().upper().encode())
    for ahead in range(3):  # base64 of a longer text: the word may begin at any of three places
        inside = base64.b64encode(b"\0" * ahead + data)[-(-ahead * 8 // 6) :]
        yield inside[: len(data) * 8 // 6 - 1]
    for hashing in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b):  # without a salt, anybody can compare
        yield from (hashing(data).hexdigest().encode(), hashing(data).digest())


SPELLINGS = {spelling: word for word in WORDS for spelling in _spellings(word)}


def leaks(*shown):
    """Return the canary words that these texts or bytes contain, in any encoding."""
    data = [item if isinstance(item, bytes) else str(item).encode("utf-8", "surrogatepass") for item in shown]
    return {ascii(word) for spelling, word in SPELLINGS.items() for item in data if spelling in item}


def chain(error):
    """Return an error and all errors chained to it, whether or not a traceback would show them."""
    found, waiting = [], [error]
    while waiting:
        item = waiting.pop()
        if item is not None and not any(item is other for other in found):
            found.append(item)
            waiting += [item.__cause__, item.__context__, *getattr(item, "exceptions", ())]
    return found


def told_by(error):
    """Yield everything that the errors of a chain say and hold."""
    for item in chain(error):
        yield from (str(item), repr(item), repr(item.args), repr(vars(item)), repr(getattr(item, "__notes__", "")))
        # Attributes in C: what was decoded, the key that was missing, the whole document.
        names = ("object", "doc", "msg", "filename", "name", "obj", "value")
        held = [getattr(item, name, "") for name in names]
        yield from (value if isinstance(value, bytes) else repr(value) for value in held)
