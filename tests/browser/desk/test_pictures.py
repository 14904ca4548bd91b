"""The pictures of the page for reviewers are rendered from the desk itself, and are as large as those of the page."""

from __future__ import annotations

import importlib.util

import pytest

from tests.conftest import ROOT

image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")


def test_pictures_can_be_rendered_again(chromium, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    monkeypatch.setattr(pictures, "IMAGES", tmp_path / "images")
    (tmp_path / "images").mkdir()
    pictures.desk_pictures(chromium, tmp_path)
    made = sorted(path.name for path in (tmp_path / "images").iterdir())
    assert made == ["desk_bring_in.png", "desk_case.png", "desk_queue.png"]
    guide = (ROOT / "docs" / "guides" / "reviewer.md").read_text(encoding="utf-8")
    for name in made:
        assert f"../images/{name}" in guide
        with image.open(tmp_path / "images" / name) as new, image.open(ROOT / "docs" / "images" / name) as old:
            assert new.size == old.size, "render them again: make pictures"
            assert len(new.convert("RGB").getcolors(1 << 24)) > 20  # more than an empty page
