import io
import sys

from grooming_risk.commands import progress
from grooming_risk.commands.progress import Progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def shown_on(monkeypatch):
    """Called in the test itself: pytest replaces standard error between a fixture and the test."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    return screen


def test_a_terminal_shows_one_line_that_is_drawn_over(monkeypatch):
    screen = shown_on(monkeypatch)
    line = Progress()
    for text in ("10 files", "9 files"):
        line.show(text)
    assert screen.getvalue() == "\r10 files\r9 files "


def test_messages_do_not_run_into_the_line(monkeypatch):
    screen = shown_on(monkeypatch)
    line = Progress()
    line.show("10 files")
    line.say("a.json is damaged")
    assert screen.getvalue() == "\r10 files\r        \rgrooming-risk: a.json is damaged\n"
    line.clear()
    assert screen.getvalue().endswith("damaged\n")


def test_it_is_not_drawn_more_often_than_a_terminal_can_show(monkeypatch):
    screen = shown_on(monkeypatch)
    monkeypatch.setattr(progress, "_SECONDS", 60.0)
    line = Progress()
    for number in range(1_000):
        line.show(str(number))
    assert screen.getvalue() == "\r0"


def test_a_file_gets_messages_only(capsys):
    line = Progress()
    line.show("10 files")
    line.say("done")
    assert capsys.readouterr().err == "grooming-risk: done\n"
