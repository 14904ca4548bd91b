"""Links of every document lead somewhere, wherever the document is read."""

import re

import pytest

from tests.support.documents import DOCUMENTS, ROOT, links, name_of

HOME = "https://github.com/grooming-risk/grooming-risk"
SITE = "https://grooming-risk.github.io/grooming-risk/"
RAW = "https://raw.githubusercontent.com/grooming-risk/grooming-risk/main/"
# Pages that the hook makes of documents outside docs/ (docs/hooks.py).
MADE = {
    "changelog", "code_of_conduct", "guides/contributor", "model_card", "model_changelog", "responsible_use",
    "security",
}  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    for target in links(path):
        assert _exists(path, target), f"{name_of(path)}: {target}"


def _exists(path, target):
    if target.startswith((f"{HOME}/blob/main/", f"{HOME}/tree/main/", RAW)):
        return (ROOT / re.sub(r".*?/main/", "", target, count=1)).exists()
    if target.startswith(SITE):
        page = target.removeprefix(SITE).rstrip("/")
        pages = (ROOT / "docs" / f"{page or 'index'}.md", ROOT / "docs" / page / "index.md")
        return page in MADE or any(candidate.exists() for candidate in pages)
    return target.startswith("https://") or (path.parent / target).exists()


def test_the_readme_is_read_without_its_folder_too():
    """On a package index, where a relative link leads nowhere."""
    assert [target for target in links(ROOT / "README.md") if not target.startswith("https://")] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_no_document_refers_to_what_the_repository_does_not_hold(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\breference/[\w-]+\.md`|\bshared/|\bDESIGN\b", text)


def test_every_test_that_the_threat_model_names_exists():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    assert named
    assert named <= {path.stem for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("tree", ["grooming_risk", "training"])
def test_every_file_that_the_architecture_names_exists(tree):
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    part = text.split("## How a model is made")[tree == "training"]
    files = re.findall(r"^\| [\w ]+ \| `([\w/]+\.py)` \|", part, re.MULTILINE)
    assert files
    assert [name for name in files if not (ROOT / tree / name).is_file()] == []


def test_every_file_that_design_names_exists():
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|toml))`", text))
    assert files
    assert [
        name for name in files if not any((ROOT / folder / name).is_file() for folder in ("", "grooming_risk"))
    ] == []
