"""Configurations for tests that do not need every language: splitting all of them takes a minute."""

import re
from pathlib import Path

from training.paths import CONFIG


def english_only(folder: Path) -> Path:
    """Write the configuration of the shipped model with English only, and return its path."""
    path = folder / "english.toml"
    text, count = re.subn(r"(?m)^languages = .*$", 'languages = ["en"]', CONFIG.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    return path
