"""Train a model from corpus and proxies, stage by stage, put its artefact together and evaluate it.

    python -m training run --proxies FOLDER
    python -m training run --smoke

An interrupted run goes on from the stages in the --work folder when it is started again. Artefact and results are
written into that folder too; the packaged ones are replaced only with --replace-packaged.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

from training.build_artifact import build_artifact
from training.calibration.stage import calibrate
from training.composer.compose import BLOCK
from training.config import Config, as_dict, load_config
from training.corpus.lines import FOLDER
from training.corpus.other_languages import FOLDER as OTHER_LANGUAGES
from training.data import Data
from training.encoder.kept import keep_encoder, kept_digest
from training.encoder.stage import train_and_export_encoder
from training.encoder.student_stage import make_student
from training.evaluation.evaluate import evaluate_artifact, write_results
from training.execution.destinations import Destinations, add_destinations, destinations
from training.execution.device import add_device, chosen_device
from training.execution.parallel import add_jobs, using_jobs
from training.language.stage import FILE as LANGUAGE
from training.language.stage import train_and_export_language
from training.options import UsageError, add_conversations, add_data
from training.provenance import provenance
from training.screen.stage import train_and_export_screen
from training.sources.labelled_conversations import read_labelled
from training.stages import Stage, digest_files, folder_key, folder_seconds, run_stage
from training.summary import summary_table
from training.window.stage import train_and_export_window_model

HELP = "train a model and evaluate it"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of the verb.

    Attributes:
        config: TOML file of the run.
        proxies: Folder of public conversations, or None.
        corpus: Folder of the corpus.
        to: Where stages, artefact and results are written.
        conversations: Labelled conversations to evaluate on as well, or None.
        own: Labelled conversations that join training, calibration and evaluation; None for those of the configuration.
        smoke: Whether to train on tiny data.
        keep_encoder: Folder of the artefact whose encoder is kept, or None to train one.
        device: Where networks are trained: cpu | cuda | mps.
        jobs: Processes side by side, -1 for one for each core.
    """

    config: Path
    proxies: Path | None
    corpus: Path
    to: Destinations
    conversations: Path | None
    own: str | None
    smoke: bool
    keep_encoder: Path | None
    device: str
    jobs: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    add_data(parser, None)
    parser.add_argument("--corpus", type=Path, default=FOLDER, help="folder of the corpus (default: the project's own)")
    add_destinations(parser)
    add_conversations(parser)
    parser.add_argument(
        "--own",
        metavar="CONVERSATIONS",
        help="labelled conversations of your own that join training, calibration and evaluation, in place of [own] in "
        "the configuration: a file, a folder, or a data set in the Hub's cache",
    )
    parser.add_argument(
        "--keep-encoder", type=Path, metavar="ARTIFACT", help="take the encoder from this artefact, and train the rest"
    )
    add_device(parser)
    add_jobs(parser)
    parser.add_argument("--smoke", action="store_true", help="run the same stages on tiny data, in minutes")


def run(arguments: argparse.Namespace) -> int:
    """Train and evaluate; exit status 0."""
    options = RunOptions(
        config=arguments.config,
        proxies=arguments.proxies,
        corpus=arguments.corpus,
        to=destinations(
            arguments.work, arguments.artifact, arguments.results, arguments.replace_packaged, arguments.smoke
        ),
        conversations=arguments.conversations,
        own=arguments.own,
        smoke=arguments.smoke,
        keep_encoder=arguments.keep_encoder,
        device=chosen_device(arguments.device),
        jobs=arguments.jobs,
    )
    if not (options.corpus / "tactics").is_dir():
        raise UsageError(f"--corpus: {options.corpus} is not a corpus folder; copy {FOLDER} and change the copy")
    with using_jobs(options.jobs):
        print(_train_and_evaluate(options))
    return 0


