"""One headless Chromium for all tests of this folder, driven over a pipe; the tests are skipped where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HERE = Path(__file__).parent
WAIT = 120_000  # milliseconds; a loaded machine may be slow, and nothing here measures time


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    playwright.expect.set_options(timeout=WAIT)
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def new_context(chromium):
    """Open contexts of the browser that wait long enough, and close them after the test."""
    contexts = []

    def opened(**options):
        context = chromium.new_context(**options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
