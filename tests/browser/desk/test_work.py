"""The work of a desk in a real browser: from an export to a hand-over, with a mouse, by keyboard, without scripts."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")
from playwright.sync_api import expect

from tests.support.desk.browser import TEXT, bring_in, decide, files_of, fill, open_first, uncovered
from tests.support.desk.fixture import export, flagged, quiet


def test_from_an_export_to_a_decision(served):
    with served("--slow=0.5") as desk:
        page = desk.page()
        assert "/bring-in" in page.url
        bring_in(
            page,
            [*files_of(flagged(1), flagged(2), quiet(1)), {"name": "x.txt", "mimeType": "text/plain", "buffer": b"hm"}],
        )
        page.wait_for_function("() => document.querySelector('#progress').value > 0")  # progress is seen
        read = page.get_by_role("link", name="Read", exact=True)  # the page looks again when all is read
        expect(page.locator("#import")).to_have_attribute("data-state", "done")
        expect(page.locator(".files")).to_contain_text("in no known format")
        read.click()
        expect(page.locator(".case-row")).to_have_count(2)
        open_first(page)
        assert TEXT not in page.content()
        page.get_by_role("button", name="Show message 3").first.click()
        expect(page.get_by_text(TEXT).first).to_be_visible()
        decide(page, "No concern")
        expect(page.locator(".undo")).to_contain_text("Decided: No concern.")
        expect(page.locator(".case-row")).to_have_count(2)
        page.get_by_role("button", name="Undo").click()
        page.wait_for_url(re.compile(r"/cases/\d+"))
        expect(page.locator(".notice").first).to_contain_text("taken back")
        decide(page, "Escalate")
        expect(page.locator(".undo")).to_have_count(0)  # ten seconds later the offer goes
        shelves = page.locator(".shelves")
        while "Second reading 1" not in shelves.inner_text():
            page.reload()


def test_files_and_folders_are_dropped(served, tmp_path):
    box = tmp_path / "box"
    (box / "deep").mkdir(parents=True)
    (box / "one.json").write_bytes(export(flagged(1)))
    (box / "deep" / "two.json").write_bytes(export(flagged(2)))
    (tmp_path / "alone.json").write_bytes(export(quiet(3)))
    with served() as desk:
        page = desk.page()
        target = page.locator("#bring-in").bounding_box()
        data = {"items": [], "files": [str(box), str(tmp_path / "alone.json")], "dragOperationsMask": 1}
        devtools = page.context.new_cdp_session(page)
        for kind in ("dragEnter", "dragOver", "drop"):  # as the operating system sends them
            at = {"x": target["x"] + 20, "y": target["y"] + 20}
            devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
        page.wait_for_url(re.compile(r"/imports/1"))
        expect(page.locator("#import")).to_have_attribute("data-state", "done")
        expect(page.locator("#progress-words")).to_contain_text("Conversations: 3.")
        expect(page.locator(".files")).to_contain_text("box/deep")


def test_a_folder_is_chosen_and_brought_in_only_once(served, tmp_path):
    box = tmp_path / "box"
    box.mkdir()
    (box / "one.json").write_bytes(export(flagged(1)))
    (box / "two.json").write_bytes(export(flagged(2)))
    with served() as desk:
        page = desk.page()
        for number in (1, 2):
            page.goto(f"{desk.address}/bring-in")
            page.get_by_label("A folder").set_input_files(box)
            page.get_by_role("button", name="Bring in", exact=True).click()
            page.wait_for_url(re.compile(rf"/imports/{number}"))
            expect(page.locator("#import")).to_have_attribute("data-state", "done")
        expect(page.locator(".files")).to_contain_text("brought in before")
        page.goto(f"{desk.address}/queue")
        expect(page.locator(".case-row")).to_have_count(2)


def test_an_import_is_stopped_and_goes_on_after_a_kill(served):
    many = [flagged(number) for number in range(1, 7)]
    with served("--slow=0.7") as desk:
        page = desk.page()
        bring_in(page, files_of(*many))
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#import")).to_have_attribute("data-state", "stopped")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#import")).to_have_attribute("data-state", "open")
        page.goto("about:blank")  # the page of the import would go on asking
        desk.process.kill()
        desk.process.wait()
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/imports/1")
        expect(page.locator("#import")).to_have_attribute("data-state", "done")
        expect(page.locator("#progress-words")).to_contain_text("Files: 6 of 6. Conversations: 6.")


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
        expect(uncovered(page)).to_have_count(0)
        page.keyboard.press("r")
        expect(uncovered(page, ".excerpt")).to_have_count(1)
        page.keyboard.press("g")
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"message=2"))
        page.keyboard.press("d")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".undo")).to_contain_text("Decided: No concern.")
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
        decide(page, "Escalate")
        page.goto(f"{desk.address}/cases/1/hand-over")
        page.locator("select[name=country]").select_option("DE")
        page.get_by_label("Why this is handed over").fill("an adult asks for secrecy")
        page.get_by_label("Your role, not your name").fill("school safeguarding")
        page.get_by_role("button", name="Keep and see what is missing").click()
        expect(page.locator("#missing")).to_contain_text("Report to police or a hotline")
        frame = page.frame_locator("iframe.preview")
        expect(frame.locator("h1")).to_contain_text("Hand-over of a reviewed conversation")
        page.get_by_role("button", name="Make the package").click()
        link = page.get_by_role("link", name=re.compile("Download package"))
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename.endswith(".zip")


def test_an_appeal_reverses_a_decision(served, prepared):
    prepared(lambda client: (fill(client), client.decide(1, "no_concern")))
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("button", name="Ask for another decision").click()
        expect(page.locator(".notice").first).to_contain_text("under Appeals")
        other = desk.page("Bo", link=desk.new_link())
        other.goto(f"{desk.address}/queue?shelf=appeal")
        open_first(other)
        decide(other, "Escalate")
        shelves = other.locator(".shelves")
        while "Decided 1" not in shelves.inner_text():  # ten seconds later it is sealed
            other.reload()
        other.goto(f"{desk.address}/statistics")
        assert other.get_by_role("row").nth(1).get_by_role("cell").last.inner_text() == "1"  # changed later


def test_statistics_and_deletion(served, prepared):
    prepared(lambda client: (fill(client), client.decide(1, "no_concern"), client.decide(2, "not_sure")))
    with served() as desk:
        page = desk.page()
        page.goto(f"{desk.address}/statistics")
        assert "50.0 %" in page.locator("main").inner_text()
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("link", name="Delete now").click()
        page.get_by_role("button", name="Delete for good").click()
        expect(page.locator(".notice")).to_contain_text("was deleted")
        page.goto(f"{desk.address}/team")
        assert "cases, on demand (Ada)" in page.locator("main").inner_text()


def test_everything_works_without_scripts(served, prepared):
    prepared(fill)
    with served() as desk:
        page = desk.page(java_script_enabled=False)
        page.goto(f"{desk.address}/bring-in")
        bring_in(page, files_of(flagged(9)), number=2)
        page.goto(f"{desk.address}/cases/1")
        page.get_by_role("button", name="Show message 3").first.click()
        expect(page.locator("main")).to_contain_text(TEXT)
        page.get_by_role("button", name="Hide all").click()
        expect(page.locator("main")).not_to_contain_text(TEXT)
        page.get_by_label("Search").fill("ball")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#found")).to_contain_text("Found: 1")
        assert "ball" not in page.url
        decide(page, "Not sure")
        expect(page.locator(".undo")).to_contain_text("Undo")


def test_a_stolen_link_or_cookie_of_another_site_opens_nothing(served, prepared):
    prepared(fill)
    with served() as desk:
        desk.page()
        thief = desk.new_context().new_page()
        assert thief.goto(desk.link).status == 401
        assert thief.goto(f"{desk.address}/cases/1").status == 401
        desk.noise.clear()  # the browser logs the refusals