def _train_and_evaluate(options: RunOptions) -> str:
    """Train and evaluate, and return the table of what was done."""
    data = Data(
        _configuration(options),
        options.proxies,
        options.to.work,
        options.corpus,
        device=options.device,
        authored_only=options.smoke and options.proxies is None,
    )
    given = read_labelled(options.conversations) if options.conversations else []
    folders, seconds = run_stages(data, options.keep_encoder)
    _build(data, folders, options.to.artifact, options.keep_encoder)
    begin = time.perf_counter()
    command = f"python -m training run --config {options.config.name}"
    results = evaluate_artifact(options.to.artifact, data, command, given)
    write_results(results, options.to.results)
    seconds["evaluation"] = time.perf_counter() - begin
    return summary_table(results, seconds, options.to.artifact, options.to.results)


def _configuration(options: RunOptions) -> Config:
    config = load_config(options.config, options.smoke)
    if options.own is not None:
        config = replace(config, own=replace(config.own, conversations=options.own))
    own, given = config.own.conversations, options.conversations
    if own and given and Path(own).resolve() == given.resolve():
        raise UsageError(
            "--conversations: these conversations are trained on; leave the option out, and the part of them that is "
            "kept for the test is evaluated"
        )
    return config


def train(data: Data, artifact: Path, keep_encoder: Path | None = None) -> str:
    """Run every stage that has not been run yet, and put the artefact in its place.

    Args:
        data: Data of the run.
        artifact: Folder of the artefact, replaced.
        keep_encoder: Folder of the artefact whose encoder is kept, or None to train one.

    Returns:
        Digest of the artefact.
    """
    return _build(data, run_stages(data, keep_encoder)[0], artifact, keep_encoder)


def run_stages(data: Data, keep_encoder: Path | None = None) -> tuple[list[Path], dict[str, float]]:
    """Run every stage that has not been run yet.

    Args:
        data: Data of the run.
        keep_encoder: Folder of the artefact whose encoder is kept, or None to train one.

    Returns:
        Folders of the stages, in order, and the seconds that each took in this run, 0 where it was done before.
    """
    data.work.mkdir(parents=True, exist_ok=True)
    spent: dict[str, float] = {}
    folders = []
    for stage in stages(data, keep_encoder):
        done = folder_key(data.work / stage.name) == (stage.key, True)
        folders.append(run_stage(stage, data.work))
        spent[stage.name] = 0.0 if done else folder_seconds(folders[-1])
    return folders, spent


def _build(data: Data, folders: list[Path], artifact: Path, keep_encoder: Path | None) -> str:
    """Put the artefact together from the folders of the stages, and return its digest."""
    encoder, language, screen, window_model, calibration = folders[-5:]
    networks = [
        encoder / "encoder.onnx",
        language / LANGUAGE,
        screen / "screen.npz",
        window_model / "window_model.onnx",
    ]
    seconds = {folder.name: folder_seconds(folder) for folder in folders}
    return build_artifact([calibration, *networks], provenance(data, seconds, keep_encoder), artifact)


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
    composed = {"seed": config.seed, "set": as_dict(config.compose), "block": BLOCK}
    own = [data.own_digest] if data.own_digest else []  # without any, the keys are those of a run that knows of none
    read_by_all = [data.languages, data.corpus_digest, data.proxies_digest]
    others = digest_files(list(OTHER_LANGUAGES.iterdir()))
    language = Stage(
        name="language",
        version=1,
        inputs=[as_dict(config.language), config.seed, read_by_all, others, encoder.key],
        run=lambda folder: train_and_export_language(data, work / encoder.name, folder),
    )
    screen = Stage(
        name="screen",
        version=2,
        inputs=[as_dict(config.screen), composed, data.corpus_digest, data.proxies_digest, encoder.key],
        run=lambda folder: train_and_export_screen(data, work / encoder.name, folder),
    )
    window_model = Stage(
        name="window_model",
        version=6,
        inputs=[as_dict(config.window_model), composed, data.corpus_digest, screen.key, *own],
        run=lambda folder: train_and_export_window_model(data, work / encoder.name, work / screen.name, folder),
    )
    calibration = Stage(
        name="calibration",
        version=10,
        inputs=[as_dict(config.calibration), composed, language.key, window_model.key],
        run=lambda folder: calibrate(
            data, work / encoder.name, work / screen.name, work / language.name, work / window_model.name, folder
        ),
    )
    return [*first, language, screen, window_model, calibration]


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
