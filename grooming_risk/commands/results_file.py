"""Results as JSON lines in a file that can be continued: `grooming-risk score --format jsonl -o FILE --resume`.

A line is one conversation, as on standard output; or `{"conversation": ..., "error": ...}` where it cannot be used; or
`{"file": ..., "error": ...}` where a file is unreadable from some point on (score_line_schema.json). The lines are in
the order in which the files are read, which does not change, and the lines of one file are together. So the lines
contain all that is needed to continue: every file but that of the last line is done, and of that file as many
conversations as it has lines. The last line may be incomplete; it is cut off then.

A continued run gives the same lines as an uninterrupted one, except that a logit, and what follows from it, may differ
in its fourth decimal: the texts are then encoded together with other ones (see `DECIMALS` in `scoring.assessment`).
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grooming_risk.commands.scoring.score_files import Found, label_of
from grooming_risk.errors import InvalidOptionError, OutputError
from grooming_risk.report import RiskReport

if sys.platform != "win32":
    import fcntl

# Beginnings of lines; an incomplete line that does not begin like this is somebody else's and is not cut off.
_BEGINNINGS = (b'{"conversation": "', b'{"file": "')
_NOT_OURS = "was not written by `grooming-risk score --format jsonl`; choose another -o FILE"


class Names:
    """An ordered list of names, kept as a count and a digest."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, name: str | None) -> None:
        """Add a name."""
        self.count += 1
        self._hash.update(json.dumps(name).encode() + b"\n")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and self._digest() == other._digest()

    __hash__ = None  # type: ignore[assignment]

    def _digest(self) -> tuple[int, bytes]:
        return self.count, self._hash.digest()


@dataclass(slots=True)
class Done:
    """What a results file contains. It takes memory for the labels of the files only.

    Attributes:
        files: labels of the files that are done.
        last: label of the file that the run stopped in; None when the last line ends a file, and when there is none.
        names: conversations of that file that have a line.
        size: bytes of the complete lines.
        failed: whether a line is an error.
    """

    files: set[str] = field(default_factory=set)
    last: str | None = None
    names: Names = field(default_factory=Names)
    size: int = 0
    failed: bool = False

    def add(self, line: dict[str, Any]) -> None:
        """Take a line into account."""
        label = label_of(line["conversation"]) if "conversation" in line else line["file"]
        self.failed = self.failed or "error" in line
        if self.last not in (None, label):
            self.files.add(str(self.last))
            self.last = None
        if "file" in line:
            self.files.add(label)
            self.last = None
        else:
            if self.last is None:
                self.last, self.names = label, Names()
            self.names.add(line["conversation"])


class ResultsFile:
    """An open results file, locked against other runs except on Windows."""

    def __init__(self, path: Path, resume: bool, expected: dict[str, Any], explain: bool) -> None:
        """Open the file, or create one that only its owner can read.

        Args:
            path: path of the file.
            resume: whether to continue the lines that are there.
            expected: provenance that every report of this run has, without `input_digest`.
            explain: whether the reports of this run have evidence.

        Raises:
            InvalidOptionError: the file cannot be written; another run is writing to it; it is not empty and `resume`
                is false; its lines are not results, or come from other options or another artefact.
        """
        self._path, self.done = path, Done()
        flags = os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise InvalidOptionError(f"{path} cannot be written ({error.strerror}); choose another -o FILE") from None
        try:
            self._lock()
            if os.fstat(self._descriptor).st_size:
                if not resume:
                    raise InvalidOptionError(
                        f"{path} is not empty; continue it with --resume, or choose another -o FILE"
                    )
                self._take_up(expected, explain)
        except BaseException:
            os.close(self._descriptor)
            raise

    def report(self, name: str, report: RiskReport, more: Mapping[str, Any] | None = None) -> None:
        """Write the line of a conversation.

        Args:
            name: name of the conversation.
            report: its report.
            more: fields beside those of the report.
        """
        self._write({"conversation": name, **(more or {}), **report.to_dict()})

    def failure(self, found: Found) -> None:
        """Write the line of a conversation or file that cannot be used."""
        place = {"file": found.label} if found.name is None else {"conversation": found.name}
        self._write({**place, "error": {"type": type(found.error).__name__, "message": str(found.error)}})

    def close(self, *, whole: bool) -> None:
        """Close the file.

        Args:
            whole: whether to wait until everything is on the disk.
        """
        try:
            if whole and stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                os.fsync(self._descriptor)
        except OSError as error:
            raise self._unwritable(error) from None
        finally:
            os.close(self._descriptor)

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InvalidOptionError(
                f"another run is writing to {self._path}; wait for it to finish, or choose another -o FILE"
            ) from None

    def _take_up(self, expected: dict[str, Any], explain: bool) -> None:
        explained: bool | None = None
        with os.fdopen(os.dup(self._descriptor), "rb") as stream:
            stream.seek(0)
            for number, line in self._whole_lines(stream):
                parsed = self._parsed(line, number)
                if "error" not in parsed:
                    self._compare(parsed, expected, number)
                    if parsed["outcome"] != "abstained":
                        explained = bool(explained or parsed["evidence"])
                self.done.add(parsed)
                self.done.size += len(line)
        if explained not in (None, explain):
            raise InvalidOptionError(
                f"{self._path} contains results {'with' if explained else 'without'} evidence; use the same options, "
                "or another -o FILE"
            )
        try:
            os.ftruncate(self._descriptor, self.done.size)
        except OSError as error:
            raise self._unwritable(error) from None

    def _whole_lines(self, stream: Any) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(stream, start=1):
            if line.endswith(b"\n"):
                yield number, line
            elif not any(line[: len(beginning)] == beginning[: len(line)] for beginning in _BEGINNINGS):
                raise InvalidOptionError(f"{self._path} {_NOT_OURS}")

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            parsed = json.loads(line)
            names = (
                [parsed[key] for key in ("conversation", "file") if key in parsed] if isinstance(parsed, dict) else []
            )
            known = len(names) == 1 and isinstance(names[0], str)
            if known and ("error" in parsed or (isinstance(parsed["provenance"], dict) and "outcome" in parsed)):
                parsed.setdefault("evidence", [])
                return dict(parsed)
        except (ValueError, KeyError, RecursionError):
            pass
        raise InvalidOptionError(f"line {number} of {self._path} {_NOT_OURS}")

    def _compare(self, parsed: dict[str, Any], expected: dict[str, Any], number: int) -> None:
        other = [name for name, value in expected.items() if parsed["provenance"].get(name) != value]
        if other:
            raise InvalidOptionError(
                f"line {number} of {self._path} was written with a different {' and '.join(other)}; use the same "
                "options, artefact and version, or another -o FILE"
            )

    def _write(self, line: dict[str, Any]) -> None:
        rest = (json.dumps(line, allow_nan=False) + "\n").encode("ascii")
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self._path} cannot be written ({error.strerror}); free some space, then continue with --resume"
        )
