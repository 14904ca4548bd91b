"""Run a desk on the loopback address for a browser, with the stand-in scorer: `python server.py FOLDER [OPTIONS]`.

The tests refuse internet sockets. A browser needs one, so the desk runs in a process of its own, which refuses every
address but 127.0.0.1. Its standard output is the link that signs in, and then every line that the desk says.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path


def only_loopback(event, arguments):
    """Refuse every address but that of this machine."""
    if event in ("socket.connect", "socket.bind") and isinstance(arguments[1], tuple):
        assert arguments[1][0] == "127.0.0.1", "the desk tried to use the network"


class SlowScorer:
    """A stand-in scorer that takes its time, so that a browser sees progress."""

    def __new__(cls, seconds):
        from grooming_risk.testing import StandInScorer

        class Slow(StandInScorer):
            def score_batch(self, conversations, **options):
                time.sleep(seconds * len(conversations))
                return super().score_batch(conversations, **options)

        return Slow()


def main(folder, *options):
    """Run the desk until the standard input closes."""
    from grooming_risk.desk import server
    from grooming_risk.scoring import batch

    slow = next((float(option.removeprefix("--slow=")) for option in options if option.startswith("--slow=")), 0.0)
    if slow:
        batch.ITEMS = 1
    users = next((Path(option.removeprefix("--users=")) for option in options if option.startswith("--users=")), None)
    port = next((int(option.removeprefix("--port=")) for option in options if option.startswith("--port=")), 0)
    thread = threading.Thread(target=_end_with_parent, daemon=True)
    thread.start()
    server.run(
        Path(folder),
        port=port,
        browser=False,
        users=users,
        scorer=lambda: SlowScorer(slow),
        say=lambda words: print(words, flush=True),
    )


def _end_with_parent():
    sys.stdin.read()
    import os
    import signal

    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.addaudithook(only_loopback)
    main(*sys.argv[1:])
