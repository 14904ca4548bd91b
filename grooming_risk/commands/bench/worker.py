"""The work that `bench` times, in a fresh process and through the public API alone.

Any interpreter may run this file as a script, with any version of the library installed, so it imports nothing else of
this version. Standard input: a line with the task, a line for each conversation, then a line for each message of the
live conversation, all JSON. Standard output: a JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

_Rows = list[dict[str, str]]


def main() -> None:
    """Do the task on standard input."""
    task = json.loads(sys.stdin.readline())
    groups = [[_rows() for _ in range(size)] for size in task["groups"]]
    started = time.perf_counter()
    import grooming_risk

    imported, loaded = time.perf_counter() - started, "onnxruntime" in sys.modules
    scorer = grooming_risk.RiskScorer(task["artifact"], threads=task["threads"][0])
    report = scorer.score(groups[0][0])
    result: dict[str, Any] = {
        "version": grooming_risk.__version__,
        "model_version": report.provenance.model_version,
        "place": str(grooming_risk.__file__),
        "import_seconds": imported,
        "onnxruntime_imported": loaded,
        "first_score_seconds": time.perf_counter() - started,
        "live": [],
        "scores": [],
    }
    runs = [(threads, explain) for threads in task["threads"] for explain in (False, True)]
    for number, ((threads, explain), group) in enumerate(zip(runs, groups[1:], strict=True)):
        if number == 2:  # a second scorer would count as memory of the first
            result["live"] = _live(scorer, task)
            result["peak_megabytes"] = _peak_megabytes()
            scorer = grooming_risk.RiskScorer(task["artifact"], threads=threads)
            scorer.score(groups[0][0])
        result["scores"].append({"threads": threads, "evidence": explain, **_score(scorer, group, explain)})
    if len(runs) == 2:
        result["live"] = _live(scorer, task)
        result["peak_megabytes"] = _peak_megabytes()
    print(json.dumps(result))


def _rows() -> _Rows:
    rows: _Rows = json.loads(sys.stdin.readline())
    return rows


def _score(scorer: Any, group: list[_Rows], explain: bool) -> dict[str, float]:
    """Score the conversations of a group, whose texts are new; the processor time is that of all threads."""
    from grooming_risk import Conversation, score_conversations

    conversations = [Conversation.from_messages(rows) for rows in group]
    started, processor = time.perf_counter(), time.process_time()
    for _ in score_conversations(conversations, explain=explain, scorer=scorer):
        pass
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return {"messages": sum(map(len, group)), "seconds": seconds, "processor_seconds": processor}


def _live(scorer: Any, task: dict[str, Any]) -> list[dict[str, float]]:
    """Follow one conversation, and time the updates after each of the lengths that the task names."""
    from grooming_risk import ConversationMonitor

    monitor, updates = ConversationMonitor(scorer), task["updates"]
    times: list[float] = []
    for _ in range(max(task["lengths"]) + updates):
        message = json.loads(sys.stdin.readline())
        started = time.perf_counter()
        monitor.update(message)
        times.append(time.perf_counter() - started)
    found = []
    for length in task["lengths"]:
        ordered = sorted(times[length : length + updates])
        quantiles = {name: ordered[int(share * (updates - 1))] for name, share in (("median", 0.5), ("p99", 0.99))}
        found.append({"after": length, **quantiles})
    return found


def _peak_megabytes() -> float | None:
    try:
        # The figure of `resource` includes the process that started this one.
        with open("/proc/self/status", encoding="ascii") as stream:  # noqa: PTH123
            return next(int(line.split()[1]) / 1024 for line in stream if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # Windows does not have this module
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
