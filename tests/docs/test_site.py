"""The documentation site: built with warnings as errors, nothing fetched, everything public described."""

import importlib
import os
import re
import subprocess
import sys

import pytest

from tests.support.documents import ROOT

pytest.importorskip("mkdocs", reason="mkdocs is not installed (extra docs)")
pytest.importorskip("material", reason="mkdocs-material is not installed (extra docs)")
PUBLIC = ("grooming_risk", *(f"grooming_risk.{name}" for name in ("handover", "live", "readers", "records", "testing")))
DUNDERS = {"__version__"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_is_built_without_a_warning(site):
    assert (site / "index.html").is_file()
    assert (site / "model_card" / "index.html").is_file()


def test_no_page_fetches_anything_from_elsewhere(site):
    fetched = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=\"?(https?:)?//[^\s\">]*", re.IGNORECASE)
    for path in site.rglob("*.html"):
        found = [match[0] for match in fetched.finditer(path.read_text(encoding="utf-8"))]
        assert [tag for tag in found if 'rel="canonical"' not in tag and "rel=canonical" not in tag] == [], path.name


@pytest.mark.parametrize("module", PUBLIC)
def test_the_reference_describes_everything_public(site, module):
    page = "\n".join(path.read_text(encoding="utf-8") for path in (site / "reference").rglob("*.html"))
    exported = set(importlib.import_module(module).__dict__.get("__all__", ())) - DUNDERS
    missing = [name for name in sorted(exported) if not re.search(rf'id="{re.escape(module)}(?:\.\w+)*\.{name}"', page)]
    assert missing == []


def test_tables_and_help_are_rendered(site):
    formats = (site / "formats" / "index.html").read_text(encoding="utf-8")
    assert "<td><code>whatsapp</code></td>" in formats
    commands = (site / "reference" / "command_line" / "index.html").read_text(encoding="utf-8")
    assert "usage: grooming-risk score" in commands and "<!-- help" not in commands
    card = (site / "model_card" / "index.html").read_text(encoding="utf-8")
    assert "pipeline_tag" not in card and 'src="../figures/slices.svg"' in card


def test_links_between_files_become_links_of_the_site(site):
    contributor = (site / "guides" / "contributor" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../responsible_use/"' in contributor
    assert 'href="../../design/"' in contributor
    index = (site / "guides" / "index.html").read_text(encoding="utf-8")
    assert "https://github.com/grooming-risk/grooming-risk/blob/main/notebooks/04_audit.ipynb" in index
