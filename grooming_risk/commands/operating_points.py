"""`grooming-risk operating-points`: named thresholds, or one chosen by review capacity or for traffic of one's own."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import add_artifact, add_prior, add_reading, reading_options, runs
from grooming_risk.commands.own_traffic import calibrate_on_files
from grooming_risk.commands.terminal_output import say, show, show_json
from grooming_risk.decision.calibration import check_prior
from grooming_risk.decision.operating_points import CapacityPlan, OperatingPoint
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.readers import Columns
from grooming_risk.rendering.operating_points import calibration_to_dict, points_to_dict
from grooming_risk.rendering.operating_points_plot import KINDS, save_plot
from grooming_risk.rendering.terminal.operating_points import render_plan, render_points
from grooming_risk.rendering.terminal.own_traffic import render_calibration
from grooming_risk.scoring.saved_point import SUFFIX, save_calibrated_point, save_point
from grooming_risk.scoring.scorer import RiskScorer

_SAVE_HINT = "Add --save FILE.json to use this threshold with `score` and `monitor`."
# Names in the library's errors → options of this verb, which is what the reader of an error has typed.
_RATE = 0.005  # the false-flag rate that the point "balanced" stays below
_OPTIONS = {"alerts_per_day": "--capacity", "conversations_per_day": "--volume"}


@dataclass(frozen=True, slots=True)
class OperatingPointsOptions:
    """Options of `operating-points`.

    Attributes:
        capacity: alerts a day that reviewers can read.
        volume: conversations scored a day.
        prevalence: share of conversations that is what the caller looks for.
        calibrate: exports of benign traffic to choose a threshold for; None not to calibrate.
        false_flag_rate: largest false-flag rate that the bound may have, with `calibrate`; the default when None.
        date_order: order of day, month and year in the exports; inferred when None.
        clock_hours: hours of clocks without AM or PM; None to infer them.
        columns: columns of a table.
        save: file for the chosen point.
        plot: file for the plot.
        format: "table" or "json".
        prior: prevalence that probabilities refer to; the artefact's reference when None.
        artifact: folder of the artefact.
    """

    capacity: float | None
    volume: float | None
    prevalence: float | None
    calibrate: list[Path] | None
    false_flag_rate: float | None
    date_order: str | None
    clock_hours: int | None
    columns: Columns
    save: Path | None
    plot: Path | None
    format: str
    prior: float | None
    artifact: Path


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "operating-points",
        help="show the named thresholds with their measured rates, or choose one by review capacity",
        description="Print the named thresholds and the rates that were measured for them. With --capacity, --volume "
        "and --prevalence, also choose the lowest threshold whose alerts your reviewers can read, and estimate what it "
        "will miss. With --calibrate, measure the false flags on your own benign conversations instead, and choose the "
        "lowest threshold whose rate there is shown to be low enough.",
    )
    capacity = parser.add_argument_group("review capacity (give all three together)")
    capacity.add_argument("--capacity", type=float, metavar="N", help="alerts that your reviewers can read in a day")
    capacity.add_argument("--volume", type=float, metavar="N", help="conversations that you score in a day")
    capacity.add_argument(
        "--prevalence", type=float, metavar="P", help="share of these that is what you look for, between 0 and 1"
    )
    _add_own_traffic(parser)
    parser.add_argument(
        "--save",
        type=Path,
        metavar="FILE.json",
        help="write the chosen threshold to a file for --operating-point of `score` and `monitor`",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE",
        help=f"draw recall against false-flag rate into a file that ends in {', '.join(KINDS)} (needs matplotlib)",
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="output format (default: %(default)s)"
    )
    add_prior(parser)
    add_artifact(parser)
    runs(parser, partial(_operating_points, parser), OperatingPointsOptions)


def _add_own_traffic(parser: argparse.ArgumentParser) -> None:
    own = parser.add_argument_group("your own benign traffic")
    own.add_argument(
        "--calibrate",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="exports of conversations that you believe to be benign, or folders with exports; each FILE is a source, "
        "and rates are also printed for each source when it is held out",
    )
    own.add_argument(
        "--false-flag-rate",
        type=float,
        metavar="P",
        help=f"share of benign conversations that may be flagged, with 95 %% confidence (default: {_RATE})",
    )
    add_reading(own)


def _operating_points(parser: argparse.ArgumentParser, options: OperatingPointsOptions) -> int:
    _check_usage(parser, options)
    check_prior(options.prior)
    if options.calibrate is not None:
        return _calibrate(options.calibrate, options)
    artifact, prior = Artifact(options.artifact), options.prior
    plan = _plan(artifact, options)
    if options.save is not None and plan is not None:
        save_point(options.save, plan, artifact)
        say(f"wrote {options.save.name}")
    if options.plot is not None:
        save_plot(options.plot, artifact, prior, plan)
        say(f"wrote {options.plot.name}")
    if options.format == "json":
        show_json(points_to_dict(artifact, prior, plan), indent=2)
        return 0
    columns = shutil.get_terminal_size().columns
    show(render_points(artifact, prior, columns))
    if plan is not None:
        show(f"\n{render_plan(plan, artifact, prior, columns)}")
        if options.save is None:
            show(f"\n{_SAVE_HINT}")
    return 0


def _calibrate(paths: list[Path], options: OperatingPointsOptions) -> int:
    scorer, reading = (
        RiskScorer(options.artifact),
        reading_options(options.date_order, options.clock_hours, options.columns),
    )
    rate = _RATE if options.false_flag_rate is None else options.false_flag_rate
    found, artifact = calibrate_on_files(paths, rate, reading, scorer), scorer.artifact
    if options.save is not None:
        save_calibrated_point(options.save, found.point, artifact)
        say(f"wrote {options.save.name}")
    if options.format == "json":
        show_json(calibration_to_dict(found, artifact, options.prior), indent=2)
        return 0
    show(render_calibration(found, artifact, options.prior, shutil.get_terminal_size().columns))
    if options.save is None:
        show(f"\n{_SAVE_HINT}")
    return 0


def _check_usage(parser: argparse.ArgumentParser, options: OperatingPointsOptions) -> None:
    """End with status 2 where options do not go together."""
    asked = {f"--{name}": getattr(options, name) for name in ("capacity", "volume", "prevalence")}
    missing = [name for name, value in asked.items() if value is None]
    if options.calibrate is not None and len(missing) < len(asked):
        parser.error("--calibrate and --capacity each choose a threshold: give one of them")
    if options.calibrate is not None and options.plot is not None:
        parser.error("--plot draws what the artefact was measured on: leave out --calibrate")
    if options.calibrate is None and options.false_flag_rate is not None:
        parser.error("--false-flag-rate is that of your own traffic: add --calibrate FILE")
    if 0 < len(missing) < len(asked):
        parser.error(f"--capacity, --volume and --prevalence go together: {' and '.join(missing)} missing")
    if options.calibrate is None and options.save is not None and missing:
        parser.error(
            "--save writes a threshold that was chosen: add --capacity, --volume and --prevalence, or --calibrate FILE"
        )
    if options.save is not None and options.save.suffix != SUFFIX:
        parser.error(f"--save {options.save.name}: the name must end in {SUFFIX}")
    if options.plot is not None and options.plot.suffix.lower() not in KINDS:
        parser.error(f"--plot {options.plot.name}: the name must end in one of {', '.join(KINDS)}")


def _plan(artifact: Artifact, options: OperatingPointsOptions) -> CapacityPlan | None:
    if options.capacity is None or options.volume is None or options.prevalence is None:
        return None
    try:
        return OperatingPoint.for_review_capacity(
            artifact.threshold_curve,
            alerts_per_day=options.capacity,
            conversations_per_day=options.volume,
            prevalence=options.prevalence,
        )
    except InvalidOptionError as error:
        refusal = str(error)
    for name, option in _OPTIONS.items():
        refusal = refusal.replace(name, option)
    raise InvalidOptionError(refusal)
