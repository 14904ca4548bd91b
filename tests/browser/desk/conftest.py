"""A desk in a process of its own, and browsers that are signed in to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")
pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from tests.conftest import ROOT
from tests.support.desk_fixture import DeskClient

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SERVER = ROOT / "tests" / "support" / "desk_server.py"
WAIT = 120_000  # milliseconds; a loaded machine may be slow, and nothing here measures time


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser/desk" in str(item.path).replace("\\", "/"):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def chromium():
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def prepared(tmp_path):
    """Fill a desk before it is served: a function takes the client without scripts."""

    def prepare(fill):
        client = DeskClient(tmp_path / "desk")
        fill(client)
        client.close()

    return prepare


@pytest.fixture
def served(chromium, tmp_path):
    """Run the desk of this test, and open pages that are signed in; a page that logs an error fails the test."""
    noise = []

    @contextmanager
    def serve(*options):
        env = {**os.environ, "PYTHONPATH": str(ROOT)}  # without the hook that refuses every socket
        child = subprocess.Popen(
            [sys.executable, str(SERVER), str(tmp_path / "desk"), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        told = ""
        while "Ctrl+C" not in told:
            line = child.stdout.readline()
            assert line, told
            told += line
        first = re.search(r"http://\S+/start\?token=\S+", told)[0]
        yield Served(chromium, first, tmp_path / "desk", noise)
        child.stdin.close()
        child.wait(60)
        child.stdout.close()
        assert noise == []

    return serve


class Served:
    """A desk that runs, for browsers."""

    def __init__(self, chromium, link, folder, noise):
        self.chromium, self.link, self.folder, self.noise = chromium, link, folder, noise
        self.address = link.partition("/start")[0]

    def new_link(self):
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "grooming_risk", "desk", "--folder", str(self.folder), "--no-browser"]
        told = subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout
        return re.search(r"http://\S+/start\?token=\S+", told)[0]

    def page(self, name="Ada", *, link=None, color=True, **options):
        """A page of a new browser, signed in under a name."""
        context = self.chromium.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Madrid", **options})
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.on("console", lambda message: self.noise.append(message.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.goto(link or self.link)
        page.locator("input[name=name]").fill(name)
        if color:
            page.locator("input[name=color][value='1']").check()
        page.locator("button.main").click()
        page.wait_for_url(re.compile("bring-in|queue"))
        return page
