"""What a target's check found: one case for each fault, made as small as it is quickly done."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from fuzzing.oracle import BrokenPromiseError

_SECONDS = 10.0  # to make one case small
_OURS = "grooming_risk"


def fault_of(error: BaseException) -> str:
    """What tells one fault from another: the promise, or the type of the error and where in the library it arose."""
    if isinstance(error, BrokenPromiseError):
        return str(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS in Path(frame.filename).parts]
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.name}:{last.lineno}" if last else "outside of the library"
    return f"{type(error).__name__} at {place}"


class Findings:
    """Faults of one target; their inputs are kept as files."""

    def __init__(self, check: Callable[[bytes], None], cases: Path, log: Path) -> None:
        """Args:
        check: of the target.
        cases: folder for the inputs, made when there is one.
        log: JSON lines of faults; those that stand there are not looked for again.
        """
        self._check, self._cases, self._log = check, cases, log
        self._known = {json.loads(line)["fault"] for line in log.read_text().splitlines()} if log.exists() else set()

    def run(self, data: bytes) -> None:
        """Check an input; keep it when it shows a fault that is not known yet."""
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
        except Exception as error:  # whatever it is: that is what is looked for
            return fault_of(error)
        return None


def smaller(data: bytes, still: Callable[[bytes], bool], seconds: float) -> bytes:
    """Cut out what is not needed, in ever smaller pieces, as long as there is time.

    Args:
        data: an input.
        still: whether a part of it shows the same.
        seconds: after which what was reached counts.
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
