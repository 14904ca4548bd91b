"""The first minutes of somebody new, as a script: from the command to the first decision, with what is on the screen.

`python -m tests.support.desk.first_decision` runs the desk of this checkout; with `--install` it first makes a virtual
environment and installs `.[desk]` in it, which needs a package index. It prints seconds and clicks.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "grooming_risk" / "samples").glob("*.json"))


class NewUser:
    """Somebody in front of a browser who presses what the page offers, and counts it."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def press(self, role, name, opens=None):
        self.page.get_by_role(role, name=name).first.click()
        self.clicks += 1
        if opens:
            self.page.wait_for_url(re.compile(opens))

    def choose(self, label, files):
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_label(label).click()
        chooser.value.set_files(files)
        self.clicks += 2  # the field, and "Open" of the browser's dialogue

    def decide_for_the_first_time(self, link, files):
        """Sign in, bring files in, read one message of the first case and decide; return the clicks that it took."""
        self.page.goto(link)
        self.page.get_by_label("Your name or initials").fill("Ada")
        self.press("button", "Continue", "/bring-in$")
        self.choose("Files and zips", files)
        self.press("button", "Bring in", r"/imports/1$")
        self.page.wait_for_function("() => document.querySelector('#import').dataset.state === 'done'")
        self.press("link", "Read", "/queue")
        self.page.locator(".case-link").first.click()
        self.clicks += 1
        self.page.wait_for_url(re.compile(r"/cases/\d+$"))
        self.press("button", re.compile(r"^Show message \d+$"))
        self.page.locator(".message .text:not(.veiled):not(.absent)").first.wait_for()
        self.press("button", "Escalate", "/queue")
        self.page.get_by_text("Decided: Escalate.").wait_for()
        return self.clicks


@contextmanager
def desk(python, folder, cwd):
    """Run the desk as its command runs it, and yield the link that it prints."""
    command = [str(python), "-m", "grooming_risk", "desk", "--folder", str(folder), "--no-browser"]
    env = {**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=cwd)
    try:
        told = ""
        while "Ctrl+C" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        yield re.search(r"http://\S+/start\?token=\S+", told)[0]
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def installed(folder):
    """Install the desk into a new virtual environment and return its Python."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([str(python), "-m", "pip", "install", "-q", f"{ROOT}[desk]"], check=True, cwd=folder)
    return python


def main():
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser()
    parser.add_argument("--install", action="store_true", help="install .[desk] into a new virtual environment first")
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder, started = Path(name), time.monotonic()
        python = installed(folder) if options.install else Path(sys.executable)
        ready = time.monotonic()
        with desk(python, folder / "desk", folder if options.install else ROOT) as link:
            running = time.monotonic()
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            clicks = NewUser(browser.new_page(locale="en-GB")).decide_for_the_first_time(link, SAMPLES)
            done = time.monotonic()
            browser.close()
    print(f"install: {ready - started:.1f} s; start: {running - ready:.1f} s; in the browser: {done - running:.1f} s")
    print(f"from the first command to the first decision: {done - started:.1f} s, {clicks} clicks")


if __name__ == "__main__":
    main()
