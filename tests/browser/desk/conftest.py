"""A desk in a process of its own, and browsers that are signed in to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from tests.conftest import ROOT
from tests.support.desk.fixture import DeskClient

SERVER = ROOT / "tests" / "support" / "desk" / "server.py"


def environment():
    """Of a desk in a process of its own, without the hook that refuses every socket."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def link_in(told):
    """The link that signs in, in what a desk said."""
    return re.search(r"http://\S+/start\?token=\S+", told)[0]


@pytest.fixture
def prepared(tmp_path):
    """Fill a desk before it is served: a function takes the client without scripts."""

    def prepare(fill):
        client = DeskClient(tmp_path / "desk")
        fill(client)
        client.close()

    return prepare


@pytest.fixture
def served(new_context, tmp_path):
    """Run the desk of this test, and open pages that are signed in; a page that logs an error fails the test."""
    noise = []

    @contextmanager
    def serve(*options):
        child = subprocess.Popen(
            [sys.executable, str(SERVER), str(tmp_path / "desk"), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        try:
            told = ""
            while "Ctrl+C" not in told:
                line = child.stdout.readline()
                assert line, told
                told += line
            yield Served(new_context, link_in(told), tmp_path / "desk", noise, child)
        finally:
            child.stdin.close()
            child.wait(60)
            child.stdout.close()
        assert noise == []

    return serve


class Served:
    """A desk that runs, for browsers."""

    def __init__(self, new_context, link, folder, noise, process):
        self.new_context, self.link, self.folder, self.noise = new_context, link, folder, noise
        self.process = process
        self.address = link.partition("/start")[0]

    def new_link(self):
        """The link that a second start of the same desk prints."""
        command = [sys.executable, "-m", "grooming_risk", "desk", "--folder", str(self.folder), "--no-browser"]
        return link_in(subprocess.run(command, capture_output=True, text=True, env=environment(), check=True).stdout)

    def page(self, name="Ada", *, link=None, color=True, **options):
        """A page of a new browser, signed in under a name."""
        page = self.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Madrid", **options}).new_page()
        page.on("console", lambda message: self.noise.append(message.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.goto(link or self.link)
        page.locator("input[name=name]").fill(name)
        if color:
            page.locator("input[name=color][value='1']").check()
        page.locator("button.main").click()
        page.wait_for_url(re.compile("bring-in|queue"))
        return page
