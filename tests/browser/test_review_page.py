"""The review page in a real browser: headless Chromium, driven over a pipe, so that no socket is opened."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from grooming_risk import Conversation
from grooming_risk.rendering.html.queue_page import ReviewItem, queue_page
from grooming_risk.rendering.html.review_page import review_page
from tests.support.review_page_fixture import chat, report_on

TEXTS = (
    "hello there",
    "hi",
    "do not tell your mum",
    "why not",
    "send me a picture",
    "no way",
    "please",
    "i will tell her",
    "alright",
    "see you",
    "bye now",
    "bye",
)
CHAT = chat(*TEXTS)
REVIEW = report_on(
    CHAT,
    {2: 2.5, 4: 2.0, 7: -0.5},
    tactics={2: ("secrecy",), 4: ("image_request",)},
    cues={7: ("support_cue",)},
    spans=[(0, 12)],
)
HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "]]> <!-- <script>",
    "user\u202egpj.exe",
    "nul\x00here",
    "half \ud83d pair",
    "a\u2066b\u2069c",
    "z" + "\u0301" * 500,
)


@pytest.fixture
def opened(new_context, tmp_path):
    """Open pages, and check afterwards that none logged an error or requested anything but itself."""

    @contextmanager
    def open_page(markup, logs=(), **options):
        path = tmp_path / "page.html"
        path.write_text(markup, encoding="ascii")
        page = new_context(**options).new_page()
        noise, asked = [], []
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page
        assert noise == list(logs) and asked == [path.as_uri()]

    return open_page


def visible(page) -> str:
    """The text of the document without its data blocks."""
    return page.evaluate(
        "() => { const copy = document.body.cloneNode(true);"
        " copy.querySelectorAll('script, template').forEach((block) => block.remove()); return copy.textContent; }"
    )


def shown(page) -> set[int]:
    """Messages whose texts are in the document."""
    text = visible(page)
    return {index for index, message in enumerate(TEXTS) if len(message) > 4 and message in text}


def active(page, attribute="data-message"):
    return page.evaluate("(name) => document.activeElement.getAttribute(name)", attribute)


def status(page, wanted):
    page.wait_for_function("(words) => document.getElementById('status').textContent === words", arg=wanted)


def test_messages_are_shown_one_by_one_and_hidden_again(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        assert shown(page) == set() and "anna" not in visible(page)
        page.get_by_role("button", name="Show message 2", exact=True).click()
        status(page, "Message 2 shown.")
        assert shown(page) == {2} and "anna" in visible(page)
        button = page.get_by_role("button", name="Hide message 2", exact=True)
        assert button.get_attribute("aria-expanded") == "true" and button.inner_text() == "Hide"
        assert page.locator("#c0-m2 .text").inner_text() == TEXTS[2]
        page.locator("#c0-m5 .text").click()  # the mask itself, too
        assert shown(page) == {2, 5}
        page.locator("#c0-m5 .text").click()  # but reading and selecting a text does not hide it
        assert shown(page) == {2, 5}
        button.click()
        assert shown(page) == {5}
        assert "Messages shown so far: 2, 5" in visible(page)


def test_all_messages_are_shown_and_hidden_at_once(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        page.get_by_role("button", name="Show all messages").click()
        status(page, "All 12 messages shown.")
        assert shown(page) == {index for index, text in enumerate(TEXTS) if len(text) > 4}
        assert "Messages shown so far: 0-11" in visible(page)
        page.get_by_role("button", name="Hide all").click()
        status(page, "All messages hidden.")
        assert shown(page) == set() and "anna" not in visible(page)


def test_keys_walk_the_evidence_and_show_it(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        page.keyboard.press("j")
        assert active(page) == "2"
        page.keyboard.press("r")
        status(page, "Message 2 shown.")
        page.keyboard.press("j")
        page.keyboard.press("c")
        status(page, "Messages 2 to 6 shown.")
        assert active(page) == "4" and shown(page) == {2, 3, 4, 5, 6}
        assert page.locator(".place").inner_text() == "evidence 2 of 3"
        page.keyboard.press("j")
        page.keyboard.press("j")
        status(page, "That was the last piece of evidence.")
        assert active(page) == "7"
        page.keyboard.press("k")
        assert active(page) == "4"
        page.keyboard.press("h")
        status(page, "All messages hidden.")
        assert shown(page) == set()
        page.keyboard.press("Shift+R")
        status(page, "All 12 messages shown.")
        page.keyboard.press("g")
        page.keyboard.type("11")
        page.keyboard.press("Enter")
        assert active(page, "id") == "c0-t11"


def test_keys_go_on_from_the_context_around_evidence(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        for start, key, wanted in (("3", "j", "4"), ("3", "k", "2"), ("9", "k", "7")):
            page.locator(f"#c0-m{start}").focus()
            page.keyboard.press(key)
            assert active(page) == wanted


def test_help_opens_closes_and_switches_the_keys_off(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        page.keyboard.press("?")
        assert page.get_by_role("dialog").is_visible()
        page.keyboard.press("j")
        assert active(page) is None  # the page behind the dialog does not move
        page.get_by_label("Use these single-key shortcuts").uncheck()
        page.keyboard.press("Escape")
        assert not page.locator("#help").is_visible()
        page.keyboard.press("Shift+R")
        page.keyboard.press("j")
        assert shown(page) == set() and active(page) is None
        page.get_by_role("button", name="Keys").click()
        page.get_by_role("button", name="Close").click()
        assert not page.locator("#help").is_visible()


def test_everything_is_reached_by_tab_and_focus_is_seen(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            element, name, outline = page.evaluate(
                "() => { const at = document.activeElement;"
                " return [at.localName, at.ariaLabel || at.textContent.trim(), getComputedStyle(at).outlineStyle]; }"
            )
            if element != "body":  # after the last element Tab leaves the page
                reached.add(name)
                assert outline != "none", name
        wanted = {f"Show message {index}" for index in range(10)} | {"Show all messages Shift+R", "Hide all h", "Go"}
        assert wanted <= reached
        assert any(name.startswith("Score") for name in reached)
        page.get_by_role("button", name="Show message 4").focus()
        page.keyboard.press("Enter")
        assert shown(page) == {4}
        assert active(page, "aria-label") == "Hide message 4"  # focus stays where the reader is


def test_the_score_opens_only_when_asked_for(opened):
    with opened(review_page(REVIEW, CHAT)) as page:
        score = page.get_by_text("0.800")
        assert not score.first.is_visible()
        page.locator(".score > summary").click()
        assert score.first.is_visible()


def test_hostile_texts_are_only_text(opened):
    conversation = Conversation.from_messages(
        [(f"<b>{index % 2}</b>\u202e", text) for index, text in enumerate(HOSTILE)]
    )
    report = report_on(conversation, {2: 1.0, 5: 1.0}, spans=[(0, len(HOSTILE))])
    with opened(review_page(report, conversation, title=HOSTILE[0])) as page:
        count = "() => [document.scripts.length, document.images.length, document.querySelectorAll('b').length]"
        before = page.evaluate(count)
        page.keyboard.press("Shift+R")
        status(page, f"All {len(HOSTILE)} messages shown.")
        assert page.evaluate(count) == before and before[1] == 0
        assert page.evaluate("window.hacked") is None
        seen = [page.locator(f"#c0-m{index} .text").text_content() for index in range(len(HOSTILE))]
        assert seen[:3] == list(HOSTILE[:3])
        assert seen[3:7] == ["userRLOgpj.exe", "nulNULhere", "half U+D83D pair", "aLRIbPDIc"]
        assert page.locator("#c0-m3 .text .control").get_attribute("title") == "U+202E"
        assert page.locator("#c0-m0 .name").text_content() == "<b>0</b>RLO"
        assert page.locator("h1").text_content() == HOSTILE[0]
        # A tower of combining marks stays inside its own message.
        overflow = "() => getComputedStyle(document.querySelector('#c0-m7 .text')).overflowY"
        assert page.evaluate(overflow) == "clip"


def test_the_page_itself_refuses_markup(opened):
    # The browser logs this attempt of ours, and nothing else.
    blocked = "This document requires 'TrustedHTML' assignment. The action has been blocked."
    with opened(review_page(REVIEW, CHAT), logs=[blocked]) as page:
        tried = page.evaluate("() => { try { document.body.innerHTML = '<p>'; } catch (error) { return error.name; } }")
        assert tried == "TypeError"


def test_right_to_left_scripts(opened):
    texts = ("مرحبا، كيف حالك؟ (abc 12)", "שלום, מה שלומך?", "hello مرحبا", "12", "\u200fשלום")
    conversation = Conversation.from_messages([("ليلى", text) for text in texts])
    report = report_on(conversation, {0: 1.0}, spans=[(0, 5)])
    with opened(review_page(report, conversation, title="محادثة (لعبة).json")) as page:
        page.keyboard.press("Shift+R")
        directions = []
        for index in range(len(texts)):
            if index > 2:
                page.locator(".go input").fill(str(index))
                page.keyboard.press("Enter")
            row = page.locator(f"#c0-{'m' if index < 3 else 't'}{index}")
            style = row.locator(".text").evaluate(
                "(node) => [getComputedStyle(node).direction, getComputedStyle(node).unicodeBidi]"
            )
            directions.append(style[0])
            assert style[1] in ("isolate", "plaintext", "isolate-override")
            assert row.evaluate("(node) => getComputedStyle(node).direction") == "ltr"
        assert directions == ["rtl", "rtl", "ltr", "ltr", "rtl"]
        assert page.locator("#c0-m0 .name").evaluate("(node) => getComputedStyle(node).direction") == "rtl"
        # Right-to-left text starts at the right edge of its box.
        right = page.locator("#c0-m1 .text").evaluate(
            "(node) => { const range = document.createRange(); range.selectNodeContents(node);"
            " return node.getBoundingClientRect().right - range.getBoundingClientRect().right; }"
        )
        assert right < 2


@pytest.fixture(scope="module")
def long_page():
    conversation = chat(*(f"line number {index} of a long talk" for index in range(5000)))
    report = report_on(
        conversation,
        dict.fromkeys(range(100, 5000, 500), 1.0),
        tactics=dict.fromkeys(range(100, 5000, 500), ("meeting",)),
        spans=[(index - 10, index + 10) for index in range(100, 5000, 500)],
    )
    return review_page(report, conversation)


def test_five_thousand_messages(opened, long_page):
    with opened(long_page) as page:
        assert page.locator(".message").count() < 100
        page.locator(".go input").fill("3210")
        page.locator(".go input").press("Enter")
        assert active(page, "id") == "c0-t3210"
        row = page.locator("#c0-t3210")
        assert "line number" not in visible(page)
        page.keyboard.press("r")
        assert row.locator(".text").inner_text() == "line number 3210 of a long talk"
        page.wait_for_function(
            "() => { const box = document.getElementById('c0-t3210').getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight; }"
        )
        page.keyboard.press("Shift+R")
        status(page, "All 5000 messages shown.")
        text = visible(page)
        assert all(f"line number {index} of" in text for index in range(5000))
        page.keyboard.press("h")
        status(page, "All messages hidden.")
        assert "line number" not in visible(page)


def test_messages_have_no_listeners_of_their_own(opened, long_page):
    with opened(long_page) as page:
        page.keyboard.press("Shift+R")
        protocol = page.context.new_cdp_session(page)
        for selector in (".message", ".message .show", ".message .text", "svg.plot", "ol.rows"):
            found = protocol.send("Runtime.evaluate", {"expression": f"document.querySelector('{selector}')"})
            listeners = protocol.send("DOMDebugger.getEventListeners", {"objectId": found["result"]["objectId"]})
            assert listeners["listeners"] == []


def test_a_click_in_the_picture_goes_there(opened, long_page):
    with opened(long_page) as page:
        for lane, at, wanted in (("meeting", 0.421, "2100"), (None, 0.9, None)):
            plot = page.locator(f'svg[data-lane="{lane}"]' if lane else "svg.high")
            plot.scroll_into_view_if_needed()
            box = plot.bounding_box()
            page.mouse.click(box["x"] + at * box["width"], box["y"] + box["height"] / 2)
            if wanted:
                assert active(page) == wanted
            else:
                assert abs(int(active(page)) - at * 5000) < 5000 / box["width"] + 1


def test_without_scripts_the_page_still_says_what_to_read(opened):
    with opened(review_page(REVIEW, CHAT), java_script_enabled=False) as page:
        assert page.get_by_text("Scripts are disabled").is_visible()
        assert page.locator("#c0-m2").is_visible() and page.locator("svg.high").is_visible()
        assert page.locator("#c0-m2").get_by_text("secrecy").is_visible()
        assert not page.locator(".show").first.is_visible() and not page.locator(".toolbar").is_visible()
        words = page.locator("body").inner_text()
        assert not any(text in words for text in TEXTS if len(text) > 4)


def test_a_queue_opens_one_conversation_at_a_time(opened):
    other = chat("what a nice day", "indeed it is")
    items = [
        ReviewItem("second", report_on(other, {0: 1.0}, spans=[(0, 2)], probability=0.5), other),
        ReviewItem("first", REVIEW, CHAT),
    ]
    with opened(queue_page(items)) as page:
        assert not page.locator(".message").first.is_visible()
        page.keyboard.press("j")
        status(page, "Open a conversation first: press n, then Enter.")
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        assert page.locator("#c0 .case").get_attribute("open") is not None
        page.wait_for_function("() => document.querySelector('#c0 .opened').textContent === 'opened'")
        page.keyboard.press("j")
        assert active(page, "id") == "c0-m2"
        page.keyboard.press("Shift+R")
        assert len(shown(page)) > 5 and "nice day" not in visible(page)
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        page.keyboard.press("j")
        page.keyboard.press("r")
        status(page, "Message 0 shown.")
        assert "nice day" in visible(page) and "indeed" not in visible(page)
        page.keyboard.press("n")
        status(page, "That was the last conversation.")
        page.keyboard.press("h")
        status(page, "All messages hidden.")
        assert shown(page) == set() and "nice day" not in visible(page)


def test_keys_go_on_from_a_group_that_was_jumped_to(opened):
    quiet = report_on(CHAT, {7: -0.5})
    items = [ReviewItem(str(number), REVIEW, CHAT) for number in range(3)]
    items += [ReviewItem(str(number), quiet, CHAT) for number in range(3, 6)]
    with opened(queue_page(items)) as page:
        group = page.locator("#no_review").evaluate("(node) => node.querySelector('article').id")
        before = page.locator("#review article").last.get_attribute("id")
        for key, wanted in (("n", group), ("p", before)):
            page.get_by_role("link", name="3 with nothing flagged").click()
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.closest('article').id") == wanted
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.closest('article').id") == "c0"
        page.keyboard.press("p")
        status(page, "That was the first conversation.")


CONTRAST = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || node.closest("script, template, svg")) continue;
    const pair = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) poor.push([text.data.trim(), node.className, ratio]);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(opened, scheme):
    conversation = Conversation.from_messages([(f"speaker {index}", "a\u202eb") for index in range(12)])
    report = report_on(
        conversation,
        {2: 2.0, 8: -1.0},
        tactics={2: ("secrecy",)},
        cues={8: ("family_cue",), 2: ("minor_cue",)},
        spans=[(0, 12)],
    )
    with opened(review_page(report, conversation), color_scheme=scheme) as page:
        page.keyboard.press("Shift+R")
        page.keyboard.press("j")
        page.locator(".score > summary").click()
        page.locator(".block > summary").click()
        assert page.evaluate(CONTRAST) == []
        page.keyboard.press("h")
        assert page.evaluate(CONTRAST) == []
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == {"light": "rgb(246, 246, 243)", "dark": "rgb(21, 24, 27)"}[scheme]


def test_nothing_sticks_out_of_a_narrow_window(opened):
    long_word = "w" * 400
    conversation = Conversation.from_messages([(long_word, long_word), ("b", "\u0645" * 400)])
    report = report_on(conversation, {0: 1.0}, tactics={0: ("supervision_check", "secrecy", "meeting")}, spans=[(0, 2)])
    items = [ReviewItem(long_word, report, conversation)]
    for markup in (review_page(report, conversation, title=long_word), queue_page(items)):
        with opened(markup, viewport={"width": 400, "height": 800}) as page:
            if page.locator(".case").count():
                page.locator(".case > summary").click()
            page.keyboard.press("Shift+R")
            page.locator(".score > summary").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_print_shows_what_was_shown_and_nothing_more(opened):
    with opened(review_page(REVIEW, CHAT), color_scheme="dark") as page:
        page.get_by_role("button", name="Show message 2", exact=True).click()
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        for selector in (".toolbar", ".show", ".go", "#status", ".score"):
            assert not page.locator(selector).first.is_visible(), selector
        for selector in ("#c0-m2 .text", "svg.high", ".provenance", ".before", ".reminder"):
            assert page.locator(selector).first.is_visible(), selector
        assert not page.locator(".whole h2").is_visible()  # nothing of it is unfolded
        page.locator("#c0-m2").focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "none"
        assert shown(page) == {2}
        assert page.evaluate("getComputedStyle(document.querySelector('#c0-m4 .text'), '::after').content") == (
            '", not shown"'
        )
        assert page.pdf(format="A4").startswith(b"%PDF")
