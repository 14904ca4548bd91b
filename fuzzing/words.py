"""Words that an input is likely to need: the short strings in the code that reads it."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from fuzzing.oracle import CANARY

_LONGEST = 60  # bytes; libFuzzer allows 64
_EVERYWHERE = (
    CANARY,
    "messages",
    "text",
    "2026-03-01T19:02:00Z",
    "\u200e",
    "\u202f",
    "\ufeff",
    "1e999",
    "\\ud800",
    "NaN",
)


def words_of(modules: tuple[str, ...]) -> list[str]:
    """Return the short strings in the code of these modules, and some that any input may need; sorted."""
    found = {word for module in modules for word in _strings(module)}
    return sorted(word for word in {*found, *_EVERYWHERE} if 0 < len(word.encode("utf-8", "replace")) <= _LONGEST)


def dictionary(modules: tuple[str, ...]) -> str:
    """Return the words in the form that libFuzzer's `-dict` reads."""
    encoded = (word.encode("utf-8", "replace") for word in words_of(modules))
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in encoded)


def _strings(module: str) -> Iterator[str]:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise ValueError(f"{module} is not a module; name the one that the target reads with")
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")
