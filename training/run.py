"""Train a model from corpus and proxies, stage by stage, put its artefact together and evaluate it.

    python -m training run --proxies FOLDER
    python -m training run --smoke --artifact FOLDER --results FILE

An interrupted run goes on from the stages in the --work folder when it is started again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.build_artifact import build_artifact
from training.calibration.stage import calibrate
from training.config import as_dict, load_config
from training.corpus.lines import FOLDER
from training.data import Data
from training.encoder.kept import keep_encoder, kept_digest
from training.encoder.stage import train_and_export_encoder
from training.encoder.student_stage import make_student
from training.evaluation.evaluate import evaluate_artifact, write_results
from training.options import DataOptions, UsageError, add_conversations, add_data
from training.paths import RESULTS
from training.provenance import provenance
from training.screen.stage import train_and_export_screen
from training.sources.labelled_conversations import read_labelled
from training.stages import Stage, folder_seconds, run_stage
from training.window.stage import train_and_export_window_model

HELP = "train a model and evaluate it"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of the verb.

    Attributes:
        data: Configuration, proxies and the folder of the stages.
        corpus: Folder of the corpus.
        artifact: Folder that the artefact is written to.
        results: File that the results are written to.
        conversations: File of labelled conversations to evaluate on as well, or None.
        smoke: Whether to train on tiny data.
        keep_encoder: Folder of the artefact whose encoder is kept, or None to train one.
    """

    data: DataOptions
    corpus: Path
    artifact: Path
    results: Path
    conversations: Path | None
    smoke: bool
    keep_encoder: Path | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    add_data(parser)
    parser.add_argument("--corpus", type=Path, default=FOLDER, help="folder of the corpus (default: the project's own)")
    parser.add_argument("--artifact", type=Path, help="folder to write the artefact to (default: the bundled one)")
    parser.add_argument("--results", type=Path, help="file to write the results to (default: model_cards/results)")
    add_conversations(parser)
    parser.add_argument(
        "--keep-encoder", type=Path, metavar="ARTIFACT", help="take the encoder from this artefact, and train the rest"
    )
    parser.add_argument("--smoke", action="store_true", help="run the same stages on tiny data, in minutes")


def run(arguments: argparse.Namespace) -> int:
    """Train and evaluate; exit status 0."""
    if arguments.smoke and (arguments.artifact is None or arguments.results is None):
        raise UsageError("--smoke requires --artifact and --results, so that the shipped model is not replaced")
    options = RunOptions(
        data=DataOptions(arguments.config, arguments.proxies, arguments.work),
        corpus=arguments.corpus,
        artifact=arguments.artifact or BUNDLED,
        results=arguments.results or RESULTS,
        conversations=arguments.conversations,
        smoke=arguments.smoke,
        keep_encoder=arguments.keep_encoder,
    )
    if not (options.corpus / "tactics").is_dir():
        raise UsageError(f"--corpus: {options.corpus} is not a corpus folder; copy {FOLDER} and change the copy")
    _train_and_evaluate(options)
    return 0


def _train_and_evaluate(options: RunOptions) -> None:
    started = time.perf_counter()
    config = load_config(options.data.config, options.smoke)
    data = Data(config, options.data.proxies, options.data.work, options.corpus)
    own = read_labelled(options.conversations) if options.conversations else []
    digest = train(data, options.artifact, options.keep_encoder)
    command = f"python -m training run --config {options.data.config.name}"
    write_results(evaluate_artifact(options.artifact, data, command, own), options.results)
    minutes = round((time.perf_counter() - started) / 60, 1)
    summary = {"artifact": digest, "results": str(options.results), "minutes": minutes}
    print(json.dumps(summary), file=sys.stderr)


def train(data: Data, artifact: Path, keep_encoder: Path | None = None) -> str:
    """Run every stage that has not been run yet, and put the artefact in its place.

    Args:
        data: Data of the run.
        artifact: Folder of the artefact, replaced.
        keep_encoder: Folder of the artefact whose encoder is kept, or None to train one.

    Returns:
        Digest of the artefact.
    """
    data.work.mkdir(parents=True, exist_ok=True)
    folders = [run_stage(stage, data.work) for stage in stages(data, keep_encoder)]
    encoder, screen, window_model, calibration = folders[-4:]
    parts = [calibration, encoder / "encoder.onnx", screen / "screen.npz", window_model / "window_model.onnx"]
    seconds = {folder.name: folder_seconds(folder) for folder in folders}
    return build_artifact(parts, provenance(data, seconds, keep_encoder), artifact)


def stages(data: Data, kept: Path | None = None) -> list[Stage]:
    """Return the stages up to the artefact's numbers, in order; each reads the folders of those before it.

    Args:
        data: Data of the run.
        kept: Folder of the artefact whose encoder is kept, or None to train one.

    Returns:
        The stages.
    """
    config, work = data.config, data.work
    first = _encoder_stages(data) if kept is None else [_kept_stage(kept)]
    encoder = first[-1]
    composed = {"seed": config.seed, "set": as_dict(config.compose)}
    screen = Stage(
        name="screen",
        version=2,
        inputs=[as_dict(config.screen), composed, data.corpus_digest, data.proxies_digest, encoder.key],
        run=lambda folder: train_and_export_screen(data, work / encoder.name, folder),
    )
    window_model = Stage(
        name="window_model",
        version=5,
        inputs=[as_dict(config.window_model), composed, data.corpus_digest, screen.key],
        run=lambda folder: train_and_export_window_model(data, work / encoder.name, work / screen.name, folder),
    )
    calibration = Stage(
        name="calibration",
        version=7,
        inputs=[as_dict(config.calibration), composed, window_model.key],
        run=lambda folder: calibrate(data, work / encoder.name, work / screen.name, work / window_model.name, folder),
    )
    return [*first, screen, window_model, calibration]


def _encoder_stages(data: Data) -> list[Stage]:
    config, work = data.config, data.work
    common = {"seed": config.seed, "languages": config.languages, "proxies": data.proxies_digest}
    student = Stage(
        name="student",
        version=3,
        inputs=[as_dict(config.base), as_dict(config.distill), common],
        run=lambda folder: make_student(data, folder),
    )
    encoder = Stage(
        name="encoder",
        version=8,
        inputs=[as_dict(config.encoder), data.corpus_digest, student.key],
        run=lambda folder: train_and_export_encoder(data, work / student.name, folder),
    )
    return [student, encoder]


def _kept_stage(artifact: Path) -> Stage:
    return Stage("encoder", 1, kept_digest(artifact), lambda folder: keep_encoder(artifact, folder))
