"""Somebody new, who knows nothing but a browser, comes to the first decision soon: the real command, the real model."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")

from tests.support.desk.first_decision import ROOT, SAMPLES, NewUser, desk

MOST_CLICKS = 10
MOST_SECONDS = 240  # of five minutes, so that one is left for `pip install`


def test_the_first_decision_takes_less_than_five_minutes(new_context, tmp_path):
    started = time.monotonic()
    with desk(Path(sys.executable), tmp_path / "desk", ROOT) as link:
        clicks = NewUser(new_context(locale="en-GB").new_page()).decide_for_the_first_time(link, SAMPLES)
    assert clicks <= MOST_CLICKS
    assert time.monotonic() - started < MOST_SECONDS
