"""What the README promises: short, two command lines that continuous integration runs, pictures, a reviewed example."""

import re

import pytest

from tests.support.documents import ROOT, examples, links

README = ROOT / "README.md"
MOST_WORDS = 900
PICTURE_BYTES = 200_000


def hand_written():
    text = README.read_text(encoding="utf-8")
    return re.sub(r"<!-- (\w+):begin -->.*?<!-- \1:end -->", "", text, flags=re.DOTALL)


def test_it_is_short():
    assert len(hand_written().split()) <= MOST_WORDS


def test_it_has_exactly_the_two_command_lines():
    """.ci/run takes them from here."""
    lines = [
        line for block in examples(README) if block.language == "sh" for line in block.code.splitlines() if "&&" in line
    ]
    assert lines == ["pip install . && grooming-risk demo", 'pip install -c constraints.txt -e ".[dev]" && pytest']
    assert README.read_text(encoding="utf-8").index("grooming-risk demo") < 1500


def test_it_says_first_what_the_library_never_does():
    assert "It never bans" in hand_written()[:200]
    assert "unmeasured" in README.read_text(encoding="utf-8")


def test_the_example_has_ten_lines():
    (example,) = (block for block in examples(README) if block.language == "python")
    assert len([line for line in example.code.splitlines() if line.strip()]) <= 10


def test_pictures_are_there_and_small():
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    shown = [ROOT / target.partition("/main/")[2] for target in links(README) if target.endswith(".png")]
    assert len(shown) == 2
    for path in shown:
        assert path.stat().st_size <= PICTURE_BYTES, path.name
        with image.open(path) as picture:
            assert picture.width >= 1_000
