"""How the desk looks and behaves: from right to left, on a phone, in print, in grey, for axe, with many messages."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")
from playwright.sync_api import expect

from tests.support.desk.browser import TEXT, decide, fill, uncovered
from tests.support.desk.fixture import export, flagged

PAGES = (
    "/queue",
    "/queue?shelf=all&tactic=secrecy",
    "/bring-in",
    "/imports/1",
    "/cases/1",
    "/cases/2/hand-over",
    "/cases/1/delete",
    "/cases/999",
    "/statistics",
    "/team",
    "/help",
    "/me",
    "/break",
)


def fill_and_decide(client):
    fill(client)
    client.decide(2, "not_sure")


def test_arabic_runs_from_right_to_left(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page()
        page.locator("footer select").select_option("ar")
        page.locator("footer button").first.click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.goto(f"{desk.address}/cases/1")
        assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
        words = page.locator("main").inner_text()
        assert re.search("[\u0600-\u06ff]{4}", words) and "Whole conversation" not in words and "Decide" not in words
        side, reading = page.locator(".side").bounding_box(), page.locator(".reading").bounding_box()
        assert side["x"] < reading["x"]
        page.keyboard.press("j")
        page.keyboard.press("r")
        text = uncovered(page, ".excerpt").first
        expect(text).to_be_visible()
        assert text.evaluate("(node) => getComputedStyle(node).direction") == "ltr"  # an English message keeps its own
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(served, prepared, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    prepared(fill_and_decide)
    with served() as desk:
        page = desk.page(color_scheme=scheme, bypass_csp=True)  # axe is put into the page
        for path in PAGES:
            page.goto(f"{desk.address}{path}")
            if path == "/cases/1":
                page.keyboard.press("j")
                page.keyboard.press("c")
                expect(uncovered(page, ".excerpt").first).to_be_visible()
            found = axe.run(page).response["violations"]
            serious = [
                (item["id"], [node["html"][:120] for node in item["nodes"]])
                for item in found
                if item["impact"] in ("serious", "critical")
            ]
            assert serious == [], path
        desk.noise.clear()  # the browser logs the page that does not exist


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_phone_shows_every_page_without_sideways_scrolling(served, prepared, language):
    prepared(fill_and_decide)
    with served() as desk:
        page = desk.page(viewport={"width": 360, "height": 740}, locale=language)
        for path in PAGES:
            page.goto(f"{desk.address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.goto(f"{desk.address}/cases/1")
        page.locator(".show").first.click()
        expect(uncovered(page).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        hide = page.locator("#hide-all button")  # within reach of a thumb, wherever the page is
        page.locator("footer").scroll_into_view_if_needed()
        expect(hide).to_be_in_viewport()
        hide.click()
        expect(uncovered(page)).to_have_count(0)
        desk.noise.clear()  # the browser logs the page that does not exist


def test_the_three_decisions_are_seen_beside_the_messages(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(viewport={"width": 1280, "height": 768})
        page.goto(f"{desk.address}/cases/1")
        page.locator("#whole").scroll_into_view_if_needed()
        for choice in ("Escalate", "No concern", "Not sure"):
            expect(page.get_by_role("button", name=choice, exact=True)).to_be_in_viewport(ratio=1)


HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "]]> <!-- <script>",
    "user\u202egpj.exe",
    "z" + "\u0301" * 500,
)


def test_hostile_texts_are_only_text(served, prepared):
    def prepare(client):
        messages = [*flagged(1), *((text, text) for text in HOSTILE)]
        client.upload({f"{HOSTILE[1]}.json": export(messages)})
        client.decide(1, "not_sure", HOSTILE[1])
        client.post("/cases/1/hand-over", {"explanation": HOSTILE[1], "reviewer_role": HOSTILE[0], "next": "missing"})

    prepared(prepare)
    with served() as desk:
        page = desk.page(HOSTILE[1])
        for path in (*PAGES[:4], "/cases/1", "/cases/1/hand-over", "/statistics", "/team", "/me"):
            page.goto(f"{desk.address}{path}")
            if path == "/cases/1":
                page.get_by_role("button", name="Show this page").click()
                expect(uncovered(page, "#whole")).to_have_count(len(flagged(1)) + len(HOSTILE))
                expect(page.locator("#whole .text", has_text=HOSTILE[0])).to_be_visible()
                expect(page.locator(".control").first).to_have_text("RLO")
            assert page.evaluate("[window.hacked, document.images.length]") == [None, 0], path


def test_print_shows_what_was_shown_and_nothing_more(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(color_scheme="dark")
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("button", name="Show message 3").first.click()
        expect(page.get_by_text(TEXT).first).to_be_visible()
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        for selector in (".toolbar", ".show", ".bar nav", ".decide form", ".go-to"):
            assert not page.locator(selector).first.is_visible(), selector
        assert page.get_by_text(TEXT).first.is_visible() and page.pdf(format="A4").startswith(b"%PDF")


def test_breaks_and_grey(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(color=False)
        assert "grayscale" in page.evaluate("getComputedStyle(document.documentElement).filter")
        page.goto(f"{desk.address}/cases/1")
        page.locator(".show").first.click()
        expect(uncovered(page).first).to_be_visible()
        page.get_by_role("link", name="Take a break").click()
        expect(page.locator("main")).to_contain_text("Everything is covered")
        expect(page.locator(".who")).to_contain_text("Cases read today: 1")
        page.go_back()
        page.wait_for_url(re.compile("/cases/1"))
        expect(page.locator("#case")).to_be_visible()
        expect(uncovered(page)).to_have_count(0)


def test_five_thousand_messages(served, prepared):
    rows = [("ann" if n % 2 else "ben", f"line number {n} of a long talk about practice") for n in range(5_000)]
    prepared(lambda client: client.upload({"long.json": export(rows)}))
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/cases/1")
        expect(page.locator("#whole .rows .message")).to_have_count(200)
        page.locator("#go").fill("3211")
        page.locator("#go").press("Enter")
        page.wait_for_url(re.compile("message=3211"))
        row = page.locator("#t3210")
        row.get_by_role("button", name="Show message 3211").click()
        expect(row.locator(".text")).to_contain_text("line number 3210 ")
        page.locator("#search").fill("number 4999 ")
        page.locator("#search").press("Enter")
        expect(page.locator("#found")).to_contain_text("Found: 1")
        page.get_by_role("button", name="Show this page").click()
        page.wait_for_function("() => document.querySelectorAll('#whole .text:not(.veiled)').length >= 200")
        assert page.evaluate("performance.getEntriesByType('resource').length") < 60


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
        expect(page.locator(".case-row")).to_have_count(50)
        expect(page.locator(".pages")).to_contain_text("Page 1 of 40")
        page.get_by_role("link", name="Next page").click()
        expect(page.locator(".cases")).to_have_attribute("start", "51")
        page.goto(f"{desk.address}/queue?page=40")
        page.locator(".case-link").last.click()
        page.wait_for_url(re.compile("/cases/"))
        decide(page, "No concern")
        assert "page=40" in page.url
