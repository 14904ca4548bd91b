"""Training from corpus and proxies to a verified artefact and its results, stage by stage.

`python -m training.run --config training/configs/base.toml [--proxies FOLDER] [--smoke]`
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.build_artifact import build_artifact
from training.calibration.stage import calibrate
from training.config import as_dict, load_config
from training.corpus.lines import FOLDER
from training.data import Data
from training.encoder.stage import train_and_export_encoder
from training.encoder.student_stage import make_student
from training.evaluation.evaluate import evaluate_artifact, write_results
from training.provenance import provenance
from training.sources.labelled_conversations import read_labelled
from training.stages import Stage, folder_seconds, run_stage
from training.window.stage import train_and_export_window_model

RESULTS = Path(__file__).parents[1] / "model_cards" / "results" / "v1.json"


def stages(data: Data) -> list[Stage]:
    """The stages up to the artefact's numbers, in order; each reads the folders of those before it."""
    config, work = data.config, data.work
    common = {"seed": config.seed, "languages": config.languages, "proxies": data.proxies_digest}
    student = Stage(
        "student", 2, [as_dict(config.base), as_dict(config.distill), common],
        lambda folder: make_student(data, folder),
    )  # fmt: skip
    encoder = Stage(
        "encoder", 5, [as_dict(config.encoder), data.corpus_digest, student.key],
        lambda folder: train_and_export_encoder(data, work / student.name, folder),
    )  # fmt: skip
    window_model = Stage(
        "window_model", 3, [as_dict(config.window_model), as_dict(config.compose), encoder.key],
        lambda folder: train_and_export_window_model(data, work / encoder.name, folder),
    )  # fmt: skip
    calibration = Stage(
        "calibration", 4, [as_dict(config.calibration), as_dict(config.compose), window_model.key],
        lambda folder: calibrate(data, work / encoder.name, work / window_model.name, folder),
    )  # fmt: skip
    return [student, encoder, window_model, calibration]


def train(data: Data, artifact: Path) -> str:
    """Run every stage that is not done and put the artefact in its place.

    Returns:
        Digest of the artefact.
    """
    data.work.mkdir(parents=True, exist_ok=True)
    folders = [run_stage(stage, data.work) for stage in stages(data)]
    _, encoder, window_model, calibration = folders
    parts = [calibration, encoder / "encoder.onnx", window_model / "window_model.onnx"]
    seconds = {folder.name: folder_seconds(folder) for folder in folders}
    return build_artifact(parts, provenance(data, seconds), artifact)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "base.toml")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    parser.add_argument("--corpus", type=Path, default=FOLDER, help="folder of the corpus (default: the project's own)")
    parser.add_argument("--work", type=Path, default=Path("work"), help="folder of the stages (default: %(default)s)")
    parser.add_argument("--artifact", type=Path, help="where the artefact goes (default: into the package)")
    parser.add_argument("--results", type=Path, help="where the results go (default: model_cards/results/v1.json)")
    parser.add_argument("--conversations", type=Path, help="labelled JSON lines to evaluate on as well")
    parser.add_argument("--smoke", action="store_true", help="the same stages on tiny data, in minutes")
    options = parser.parse_args(arguments)
    if options.smoke and (options.artifact is None or options.results is None):
        parser.error("--smoke needs --artifact and --results: what it makes must not replace the shipped model")
    if not (options.corpus / "tactics").is_dir():
        parser.error(f"--corpus: {options.corpus} is no corpus folder; copy {FOLDER} and change the copy")
    started = time.perf_counter()
    data = Data(load_config(options.config, options.smoke), options.proxies, options.work, options.corpus)
    artifact, results = options.artifact or BUNDLED, options.results or RESULTS
    own = read_labelled(options.conversations) if options.conversations else []
    digest = train(data, artifact)
    command = "python -m training.run --config " + options.config.name
    write_results(evaluate_artifact(artifact, data, command, own), results)
    minutes = (time.perf_counter() - started) / 60
    print(json.dumps({"artifact": digest, "results": str(results), "minutes": round(minutes, 1)}), file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
