"""The summary of a hand-over in a real browser: headless Chromium, driven over a pipe, so no socket is opened."""

from __future__ import annotations

import pytest

from grooming_risk.handover import PackageOptions, package_files
from tests.handover.test_summary import HOSTILE
from tests.support.handover_fixture import FULL, MINIMUM, TEXTS, case, chat


@pytest.fixture
def show(new_context, tmp_path):
    """Open a summary; whatever it logs or asks for is an error."""
    noise = []

    def opened(made, language="en", country="DE", **options):
        path = tmp_path / "summary.html"
        path.write_bytes(package_files(made, PackageOptions(language, country))["data/summary.html"])
        page = new_context(**options).new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: None if request.url == path.as_uri() else noise.append(request.url))
        page.goto(path.as_uri())
        return page

    yield opened
    assert noise == []


def test_messages_are_folded_until_a_reader_opens_them(show):
    page = show(case())
    text = page.locator(".messages .text").first
    assert not text.is_visible()
    page.locator("details > summary").click()
    assert text.is_visible() and text.inner_text() == TEXTS[0]


@pytest.mark.parametrize("width", [320, 390, 1100])
@pytest.mark.parametrize("language", ["en", "ar", "de", "hi"])
def test_nothing_runs_out_of_the_page(show, width, language):
    conversation = chat(("w" * 3_000, *TEXTS[1:]))
    page = show(case(conversation=conversation, spans=((0, 8),)), language, viewport={"width": width, "height": 800})
    page.locator("details > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_arabic_runs_from_right_to_left(show):
    page = show(case(), "ar", "AE")
    boxes = [page.locator(selector).first.bounding_box() for selector in ("dl dt", "dl dd")]
    assert boxes[0]["x"] > boxes[1]["x"]
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    page.locator("details > summary").click()
    time = page.locator("time").first
    assert page.evaluate("element => getComputedStyle(element).direction", time.element_handle()) == "ltr"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(show, scheme):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    page = show(case(MINIMUM), color_scheme=scheme)
    page.locator("details > summary").click()
    for selector in ("h1", "dt", "dd", ".emergency", ".opening p", ".messages .text", ".tactic", "h3 + p"):
        ratio = page.evaluate(CONTRAST, selector)
        assert ratio >= 4.5, (selector, ratio)


def test_hostile_texts_do_nothing(show):
    conversation = chat(HOSTILE)
    page = show(
        case(
            {**FULL, "message_ids": {}, "explanation": HOSTILE[0]},
            conversation=conversation,
            spans=((0, len(HOSTILE)),),
        )
    )
    page.locator("details > summary").click()
    assert page.evaluate("window.hacked") is None
    assert HOSTILE[1] in page.locator(".messages").inner_text()


CONTRAST = """
selector => {
  const parse = value => value.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const weights = [.2126, .7152, .0722];
  const light = parts => weights.reduce((sum, weight, i) => sum + weight * linear(parts[i] / 255), 0);
  const element = document.querySelector(selector);
  let ground = element;
  const color = () => parse(getComputedStyle(ground).backgroundColor);
  while (color()[3] === 0) ground = ground.parentElement;
  const [one, other] = [parse(getComputedStyle(element).color), color()].map(light).sort((a, b) => b - a);
  return (one + .05) / (other + .05);
}
"""
