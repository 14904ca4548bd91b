"""The worker: a thread that reads and scores what was brought in, one export after another."""

from __future__ import annotations

import threading
from collections.abc import Callable

from grooming_risk.desk.intake.reading import Reading, Stopped
from grooming_risk.desk.intake.sampling import finish_import
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.imports import next_file, open_imports, progress
from grooming_risk.errors import ArtifactIntegrityError, DeskError, GroomingRiskError
from grooming_risk.readers import ReadingOptions
from grooming_risk.scoring.scorer import RiskScorer

_IDLE = 5.0  # seconds between looks where nobody has said that there is work
_AGAIN = 20.0  # seconds after a full disk


class IntakeWorker:
    """Reads exports in the background. It may be killed at any moment, and goes on where it was.

    Attributes:
        problem: why it cannot go on, such as a full disk; empty while it can.
    """

    problem: str

    def __init__(self, desk: Desk, scorer: Callable[[], RiskScorer], options: ReadingOptions | None = None) -> None:
        """Prepare a worker.

        Args:
            desk: what it reads from and writes to.
            scorer: makes the scorer, in the worker's own thread: loading the model takes a second.
            options: limits of what is read; the defaults when None.
        """
        self.problem = ""
        self._desk, self._scorer, self._options = desk, scorer, options or ReadingOptions()
        self._loaded: RiskScorer | None = None
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is work."""
        self._wake.set()

    def stop(self, wait: float = 30.0) -> None:
        """Ask the thread to stop after the conversations at hand, and wait for it."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(wait)

    def work(self) -> bool:
        """Read one export, or close an import, and return whether there was something to do."""
        with self._desk.database.reading() as connection:
            file = next_file(connection, self._desk.vault)
        if file is None:
            return self._close_imports()
        if self._loaded is None:
            self._loaded = self._scorer()
        Reading(self._desk, self._loaded, file, lambda: self._stopping(file.import_id), self._options).run()
        return True

    def _close_imports(self) -> bool:
        closed = False
        percent = self._desk.policy().sample_percent
        with self._desk.database.reading() as connection:
            numbers = open_imports(connection)
        for number in numbers:
            with self._desk.database.writing() as connection:
                closed |= finish_import(connection, number, percent)
        return closed

    def _stopping(self, number: int) -> bool:
        """Return whether the desk closes, or a person has stopped this import."""
        if self._stop.is_set():
            return True
        with self._desk.database.reading() as connection:
            found = progress(connection, number)
        return found is None or found.state != "open"

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = _IDLE
            try:
                busy, self.problem = self.work(), ""
            except Stopped:
                busy = False
            except (DeskError, ArtifactIntegrityError) as error:
                busy, self.problem, pause = False, str(error), _AGAIN
            except GroomingRiskError as error:  # an operating point that the artefact does not have
                busy, self.problem, pause = False, str(error), _AGAIN
            except OSError as error:
                busy, self.problem, pause = False, f"the disk does not answer ({error.strerror})", _AGAIN
            except Exception as error:  # named by its type alone: its words may quote a message
                busy, self.problem, pause = False, f"the worker failed ({type(error).__name__})", _AGAIN
            if not busy:
                self._wake.wait(pause)
                self._wake.clear()
        self._desk.database.close()
