"""What a package index is told: addresses, classifiers, and a README that it can show."""

import subprocess
import sys
import tarfile
import tomllib

import pytest

from tests.support.documents import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_addresses():
    urls = PROJECT["urls"]
    assert {"Homepage", "Documentation", "Source", "Issues", "Changelog"} <= set(urls)
    assert all(url.startswith("https://") for url in urls.values())


def test_classifiers_are_known():
    trove = pytest.importorskip("trove_classifiers", reason="trove-classifiers is not installed")
    assert set(PROJECT["classifiers"]) <= trove.classifiers


@pytest.mark.slow
def test_distributions_pass_the_check_of_a_package_index(tmp_path):
    pytest.importorskip("twine", reason="twine is not installed")
    pytest.importorskip("build", reason="build is not installed")
    run(tmp_path, "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    files = sorted(map(str, tmp_path.iterdir()))
    assert len(files) == 2
    run(tmp_path, "twine", "check", "--strict", *files)
    with tarfile.open(next(name for name in files if name.endswith(".tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        ".github/release_check.py",
        "mkdocs.yml",
        "docs/index.md",
        "docs/images/terminal.png",
        "CITATION.cff",
        "Makefile",
    } <= names
    assert not [name for name in names if name.startswith(("site/", "work/", ".venv/"))]


def run(folder, module, *words):
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
