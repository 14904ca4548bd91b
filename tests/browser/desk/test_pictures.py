"""The pictures of the page for reviewers are rendered from the desk itself and show the screens of today."""

from __future__ import annotations

import importlib.util
import statistics

import pytest

from tests.conftest import ROOT

image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

# Of 255, as a mean over blocks of 24 pixels: fonts and times of day differ, what a page holds does not.
MOST_DIFFERENCE = 4.0


def difference(new, old):
    """How much two pictures differ, seen from afar."""
    small = [picture.convert("L").resize((picture.width // 24, picture.height // 24)) for picture in (new, old)]
    return statistics.fmean(
        abs(one - other) for one, other in zip(*(picture.tobytes() for picture in small), strict=True)
    )


def test_pictures_can_be_rendered_again(chromium, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    monkeypatch.setattr(pictures, "IMAGES", tmp_path / "images")
    (tmp_path / "images").mkdir()
    pictures.desk_pictures(chromium, tmp_path)
    made = sorted(path.name for path in (tmp_path / "images").iterdir())
    assert made == sorted(f"desk_{name}.png" for name in pictures.SCREENS)
    guide = (ROOT / "docs" / "guides" / "reviewer.md").read_text(encoding="utf-8")
    for name in made:
        assert f"../images/{name}" in guide
        with image.open(tmp_path / "images" / name) as new, image.open(ROOT / "docs" / "images" / name) as old:
            assert new.size == old.size, "render them again: make pictures"
            assert difference(new, old) < MOST_DIFFERENCE, f"{name} shows another screen: make pictures"
            assert len(new.convert("RGB").getcolors(1 << 24)) > 20  # more than an empty page
