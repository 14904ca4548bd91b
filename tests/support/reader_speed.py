"""How fast each reader reads, and in how much memory: `python -m tests.support.reader_speed [FORMAT…] --megabytes 48`.

Each format's writer writes one conversation of the benchmark's sample until the export has the size; a process of its
own reads it. The results are those of the table in `docs/formats.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from grooming_risk.commands.bench.machine import machine
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.conversation import Conversation, Message, speaker_name
from tests.support.writers import modules, writer_of

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "results" / "readers.json"
# A line of JSON lines is one conversation and may have 20,000,000 characters, and so may an answer of Bluesky's.
# Hangouts has so many values that their number is the limit. Sheets and documents are compressed to a tenth and less.
_MOST_MEGABYTES = {"jsonl": 18.0, "bluesky": 18.0, "hangouts": 20.0, "spreadsheet": 4.0, "document": 4.0}
# Enough to know how many bytes of an export belong to a message.
_FIRST = 2_000
# Reads one export and prints messages, seconds of processor time and the largest resident memory in MB, which Linux
# alone tells of a process without what its parent had.
_READ = """
import json, re, sys, time
from pathlib import Path
from grooming_risk.readers import read_file
began = time.process_time()
messages = sum(len(item.conversation) for item in read_file(sys.argv[1], sys.argv[2]))
took = time.process_time() - began
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([messages, took, int(peak[1]) / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What it cost to read one export.

    Attributes:
        format: Name of the format.
        megabytes: Size of the export, 10⁶ bytes.
        messages: Messages read.
        seconds: Processor time.
        peak_megabytes: Largest resident memory of the process.
    """

    format: str
    megabytes: float
    messages: int
    seconds: float
    peak_megabytes: float


def measure(name: str, megabytes: float, folder: Path) -> Reading:
    """Write an export of a format and read it.

    Args:
        name: Name of the format.
        megabytes: Size of the export, 10⁶ bytes.
        folder: Empty folder.

    Returns:
        What reading it cost.

    Raises:
        RuntimeError: The export could not be read, or not all of its messages were.
    """
    size = _write(name, _FIRST, folder / "first")
    count = max(_FIRST, round(min(megabytes, _MOST_MEGABYTES.get(name, megabytes)) * 1e6 / size * _FIRST))
    path = folder / "whole"
    size = _write(name, count, path)
    (written,) = path.iterdir()
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(written), name], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    messages, seconds, peak = json.loads(done.stdout)
    if messages != count:
        raise RuntimeError(f"{name}: {messages} of {count} messages were read")
    return Reading(name, size / 1e6, messages, seconds, peak)


def _write(name: str, messages: int, folder: Path) -> int:
    """Write an export of so many messages, and return its size in bytes."""
    folder.mkdir()
    rows = islice(Sample().one_long_conversation(messages), messages)
    speakers: dict[str, str] = {}
    conversation = Conversation(
        tuple(
            Message(
                speakers.setdefault(row["speaker"], speaker_name(len(speakers))),
                row["text"],
                datetime.fromisoformat(row["sent_at"]).replace(microsecond=0),
            )
            for row in rows
        )
    )
    names = {speaker: f"Person {number}" for number, speaker in enumerate(speakers.values())}
    writer_of(name)(conversation, folder / "export", names, "17")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure formats and add them to the results file.

    Args:
        arguments: Command-line arguments; those of the process when None.

    Returns:
        Exit status: 1 when an export could not be read.
    """
    names = [name for name, _ in modules()]
    parser = argparse.ArgumentParser(prog="python -m tests.support.reader_speed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="FORMAT", help="formats to measure (default: all)")
    parser.add_argument("--megabytes", type=float, default=48, help="size of each export (default: %(default)g)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="summary as JSON")
    options = parser.parse_args(arguments)
    failed = False
    for name in options.names or names:
        try:
            with tempfile.TemporaryDirectory() as folder:
                reading = measure(name, options.megabytes, Path(folder))
        except RuntimeError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        print(
            f"{name:20}{reading.megabytes / reading.seconds:8.1f} MB/s{reading.peak_megabytes:8.0f} MB"
            f"{reading.messages:>10,} messages",
            flush=True,
        )
        _save(options.results, reading)
    return int(failed)


def _save(path: Path, reading: Reading) -> None:
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"readings": []}
    kept = [row for row in saved["readings"] if row["format"] != reading.format]
    rows = sorted([*kept, asdict(reading)], key=lambda row: row["format"])
    about = {"machine": machine(), "measured_on": f"{datetime.now(UTC):%Y-%m-%d}"}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "readings": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
