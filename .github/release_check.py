"""Check that a tag, the library, the changelog and the citation name one version; print the notes of the release.

`python .github/release_check.py v0.1.0 [--notes]`. Needs nothing but Python, because it runs before anything is built.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def problems(tag: str, root: Path = ROOT) -> list[str]:
    """Return what keeps this tag from being released; empty when nothing does."""
    version = tag.removeprefix("v")
    found = [] if tag == f"v{version}" and version else [f"the tag {tag!r} does not have the form vX.Y.Z"]
    if (library := library_version(root)) != version:
        found.append(f"grooming_risk/version.py says {library}, the tag says {version}")
    if not re.search(rf"^version: [\"']?{re.escape(version)}[\"']?$", _text(root / "CITATION.cff"), re.MULTILINE):
        found.append(f"CITATION.cff does not name version {version}")
    if not section(version, root):
        found.append(f"CHANGELOG.md has no section '## {version} (YYYY-MM-DD)' with content")
    if (model := _manifest(root)["model_version"]) not in _text(root / "model_cards" / "CHANGELOG.md"):
        found.append(f"model_cards/CHANGELOG.md has no section of model {model}")
    return found


def section(version: str, root: Path = ROOT) -> str:
    """Return the dated section of a version in the changelog, without its heading; empty when there is none."""
    pattern = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)\n(.*?)(?=^## |\Z)"
    match = re.search(pattern, _text(root / "CHANGELOG.md"), re.MULTILINE | re.DOTALL)
    return match[1].strip() if match else ""


def notes(version: str, root: Path = ROOT) -> str:
    """Return the notes: the section of the changelog, then version and digest of the model."""
    manifest = root / "grooming_risk" / "artifact_v3" / "manifest.json"
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    model = _manifest(root)["model_version"]
    return f"{section(version, root)}\n\nModel {model}, artefact `{digest}`; compare it with `grooming-risk verify`."


def library_version(root: Path = ROOT) -> str:
    """Return the version in grooming_risk/version.py."""
    match = re.search(r'__version__ = "([^"]+)"', _text(root / "grooming_risk" / "version.py"))
    return match[1] if match else ""


def _manifest(root: Path) -> dict[str, str]:
    manifest: dict[str, str] = json.loads(_text(root / "grooming_risk" / "artifact_v3" / "manifest.json"))
    return manifest


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the check, and print the notes when asked to."""
    tag = arguments[0] if arguments else ""
    found = problems(tag)
    for problem in found:
        print(f"release_check: {problem}", file=sys.stderr)
    if not found and "--notes" in arguments:
        print(notes(tag.removeprefix("v")))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
