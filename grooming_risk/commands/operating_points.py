"""`grooming-risk operating-points`: named thresholds with their measured cost, or one by what reviewers can read."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import add_artifact, add_prior
from grooming_risk.commands.saved_point import SUFFIX, save_point
from grooming_risk.decision.calibration import check_prior
from grooming_risk.decision.operating_points import CapacityPlan, OperatingPoint
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.operating_points import points_to_dict
from grooming_risk.rendering.operating_points_plot import KINDS, save_plot
from grooming_risk.rendering.terminal.operating_points import render_plan, render_points

# What the library calls the options; its refusals reach people who typed ours.
_OPTIONS = {"alerts_per_day": "--capacity", "conversations_per_day": "--volume"}


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "operating-points",
        help="named thresholds with their measured rates, or one by review capacity",
        description="Print the named thresholds with what they were measured to cost. With --capacity, --volume and "
        "--prevalence: the laxest threshold whose alerts your reviewers can read, and what it is expected to miss.",
    )
    capacity = parser.add_argument_group("review capacity (all three together)")
    capacity.add_argument("--capacity", type=float, metavar="N", help="conversations reviewers can read a day")
    capacity.add_argument("--volume", type=float, metavar="N", help="conversations scored a day")
    capacity.add_argument("--prevalence", type=float, metavar="P", help="share of them that is sought, 0 to 1")
    capacity.add_argument(
        "--save", type=Path, metavar="FILE.json", help="write the point for --operating-point of `score` and `monitor`"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help=f"draw it; FILE ends in {', '.join(KINDS)}")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="form of the output")
    add_prior(parser)
    add_artifact(parser)
    parser.set_defaults(run=partial(_operating_points, parser))


def checked_prior(prior: float | None) -> float | None:
    """The prior, if it is one.

    Raises:
        InvalidOptionError: it is no prevalence.
    """
    check_prior(prior)
    return prior


def _operating_points(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    _check_usage(parser, options)
    artifact, prior = Artifact(options.artifact), checked_prior(options.prior)
    plan = _plan(artifact, options) if options.capacity is not None else None
    if options.save is not None and plan is not None:
        save_point(options.save, plan, artifact)
        print(f"grooming-risk: wrote {options.save.name}", file=sys.stderr)
    if options.plot is not None:
        save_plot(options.plot, artifact, prior, plan)
        print(f"grooming-risk: wrote {options.plot.name}", file=sys.stderr)
    if options.format == "json":
        print(json.dumps(points_to_dict(artifact, prior, plan), indent=2))
        return 0
    width = shutil.get_terminal_size().columns
    print(render_points(artifact, prior, width))
    if plan is not None:
        print(f"\n{render_plan(plan, artifact, prior, width)}")
        if options.save is None:
            print("\n--save FILE.json keeps it for --operating-point of `score` and `monitor`")
    return 0


def _check_usage(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End with status 2 where options do not go together."""
    asked = {f"--{name}": getattr(options, name) for name in ("capacity", "volume", "prevalence")}
    missing = [name for name, value in asked.items() if value is None]
    if 0 < len(missing) < len(asked):
        parser.error(f"--capacity, --volume and --prevalence go together; {' and '.join(missing)} missing")
    if options.save is not None and missing:
        parser.error("--save writes a point chosen by capacity; give --capacity, --volume and --prevalence with it")
    if options.save is not None and options.save.suffix != SUFFIX:
        parser.error(f"--save {options.save.name}: the name must end in {SUFFIX}")
    if options.plot is not None and options.plot.suffix.lower() not in KINDS:
        parser.error(f"--plot {options.plot.name}: the name must end in one of {', '.join(KINDS)}")


def _plan(artifact: Artifact, options: argparse.Namespace) -> CapacityPlan:
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
        raise InvalidOptionError(refusal) from None
