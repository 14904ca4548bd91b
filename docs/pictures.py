"""Make the pictures of README and docs from the bundled samples: `python docs/pictures.py`.

The terminal's picture is what `grooming-risk demo` prints, colours included; the page's is the review page of a sample
in Chromium, with one message uncovered. Needs the extra `dev` and Chromium; nothing is fetched.
"""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from grooming_risk.cli import main

IMAGES = Path(__file__).parent / "images"
SAMPLE = Path(__file__).parents[1] / "grooming_risk" / "samples" / "4_stranger_in_a_game.json"
UNCOVERED = 10  # message of the sample
COLUMNS = 84
SHADES = 96  # colours of a picture; enough for text and a few hues
# SGR parameter → CSS, for the dark ground below.
_STYLES = {
    "1": "font-weight:bold", "2": "opacity:.65", "4": "text-decoration:underline", "31": "color:#ff7b72",
    "32": "color:#7ee787", "33": "color:#f2cc60", "34": "color:#79c0ff", "35": "color:#d2a8ff", "36": "color:#76e3ea",
}  # fmt: skip
_TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #0d1117; }}
pre {{ margin: 0; padding: 18px 22px; display: inline-block; color: #e6edf3;
  font: 15px/1.4 "DejaVu Sans Mono", "Liberation Mono", monospace; }}
</style><pre>{}</pre>"""

# Takes the focus ring and the notice of the last action off the page, and shows its top.
_TIDY = """() => {
  document.activeElement.blur();
  document.querySelectorAll("[role=status]").forEach((notice) => { notice.style.display = "none"; });
  window.scrollTo(0, 0);
}"""


def terminal_page(words: list[str]) -> str:
    """Return what a command prints, as a page that looks like a terminal."""
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "grooming_risk", *words, "--color", "always"]
    printed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode()
    shown = html.escape(f"$ grooming-risk {' '.join(words)}\n{printed.rstrip()}", quote=False)
    opened = 0

    def styled(match: re.Match[str]) -> str:
        nonlocal opened
        styles = [_STYLES[code] for code in match[1].split(";") if code in _STYLES]
        closing, opened = "</span>" * opened, bool(styles)
        return closing + (f'<span style="{";".join(styles)}">' if styles else "")

    return _TERMINAL.format(re.sub(r"\x1b\[([\d;]*)m", styled, shown) + "</span>" * opened)


def review_page(folder: Path) -> str:
    """Return the review page of the sample."""
    path = folder / "page.html"
    main(["score", str(SAMPLE), "--format", "html", "-o", str(path)])
    return path.read_text(encoding="utf-8")


def picture(browser: Browser, page_text: str, name: str, width: int, height: int | None) -> None:
    """Take a picture of a page.

    Args:
        browser: Chromium.
        page_text: the page.
        name: of the file in `docs/images/`, without its ending.
        width: of the window, in CSS pixels.
        height: of the picture, in CSS pixels; as high as the text when None.
    """
    page = browser.new_page(viewport={"width": width, "height": height or 200}, device_scale_factor=1.5)
    page.set_content(page_text)
    if height:
        page.get_by_role("button", name=f"Show message {UNCOVERED}").first.click()
        page.evaluate(_TIDY)
        taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    else:
        taken = page.locator("pre").screenshot()
    page.close()
    drawn = Image.open(io.BytesIO(taken)).convert("RGB").quantize(SHADES, dither=Image.Dither.NONE)
    drawn.save(IMAGES / f"{name}.png", optimize=True)


def make() -> None:
    """Make every picture."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        picture(browser, terminal_page(["demo"]), "terminal", 1_000, None)
        picture(browser, review_page(Path(folder)), "review_page", 1_040, 880)
        browser.close()


if __name__ == "__main__":
    make()
