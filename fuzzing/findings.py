"""Faults that a target's check found: one minimized case for each."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from fuzzing.oracle import BrokenPromiseError

_SECONDS = 10.0  # for minimizing one case
_OURS = "grooming_risk"


def fault_of(error: BaseException) -> str:
    """Return what identifies a fault: the promise, or the type of the error and where in the library it was raised."""
    if isinstance(error, BrokenPromiseError):
        return str(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS in Path(frame.filename).parts]
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.name}:{last.lineno}" if last else "outside of the library"
    return f"{type(error).__name__} at {place}"


class Findings:
    """Faults of one target; their inputs are kept as files."""

    def __init__(self, check: Callable[[bytes], None], cases: Path, log: Path) -> None:
        """Read the faults that are known already.

        Args:
            check: The check of the target.
            cases: Folder for the inputs, created when the first fault is found.
            log: JSON lines of faults; a fault that it lists is not recorded again.
        """
        self._check, self._cases, self._log = check, cases, log
        self._known = {json.loads(line)["fault"] for line in log.read_text().splitlines()} if log.exists() else set()

    def run(self, data: bytes) -> None:
        """Check an input, and keep it when it shows a new fault."""
        fault = self._fault(data)
        if fault is None or fault in self._known:
            return
        self._known.add(fault)
        small = smaller(data, lambda part: self._fault(part) == fault, _SECONDS)
        name = hashlib.sha256(small).hexdigest()[:12]
        self._cases.mkdir(parents=True, exist_ok=True)
        (self._cases / name).write_bytes(small)
        with self._log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"fault": fault, "case": name, "bytes": len(small)}) + "\n")

    def _fault(self, data: bytes) -> str | None:
        try:
            self._check(data)
        except Exception as error:  # any other error is a fault
            return fault_of(error)
        return None


def smaller(data: bytes, still: Callable[[bytes], bool], seconds: float) -> bytes:
    """Minimize an input by cutting out ever smaller pieces that the fault does not need.

    Args:
        data: An input that shows the fault.
        still: Whether an input still shows it.
        seconds: Time limit.

    Returns:
        The smallest input found within the time.
    """
    until = time.monotonic() + seconds
    size = max(1, len(data) // 2)
    while time.monotonic() < until:
        at, before = 0, len(data)
        while at < len(data) and time.monotonic() < until:
            part = data[:at] + data[at + size :]
            if still(part):
                data = part
            else:
                at += size
        if size == 1 and len(data) == before:
            break
        size = max(1, size // 2)
    return data
