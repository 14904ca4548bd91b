"""Runs an engine in a process of its own: engines use sockets of this machine, which the other tests refuse."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOOPBACK = ROOT / "tests" / "support" / "loopback"
TIMEOUT = 900  # seconds; an engine starts in ten, and in a minute on a busy machine


def needs(*modules, program=None, extra):
    """Skip the tests of a module where an engine is not installed, and say what to install."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if program is not None and shutil.which(program) is None:
        missing.append(program)
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed (extra {extra})", allow_module_level=True)


def environment(folder):
    """Variables of a process that may use sockets of this machine, and no others."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))},
        "PYTHONPATH": os.pathsep.join([str(LOOPBACK), str(ROOT)]),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "TMPDIR": str(folder),
        "OMP_NUM_THREADS": "1",
        "HF_DATASETS_CACHE": str(folder),
        "DO_NOT_TRACK": "true",
    }


def run_child(name, folder, *words):
    """Run a child of this folder, and return what it wrote to its first argument."""
    out = Path(folder) / "result.json"
    command = [sys.executable, "-m", f"tests.support.engines.{name}", str(out), str(folder), *words]
    with (Path(folder) / f"{name}.log").open("w+") as log:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment(folder), stdout=log, stderr=log, start_new_session=True
        )
        try:
            status = child.wait(TIMEOUT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # what the engine left behind
        log.seek(0)
        text = log.read()
    assert status == 0, text[-4_000:]
    return json.loads(out.read_text(encoding="utf-8")), text
