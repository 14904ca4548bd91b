"""The keeper: a thread that seals decisions after ten seconds and deletes what has reached its date."""

from __future__ import annotations

import threading
import time

from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.storage.desk import Desk, delete_due
from grooming_risk.errors import GroomingRiskError

_LOOK = 1.0  # seconds
_DELETE = 3_600.0  # seconds between looks at dates


class Keeper:
    """Does in the background what nobody asks for.

    Attributes:
        problem: why it could not go on last time; empty where it could.
    """

    problem: str

    def __init__(self, desk: Desk) -> None:
        """Prepare a keeper of a desk."""
        self.problem = ""
        self._desk = desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; decisions that can be undone stay so, and are sealed by the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        deleted_at = float("-inf")
        while not self._stop.wait(_LOOK):
            try:
                seal_due(self._desk)
                if time.monotonic() - deleted_at > _DELETE:
                    delete_due(self._desk)
                    deleted_at = time.monotonic()
                self.problem = ""
            except GroomingRiskError as error:
                self.problem = str(error)
            except Exception as error:  # named by its type alone
                self.problem = f"the keeper failed ({type(error).__name__})"
        self._desk.database.close()
