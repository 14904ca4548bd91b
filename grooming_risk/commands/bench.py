"""Speed, latency, start-up and memory on this machine, beside the goals that this project set itself."""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grooming_risk.commands.terminal_output import show
from grooming_risk.conversation import Conversation, Message
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.terminal.columns import aligned
from grooming_risk.scoring.scorer import RiskScorer

CONVERSATION = 30  # messages in each benchmark conversation
UPDATES = 200  # updates of a monitor that are measured at each length
LENGTHS = (10, 10_000)  # messages that the monitor has read by then; the second is an upper limit
_WORDS = Path(__file__).parents[1] / "samples"
_FRESH = (
    "import time; t = time.perf_counter(); import grooming_risk; a = time.perf_counter();"
    "import sys; loaded = 'onnxruntime' in sys.modules;"
    "grooming_risk.score_conversation([('a', 'see you at practice tomorrow'), ('b', 'yes, bring the ball')] * 5);"
    "b = time.perf_counter(); import json; print(json.dumps([a - t, b - t, loaded]))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and its goal.

    Attributes:
        name: what was measured.
        value: the result with its unit.
        goal: the goal with its unit; a dash where there is none.
    """

    name: str
    value: str
    goal: str


def print_bench(messages: int) -> int:
    """Run the benchmark, print its table and return the exit status 0."""
    show(f"grooming-risk bench: {_processor()}, {count(_cores(), 'core')}, Python {platform.python_version()}")
    rows = [(figure.name, figure.value, f"goal {figure.goal}") for figure in measure(messages)]
    show("\n".join(aligned(rows, left=(0, 2))))
    return 0


def measure(messages: int) -> Iterator[Figure]:
    """Measure everything, on messages of random words: all differ, so that no text is encoded only once.

    Args:
        messages: number of messages to score.

    Yields:
        The figures.
    """
    imported, first, loaded = _fresh_process()
    yield Figure("import grooming_risk", f"{imported * 1000:.0f} ms", "<= 150 ms")
    yield Figure("onnxruntime imported with it", "yes" if loaded else "no", "no")
    yield Figure("first score in a fresh process", f"{first:.2f} s", "<= 1.5 s")
    scorer = RiskScorer()
    conversations = list(_conversations(messages))
    scorer.score_batch(conversations[:2])  # warm-up
    for explain in (False, True):
        started = time.perf_counter()
        for start in range(0, len(conversations), 32):
            scorer.score_batch(conversations[start : start + 32], explain=explain)
        rate = messages / (time.perf_counter() - started)
        name = "score, evidence included" if explain else "score"
        yield Figure(name, f"{rate:,.0f} messages/s", "-" if explain else ">= 1,000 messages/s")
    yield from _live(scorer, messages)
    yield Figure("resident memory, highest", f"{_peak_megabytes():.0f} MB", "<= 400 MB")


def _conversations(messages: int) -> Iterator[Conversation]:
    rows = [row for path in _WORDS.glob("*.json") for row in json.loads(path.read_text(encoding="utf-8"))]
    words = sorted({word for row in rows for word in row["text"].split()})
    source = random.Random(1)
    for start in range(0, messages, CONVERSATION):
        size = min(CONVERSATION, messages - start)
        yield Conversation(
            tuple(
                Message("ab"[source.random() < 0.5], " ".join(source.choices(words, k=source.randint(3, 14))))
                for _ in range(size)
            )
        )


def _live(scorer: RiskScorer, messages: int) -> Iterator[Figure]:
    """Measure updates of one monitor, early and late in a conversation, which is shorter in a short benchmark."""
    lengths = (LENGTHS[0], min(LENGTHS[1], 10 * messages))
    monitor = ConversationMonitor(scorer)
    rows = (message for item in _conversations(lengths[1] + UPDATES) for message in item)
    times = []
    for message in rows:
        started = time.perf_counter()
        monitor.update(message)
        times.append(time.perf_counter() - started)
    for length in lengths:
        updates = times[length : length + UPDATES]
        for name, quantile, goal in (("median", 0.5, "<= 6 ms"), ("99th percentile", 0.99, "<= 15 ms")):
            value = f"{np.quantile(updates, quantile) * 1000:.1f} ms"
            yield Figure(f"live update after {length:,} messages, {name}", value, goal)


def _fresh_process() -> tuple[float, float, bool]:
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, check=True, text=True).stdout)
        for _ in range(3)
    ]
    return min(run[0] for run in runs), min(run[1] for run in runs), bool(runs[0][2])


def _peak_megabytes() -> float:
    try:
        import resource
    except ImportError:  # Windows does not have this module
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
