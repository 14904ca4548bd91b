"""What the arms of the ablations reach, and whether the shipped design is the fastest that keeps the quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from training.documents.card_format import interval, listed, number, table, words
from training.evaluation.estimates import Estimate
from training.evaluation.results import Ablations, ArmResults, Configuration, Results

Measure = Literal["vignettes", "composed"]
MEASURES: dict[Measure, str] = {"vignettes": "AUROC, vignettes", "composed": "AUROC, composed"}
SETS: dict[Measure, str] = {"vignettes": "on the vignettes", "composed": "on composed conversations"}
SHIPPED = "shipped"  # name of the row of the shipped model itself, which had more training than the arms
# Of the shipped design. Arms that differ in training alone come after the plain arm in the file.
PRECISION, STAGE = "int8", "window_model"
# Two runs of the same networks on shared cores differ by up to a tenth in speed, so smaller differences do not count.
SAME_SPEED = 0.9


def ablation_part(ablations: Ablations | None, results: Results) -> str:
    """Return heading, sentences and figure, or nothing at all when no ablations were run."""
    if ablations is None:
        return ""
    config = results["config"]
    figure = "![Quality of each arm against messages per second, numbered as in the table](figures/ablations.svg)"
    paragraphs = [_budget(ablations), choice(ablations, len(config["base"]["layers"])), figure]
    return "\n\n".join(["### Why this size", *paragraphs])


def ablation_appendix(ablations: Ablations | None, results: Results) -> str:
    """Return heading and table of the appendix, or nothing at all when no ablations were run."""
    if ablations is None:
        return ""
    return f"## Appendix: arms of the ablations\n\n{ablation_table(ablations, results['config'])}"


def ablation_table(ablations: Ablations, config: Configuration) -> str:
    """Tabulate the arms, numbered. The shipped model's layers and epochs are those of its configuration."""
    header = ["", "arm", "description", "layers", "precision", "scored by", "epochs", *MEASURES.values()]
    header += ["recall at 1 % false flags, composed", "messages per second", "MB"]
    rows = []
    for place, arm in enumerate(ablations["arms"], start=1):
        layers, epochs = arm["layers"], arm["epochs"]
        if arm["name"] == SHIPPED:
            layers, epochs = len(config["base"]["layers"]), config["encoder"]["epochs"]
        design = [arm["changed"], str(layers), arm["precision"], words(arm["stage"]), str(epochs)]
        recall = arm["composed"].get("recall_at_1_percent_false_flags") if "composed" in arm else None
        measured = [*(interval(quality(arm, measure)) for measure in MEASURES), interval(recall)]
        cost = [number(arm["messages_per_second"]), number(arm["megabytes"])]
        rows.append([str(place), words(arm["name"]), *design, *measured, *cost])
    return table(header, rows)


def choice(ablations: Ablations, layers: int) -> str:
    """Say which arms keep up with the best, which of them is fastest, and whether the shipped design is one of them.

    Args:
        ablations: Content of ablations.json.
        layers: Number of layers of the shipped model.

    Returns:
        A paragraph.
    """
    arms = [arm for arm in ablations["arms"] if arm["name"] != SHIPPED]
    measured = [measure for measure in MEASURES if any(quality(arm, measure) for arm in arms)]
    kept = [arm for arm in arms if all(_keeps_up(arm, arms, measure) for measure in measured)]
    within = f"within the 95 % interval of the best AUROC {listed([SETS[measure] for measure in measured])}"
    own = next((arm for arm in ablations["arms"] if arm["name"] == SHIPPED), None)
    last = f" The shipped model, with all its training, reaches {_reached(own)}." if own else ""
    if not kept:
        return f"No arm is {within}.{last}"
    fastest = max(kept, key=lambda arm: arm["messages_per_second"])
    verdict = _verdict(shipped_design(arms, layers), kept)
    return (
        f"{len(kept)} of {len(arms)} arms {'is' if len(kept) == 1 else 'are'} {within}: "
        f"{listed([words(arm['name']) for arm in kept])}. The fastest of them is {words(fastest['name'])}, with "
        f"{number(fastest['messages_per_second'])} messages per second. {verdict}{last}"
    )


def shipped_design(arms: Iterable[ArmResults], layers: int) -> ArmResults | None:
    """Return the arm that is built like the shipped model: its layers, int8 and window model, otherwise unchanged."""
    alike = (arm for arm in arms if (arm["layers"], arm["precision"], arm["stage"]) == (layers, PRECISION, STAGE))
    return next(alike, None)


def quality(arm: ArmResults, measure: Measure) -> Estimate | None:
    """Return the AUROC of an arm on the vignettes or on composed conversations, or None where it was not measured."""
    ranking = arm.get(measure)
    return ranking["auroc"] if ranking else None


def _verdict(design: ArmResults | None, kept: Sequence[ArmResults]) -> str:
    if design is None:
        return "No arm has the design of the shipped model."
    name = words(design["name"])
    if design not in kept:
        return f"The shipped design, {name}, is not among them: it reaches {_reached(design)}."
    enough = max(arm["messages_per_second"] for arm in kept) * SAME_SPEED
    if design["messages_per_second"] < enough:
        return f"The shipped design, {name}, is slower: {number(design['messages_per_second'])} messages per second."
    return f"The shipped design is {name}: none of them is faster by more than {1 - SAME_SPEED:.0%}."


def _budget(ablations: Ablations) -> str:
    """Say what the arms have in common, and where the figures come from."""
    arms = [arm for arm in ablations["arms"] if arm["name"] != SHIPPED]
    languages = [", ".join(f"`{code}`" for code in arm["languages"]) for arm in arms]
    usual = max(languages, key=languages.count)
    others = " unless the row says otherwise" if len(set(languages)) > 1 else ""
    text = (
        "Each arm repeats the same small training with one thing changed, to show what each part of the model "
        f"contributes. The arms are trained on {usual}{others}, with a small budget: compare them with each other, not "
        "with the shipped model. Composed conversations are in English here."
    )
    if "threads" in ablations:
        text += f" Speeds are those of {ablations['threads']} thread{'' if ablations['threads'] == 1 else 's'}."
    run = [f"by `{ablations['command']}`" if "command" in ablations else ""]
    run.append(f"at commit `{ablations['commit']}`" if "commit" in ablations else "")
    return text + (f" The figures were measured {' '.join(filter(None, run))}." if any(run) else "")


def _keeps_up(arm: ArmResults, arms: Sequence[ArmResults], measure: Measure) -> bool:
    best = max((value for other in arms if (value := quality(other, measure))), key=lambda value: value["value"])
    found = quality(arm, measure)
    return found is not None and found["value"] >= best["low"]


def _reached(arm: ArmResults) -> str:
    figures = [
        f"an AUROC of {interval(found)} {SETS[measure]}" for measure in MEASURES if (found := quality(arm, measure))
    ]
    return listed([*figures, f"{number(arm['messages_per_second'])} messages per second"])
