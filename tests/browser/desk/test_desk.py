"""The desk in a real browser: from an export to a hand-over, by keyboard, on a phone, in Arabic, and without faults."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.desk_fixture import export, flagged, quiet

TEXT = "bring the ball please"


def fill(client):
    client.upload(
        {"chat with Anna.json": export(flagged(1)), "second.json": export(flagged(2)), "q.json": export(quiet(1))}
    )


def bring_in(page, files):
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Bring in", exact=True).click()


def files_of(*conversations):
    return [
        {"name": f"chat {n}.json", "mimeType": "application/json", "buffer": export(messages)}
        for n, messages in enumerate(conversations)
    ]


def test_from_an_export_to_a_decision(served):
    with served("--slow=0.5") as desk:
        page = desk.page()
        assert "/bring-in" in page.url
        bring_in(
            page,
            [*files_of(flagged(1), flagged(2), quiet(1)), {"name": "x.txt", "mimeType": "text/plain", "buffer": b"hm"}],
        )
        page.wait_for_url(re.compile(r"/imports/1"))
        page.wait_for_function("() => document.querySelector('#progress').value > 0")  # progress is seen
        page.get_by_role("link", name="Read", exact=True).wait_for()  # the page looks again when all is read
        assert "in no known format" in page.locator(".files").inner_text()
        page.get_by_role("link", name="Read", exact=True).click()
        assert page.locator(".case-row").count() == 2
        page.locator(".case-link").first.click()
        assert TEXT not in page.content()
        page.get_by_role("button", name="Show message 3").first.click()
        page.get_by_text(TEXT).first.wait_for()
        page.get_by_role("button", name="No concern").click()
        assert "Decided: No concern." in page.locator(".undo").inner_text()
        assert page.locator(".case-row").count() == 2
        page.get_by_role("button", name="Undo").click()
        assert "taken back" in page.locator("main, .notice").first.inner_text()
        page.get_by_role("button", name="Escalate").click()
        page.locator(".undo").wait_for(state="detached")  # ten seconds later the offer goes
        while "Second reading 1" not in page.locator(".shelves").inner_text():
            page.reload()


def test_read_and_decide_by_keyboard_alone(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/queue")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/cases/\d+"))
        assert TEXT not in page.locator("main").inner_text()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.matches('.excerpt .evidence')")
        page.keyboard.press("c")
        page.wait_for_function("() => document.querySelectorAll('.excerpt .text:not(.veiled)').length >= 3")
        page.keyboard.press("h")
        page.wait_for_function("() => !document.querySelector('.message .text:not(.veiled):not(.absent)')")
        page.keyboard.press("r")
        page.wait_for_function("() => document.querySelector('.excerpt .text:not(.veiled)')")
        page.keyboard.press("g")
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"message=2"))
        page.keyboard.press("d")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".undo").wait_for()
        assert "Decided: No concern." in page.locator(".undo").inner_text()
        page.keyboard.press("Tab")  # keys work again after a form


def test_keys_can_be_switched_off(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/help")
        page.get_by_label("Use these keys").uncheck()
        page.goto(f"{desk.address}/queue")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement === document.body || document.activeElement.id === 'main'")


def test_a_second_reader_hands_over(served, prepared):
    prepared(lambda client: (fill(client), client.decide(1, "escalate", "note of the first reader")))
    with served() as desk:
        page = desk.page("Bo")
        page.goto(f"{desk.address}/cases/1")
        assert "note of the first reader" not in page.content()
        page.get_by_role("button", name="Escalate").click()
        page.goto(f"{desk.address}/cases/1/hand-over")
        page.locator("select[name=country]").select_option("DE")
        page.get_by_label("Why this is handed over").fill("an adult asks for secrecy")
        page.get_by_label("Your role, not your name").fill("school safeguarding")
        page.get_by_role("button", name="Keep and see what is missing").click()
        assert "Report to police or a hotline" in page.locator("#missing").inner_text()
        frame = page.frame_locator("iframe.preview")
        frame.locator("h1").wait_for()
        assert "Hand-over of a reviewed conversation" in frame.locator("h1").inner_text()
        page.get_by_role("button", name="Make the package").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("Download package")).click()
        assert download.value.suggested_filename.endswith(".zip")


def test_statistics_and_deletion(served, prepared):
    prepared(lambda client: (fill(client), client.decide(1, "no_concern"), client.decide(2, "not_sure")))
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/statistics")
        assert "50.0 %" in page.locator("main").inner_text()
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("link", name="Delete now").click()
        page.get_by_role("button", name="Delete for good").click()
        assert "was deleted" in page.locator(".notice").inner_text()
        page.goto(f"{desk.address}/team")
        assert "cases, on demand (Ada)" in page.locator("main").inner_text()


def test_everything_works_without_scripts(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(java_script_enabled=False)
        page.goto(f"{desk.address}/bring-in")
        bring_in(page, files_of(flagged(9)))
        page.wait_for_url(re.compile(r"/imports/2"))
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("button", name="Show message 3").first.click()
        assert TEXT in page.locator("main").inner_text()
        page.get_by_role("button", name="Hide all").click()
        assert TEXT not in page.locator("main").inner_text()
        page.get_by_label("Search").fill("ball")
        page.get_by_role("button", name="Search").click()
        assert "Found: 1" in page.locator("#found").inner_text() and "ball" not in page.url
        page.get_by_role("button", name="Not sure").click()
        assert "Undo" in page.locator(".undo").inner_text()


def test_a_stolen_link_or_cookie_of_another_site_opens_nothing(served, prepared):
    prepared(fill)
    with served() as desk:
        desk.page()
        thief = desk.chromium.new_context().new_page()
        assert thief.goto(desk.link).status == 401
        assert thief.goto(f"{desk.address}/cases/1").status == 401
        desk.noise.clear()  # the browser logs the refusals


def test_arabic_runs_from_right_to_left(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page()
        page.locator("footer select").select_option("ar")
        page.locator("footer button").first.click()
        page.goto(f"{desk.address}/cases/1")
        assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
        words = page.locator("main").inner_text()
        assert re.search("[\u0600-\u06ff]{4}", words) and "Whole conversation" not in words and "Decide" not in words
        side, reading = page.locator(".side").bounding_box(), page.locator(".reading").bounding_box()
        assert side["x"] < reading["x"]
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.wait_for_function("() => document.querySelector('.excerpt .text:not(.veiled)')")
        text = page.locator(".excerpt .text:not(.veiled)").first
        assert text.evaluate("(node) => getComputedStyle(node).direction") == "ltr"  # an English message keeps its own
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


PAGES = (
    "/queue",
    "/bring-in",
    "/imports/1",
    "/cases/1",
    "/cases/2/hand-over",
    "/statistics",
    "/team",
    "/help",
    "/me",
    "/break",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(served, prepared, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    prepared(lambda client: (fill(client), client.decide(2, "not_sure")))
    with served() as desk:
        page = desk.page(color_scheme=scheme, bypass_csp=True)  # axe is put into the page
        for path in PAGES:
            page.goto(f"{desk.address}{path}")
            if path == "/cases/1":
                page.keyboard.press("j")
                page.keyboard.press("c")
                page.wait_for_function("() => document.querySelector('.excerpt .text:not(.veiled)')")
            page.evaluate("document.documentElement.classList.remove('grey')")
            found = axe.run(page).response["violations"]
            serious = [
                (item["id"], [node["html"][:120] for node in item["nodes"]])
                for item in found
                if item["impact"] in ("serious", "critical")
            ]
            assert serious == [], path


def test_a_phone_shows_every_page_without_sideways_scrolling(served, prepared):
    prepared(lambda client: (fill(client), client.decide(2, "not_sure")))
    with served() as desk:
        page = desk.page(viewport={"width": 360, "height": 740})
        for path in PAGES:
            page.goto(f"{desk.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.goto(f"{desk.address}/cases/1")
        page.locator(".show").first.click()
        page.wait_for_function("() => document.querySelector('.message .text:not(.veiled)')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_print_shows_what_was_shown_and_nothing_more(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(color_scheme="dark")
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("button", name="Show message 3").first.click()
        page.get_by_text(TEXT).first.wait_for()
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        for selector in (".toolbar", ".show", ".bar nav", ".decide form", ".go-to"):
            assert not page.locator(selector).first.is_visible(), selector
        assert page.get_by_text(TEXT).first.is_visible() and page.pdf(format="A4").startswith(b"%PDF")


def test_five_thousand_messages(served, prepared):
    rows = [("ann" if n % 2 else "ben", f"line number {n} of a long talk about practice") for n in range(5_000)]
    prepared(lambda client: client.upload({"long.json": export(rows)}))
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/cases/1")
        assert page.locator("#whole .rows .message").count() == 200
        page.locator("#go").fill("3211")
        page.locator("#go").press("Enter")
        page.wait_for_url(re.compile("message=3211"))
        row = page.locator("#t3210")
        row.get_by_role("button", name="Show message 3211").click()
        page.wait_for_function("() => document.querySelector('#t3210 .text').textContent.includes('line number 3210 ')")
        page.locator("#search").fill("number 4999 ")
        page.locator("#search").press("Enter")
        page.locator("#found").wait_for()
        assert "Found: 1" in page.locator("#found").inner_text()
        page.get_by_role("button", name="Show this page").click()
        page.wait_for_function("() => document.querySelectorAll('#whole .text:not(.veiled)').length >= 200")
        assert json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('resource').length < 60)"))


def many(client):
    """Two thousand cases, kept as the worker keeps them."""
    from grooming_risk import Conversation
    from grooming_risk.desk.storage.cases import NewCase, add_case
    from grooming_risk.desk.storage.imports import NewFile, add_import, next_file
    from grooming_risk.readers import ExportedConversation
    from grooming_risk.testing import StandInScorer

    report = StandInScorer().score(flagged(1))
    conversation = Conversation.from_messages(flagged(1))
    with client.desk.database.writing() as connection:
        add_import(connection, [NewFile("x.json", "x", 1, "d")], "Ada", "en", client.desk.vault, client.desk.digest_key)
        file = next_file(connection, client.desk.vault)
        for number in range(2_000):
            exported = ExportedConversation(str(number), conversation, {"a": "Ann", "b": "Ben"})
            new = NewCase(f"d{number}", f"chat {number}", exported, report, "jsonl", "en", 100)
            add_case(connection, file, new, client.desk.vault)
        connection.execute("UPDATE files SET state = 'read', stored = NULL")
        connection.execute("UPDATE imports SET state = 'done'")


def test_two_thousand_cases(served, prepared):
    prepared(many)
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/queue")
        assert page.locator(".case-row").count() == 50 and "Page 1 of 40" in page.locator(".pages").inner_text()
        page.get_by_role("link", name="Next page").click()
        page.wait_for_url(re.compile("page=2"))
        assert page.locator(".cases").get_attribute("start") == "51"
        page.goto(f"{desk.address}/queue?page=40")
        page.locator(".case-link").last.click()
        page.get_by_role("button", name="No concern").click()
        page.wait_for_url(re.compile("page=40"))


def test_breaks_and_grey(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(color=False)
        assert "grayscale" in page.evaluate("getComputedStyle(document.documentElement).filter")
        page.goto(f"{desk.address}/cases/1")
        page.locator(".show").first.click()
        page.wait_for_function("() => document.querySelector('.message .text:not(.veiled)')")
        page.get_by_role("link", name="Take a break").click()
        assert "Everything is covered" in page.locator("main").inner_text()
        assert "Cases read today: 1" in page.locator(".who").inner_text()
        page.go_back()
        page.wait_for_url(re.compile("/cases/1"))
        assert page.locator(".message .text:not(.veiled):not(.absent)").count() == 0
