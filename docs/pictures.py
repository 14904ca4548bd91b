"""Make the pictures of README and docs from the bundled samples: `python docs/pictures.py`.

The terminal's picture is what `grooming-risk demo` prints, colours included; the page's is the review page of a sample
in Chromium, with one message uncovered. Needs the extra `dev` and Chromium; nothing is fetched.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright
from starlette.testclient import TestClient

from grooming_risk import RiskScorer
from grooming_risk.cli import main
from grooming_risk.desk.application import make_app
from grooming_risk.desk.security.links import new_link
from grooming_risk.desk.server import hosts_of, make_state
from grooming_risk.desk.storage.desk import open_desk
from grooming_risk.desk.storage.folder import open_folder

IMAGES = Path(__file__).parent / "images"
SAMPLE = Path(__file__).parents[1] / "grooming_risk" / "samples" / "4_stranger_in_a_game.json"
UNCOVERED = 10  # message of the sample
COLUMNS = 84
PORT = 8713  # that the pictures of the desk show; nothing listens there
# Pictures of the desk: address and height, in CSS pixels. Before the last two, some cases are decided.
SCREENS = {
    "bring_in": ("/bring-in", 640),
    "queue": ("/queue", 400),
    "case": ("/cases/4", 880),
    "hand_over": ("/cases/5/hand-over", 720),
    "statistics": ("/statistics", 720),
}
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
    keep(taken, name)


def desk_pictures(browser: Browser, folder: Path) -> None:
    """Take pictures of the review desk with the bundled samples in it, served from inside this process.

    Args:
        browser: Chromium. It asks no server: every request is answered by the application itself.
        folder: where the desk may lie.
    """
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(contextlib.closing(_desk(folder / "desk")))
        context = browser.new_context(viewport={"width": 1_200, "height": 900}, device_scale_factor=1.5, locale="en-GB")
        context.route("**/*", lambda route: _answered(route, client))
        page = context.new_page()
        for name, (path, height) in SCREENS.items():
            if name == "hand_over":
                _decide(client)
            page.goto(f"{client.base_url}{path}")
            if name == "case":
                page.get_by_role("button", name="Show message 3").first.click()
                page.wait_for_function("() => document.querySelector('.message .text:not(.veiled)')")
            page.evaluate(_TIDY)
            keep(page.screenshot(clip={"x": 0, "y": 0, "width": 1_200, "height": height}), f"desk_{name}")
        context.close()


def _desk(folder: Path) -> TestClient:
    """Return a client of a desk that has read the bundled samples; it is signed in."""
    desk = open_desk(open_folder(folder))
    state = make_state(desk, PORT, "pictures", None, RiskScorer)
    client = TestClient(make_app(state, hosts_of(PORT)), base_url=f"http://127.0.0.1:{PORT}")
    client.get(new_link("", "pictures"))
    _post(client, "/me", {"name": "Ada", "color": "1"})
    _post(client, "/team", {"sample_percent": "50", "second_reading": "never"})
    samples = sorted(SAMPLE.parent.glob("*.json"))
    _post(client, "/imports", {}, files=[("files", (path.name, path.read_bytes())) for path in samples])
    while state.worker.work():
        pass
    return client


def _decide(client: TestClient) -> None:
    """Decide about some cases, and begin to hand one of them over."""
    _post(client, "/cases/5/decide", {"choice": "escalate", "stage": "first"})
    client.get("/cases/5/hand-over")  # seals the decision
    _post(client, "/cases/5/hand-over", {"country": "DE", "language": "en", "scope": "flagged"})


def _post(client: TestClient, path: str, fields: dict[str, str], **options: Any) -> None:
    csrf = re.search(r'data-csrf="([^"]+)"', client.get("/me").text)
    data = {"csrf": csrf[1] if csrf else "", **fields}
    client.post(path, data=data, headers={"origin": f"http://127.0.0.1:{PORT}"}, **options)


def _answered(route: Route, client: TestClient) -> None:
    """Answer a request of the browser from the application."""
    request = route.request
    kept = ("accept", "content-type", "origin")
    headers = {name: value for name, value in request.headers.items() if name in kept}
    address = request.url.removeprefix(str(client.base_url))
    answer = client.request(request.method, address, content=request.post_data_buffer, headers=headers)
    route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)


def keep(taken: bytes, name: str) -> None:
    """Keep a picture with few colours."""
    drawn = Image.open(io.BytesIO(taken)).convert("RGB").quantize(SHADES, dither=Image.Dither.NONE)
    drawn.save(IMAGES / f"{name}.png", optimize=True)


def make() -> None:
    """Make every picture."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        picture(browser, terminal_page(["demo"]), "terminal", 1_000, None)
        picture(browser, review_page(Path(folder)), "review_page", 1_040, 880)
        desk_pictures(browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    make()
