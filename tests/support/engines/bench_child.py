"""A small measurement of Spark; run by tests/engines/test_measurements.py."""

import contextlib
import io
import sys
from pathlib import Path

from grooming_risk.cli import main

if __name__ == "__main__":
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(["bench", "--engine", "spark", "--messages", "300", "--format", "json"])
    Path(sys.argv[1]).write_text(printed.getvalue(), encoding="utf-8")
    sys.exit(status)
