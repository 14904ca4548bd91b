"""Load for a running service: `python -m tests.support.service.service_load http://127.0.0.1:8000 --seconds 60`.

Callers in threads send messages of live conversations and whole conversations at the same time, as fast as they are
answered. The script prints rates, latencies, refusals, and the service's memory and processor time. Messages are lines
of the bundled samples with a number appended, so that no text occurs twice.
"""

import argparse
import http.client
import json
import random
import statistics
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from grooming_risk.commands.bench.machine import machine
from grooming_risk.commands.demo import SAMPLES

LINES = [row["text"] for path in sorted(SAMPLES.glob("*.json")) for row in json.loads(path.read_text("utf-8"))]


class Caller(threading.Thread):
    """Sends requests until the time is up, and notes how long each took."""

    def __init__(self, options, number, kind):
        super().__init__(daemon=True)
        self._options, self._kind = options, kind
        self._random, self._number = random.Random(number), number
        self.seconds, self.statuses, self.messages = [], Counter(), 0

    def run(self):
        address = urlsplit(self._options.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
        until = time.monotonic() + self._options.seconds
        while time.monotonic() < until:
            path, rows, body = self._live() if self._kind == "live" else self._score()
            started, status, pause = time.monotonic(), 0, 0.0
            headers = {"Content-Type": "application/json", "Idempotency-Key": str(self._random.getrandbits(60))}
            if self._options.token:
                headers["Authorization"] = f"Bearer {self._options.token}"
            try:
                connection.request("POST", path, json.dumps(body), headers)
                answer = connection.getresponse()
                answer.read()
                status, pause = answer.status, float(answer.headers.get("Retry-After", 0))
            except (OSError, http.client.HTTPException):
                connection.close()
            self.statuses[status] += 1
            if status == 200:
                self.seconds.append(time.monotonic() - started)
                self.messages += rows
            time.sleep(pause)

    def _message(self):
        return [self._random.choice("ab"), f"{self._random.choice(LINES)} {self._random.getrandbits(30)}"]

    def _live(self):
        name = self._random.randrange(self._options.conversations) * 64 + self._number  # a caller's own: in order
        return f"/v1/conversations/c{name}/messages", 1, {"messages": [self._message()]}

    def _score(self):
        rows = [self._message() for _ in range(self._options.length)]
        return "/v1/score", len(rows), {"messages": rows, "explain": self._options.explain}


def process(options):
    """The service's memory in MB and its processor time in seconds."""
    address = urlsplit(options.url)
    with suppress(OSError, http.client.HTTPException, IndexError):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {options.token}"})
        text = connection.getresponse().read().decode()
        names = ("process_resident_memory_bytes", "process_cpu_seconds_total")
        level, used = (float(text.split(f"\n{name} ")[1].split()[0]) for name in names)
        return level / 1e6, used
    return float("nan"), float("nan")


def figures(kind, callers, seconds):
    """Rates, latencies in milliseconds, and answers by status, of the callers of a kind."""
    times = sorted(time for caller in callers for time in caller.seconds)
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [float("nan")] * 99
    return {
        "kind": kind,
        "callers": len(callers),
        "messages_per_second": sum(caller.messages for caller in callers) / seconds,
        "requests_per_second": len(times) / seconds,
        "p50": cuts[49] * 1e3,
        "p99": cuts[98] * 1e3,
        "longest": times[-1] * 1e3 if times else float("nan"),
        "statuses": dict(sorted(sum((caller.statuses for caller in callers), Counter()).items())),
    }


def show(row):
    latencies = f"p50 {row['p50']:.1f} ms, p99 {row['p99']:.1f} ms, longest {row['longest']:.0f} ms"
    rates = f"{row['messages_per_second']:,.0f} messages/s, {row['requests_per_second']:,.1f} requests/s"
    print(f"{row['kind']}: {rates}, {latencies}, {row['statuses']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--live", type=int, default=8)
    parser.add_argument("--score", type=int, default=2)
    parser.add_argument("--length", type=int, default=30)
    parser.add_argument("--conversations", type=int, default=2_500)
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--token", default="")
    parser.add_argument("--results", type=Path, help="figures as JSON, as docs/results/service.json has them")
    options = parser.parse_args()
    kinds = ["live"] * options.live + ["score"] * options.score
    callers = [Caller(options, number, kind) for number, kind in enumerate(kinds)]
    _, before = process(options)
    for caller in callers:
        caller.start()
    until = time.monotonic() + options.seconds
    levels = []
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, max(1.0, options.seconds / 10)))
        levels.append(process(options)[0])
    for caller in callers:
        caller.join()
    rows = [
        figures(kind, [caller for caller, of in zip(callers, kinds, strict=True) if of == kind], options.seconds)
        for kind in dict.fromkeys(kinds)
    ]
    for row in rows:
        show(row)
    used = process(options)[1] - before
    done = sum(caller.messages for caller in callers)
    print(f"processor time: {used:.1f} s for {done:,} messages, {used / max(done, 1) * 1e3:.2f} ms each")
    print("memory (MB):", ", ".join(f"{level:.0f}" for level in levels))
    if options.results is not None:
        about = {"machine": machine(), "on": f"{datetime.now(UTC):%Y-%m-%d}", "seconds": options.seconds}
        total = {"conversations": options.conversations * options.live, "processor_ms": used / max(done, 1) * 1e3}
        content = {**about, **total, "megabytes": [round(level) for level in levels], "kinds": rows}
        options.results.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
