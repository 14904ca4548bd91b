"""Lines of a stream that may never end, and pauses between them."""

import os
import threading

from grooming_risk.live.inbox import LONGEST_LINE, Event, Inbox


def received(content, *, patience=60.0, close=True):
    read, write = os.pipe()
    lines = Inbox(read).lines(patience)
    os.write(write, content)
    if close:
        os.close(write)
    return lines


def test_lines_of_a_stream():
    assert list(received(b"one\n\ntwo\nthree")) == [b"one", b"", b"two", b"three"]
    assert list(received(b"")) == []


def test_a_line_without_end_does_not_fill_the_memory():
    read, write = os.pipe()
    lines = Inbox(read).lines(60.0)
    os.write(write, b"one\n")
    found = [next(lines)]

    def go_on():
        for part in (*[b"x" * (LONGEST_LINE // 2)] * 4, b"\ntwo\n" + b"y" * (LONGEST_LINE + 1)):
            left = part
            while left:
                left = left[os.write(write, left) :]
        os.close(write)

    threading.Thread(target=go_on).start()  # a pipe holds less than this
    assert [*found, *lines] == [b"one", Event.TOO_LONG, b"two", Event.TOO_LONG]


def test_a_quiet_stream_gives_pauses():
    lines = received(b"one\ntw", patience=0.01, close=False)
    found = [next(lines) for _ in range(3)]
    assert found[-1] is Event.PAUSE
    assert b"one" in found
