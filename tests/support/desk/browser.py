"""What tests of the desk in a browser share: a small desk, files for its upload, and steps that wait for the page."""

from __future__ import annotations

import re

from tests.support.desk.fixture import export, flagged, quiet

TEXT = "bring the ball please"  # of the third message of every conversation


def fill(client):
    """Bring in two flagged conversations and one that is not."""
    client.upload(
        {"chat with Anna.json": export(flagged(1)), "second.json": export(flagged(2)), "q.json": export(quiet(1))}
    )


def files_of(*conversations):
    """Conversations as files of an upload."""
    return [
        {"name": f"chat {n}.json", "mimeType": "application/json", "buffer": export(messages)}
        for n, messages in enumerate(conversations)
    ]


def bring_in(page, files, number=1):
    """Choose files, send them, and wait for the page of the import."""
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Bring in", exact=True).click()
    page.wait_for_url(re.compile(rf"/imports/{number}$"))


def open_first(page):
    """Open the first case of the list and wait for its page."""
    page.locator(".case-link").first.click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))


def decide(page, choice):
    """Press one of the three buttons and wait for the queue."""
    page.get_by_role("button", name=choice, exact=True).click()
    page.wait_for_url(re.compile(r"/queue"))


def uncovered(page, selector=".message"):
    """Texts that are shown."""
    return page.locator(f"{selector} .text:not(.veiled):not(.absent)")
