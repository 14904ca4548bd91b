"""What other arms of the same design reach, and whether the shipped design is the fastest that keeps the quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.documents.card_format import interval, listed, number, table, words

Ablations = Mapping[str, Any]
Arm = Mapping[str, Any]
MEASURES = {"vignettes": "AUROC, vignettes", "composed": "AUROC, composed"}
SHIPPED = "shipped"  # name of the row that is the shipped model itself, with more training than the arms
# Of the shipped design; an arm that differs in training only, not in these, comes after the plain one in the file.
PRECISION, STAGE = "int8", "window_model"
# Two runs of the same networks on shared cores differ by up to a tenth in speed, so less than that is no difference.
SAME_SPEED = 0.9


def ablation_part(ablations: Ablations | None, results: Mapping[str, Any]) -> str:
    """Heading, sentences, figure and table, or nothing at all when no ablations were run."""
    if ablations is None:
        return ""
    config = results["config"]
    figure = "![Quality of each arm against messages a second, numbered as in the table](figures/ablations.svg)"
    paragraphs = [choice(ablations, len(config["base"]["layers"])), _budget(ablations), figure]
    return "\n\n".join(["### Why this size", *paragraphs, ablation_table(ablations, config)])


def ablation_table(ablations: Ablations, config: Mapping[str, Any]) -> str:
    """One numbered row an arm. The shipped model's own layers and epochs are those of its configuration."""
    header = ["", "arm", "what it is", "layers", "precision", "scored by", "epochs", *MEASURES.values(),
              "recall at 1 % false flags, composed", "messages a second", "MB"]  # fmt: skip
    rows = []
    for place, arm in enumerate(ablations["arms"], start=1):
        own = arm["name"] == SHIPPED
        layers, epochs = (
            (len(config["base"]["layers"]), config["encoder"]["epochs"]) if own else (arm["layers"], arm["epochs"])
        )
        rows.append(
            [
                str(place), words(arm["name"]), arm["changed"], str(layers), arm["precision"], words(arm["stage"]),
                str(epochs), *(interval(quality(arm, measure)) for measure in MEASURES),
                interval(arm.get("composed", {}).get("recall_at_1_percent_false_flags")),
                number(arm["messages_per_second"]), number(arm["megabytes"]),
            ]
        )  # fmt: skip
    return table(header, rows)


def choice(ablations: Ablations, layers: int) -> str:
    """Which arms keep up with the best, which of these are fastest, and whether the shipped design is one of them.

    Args:
        ablations: content of ablations.json.
        layers: of the shipped model.
    """
    arms = [arm for arm in ablations["arms"] if arm["name"] != SHIPPED]
    measured = [measure for measure in MEASURES if any(quality(arm, measure) for arm in arms)]
    kept = [arm for arm in arms if all(_keeps_up(arm, arms, measure) for measure in measured)]
    within = f"within the 95 % interval of the best on {' and on '.join(MEASURES[measure] for measure in measured)}"
    own = next((arm for arm in ablations["arms"] if arm["name"] == SHIPPED), None)
    last = f" The shipped model, with all its training, reaches {_reached(own)}." if own else ""
    if not kept:
        return f"No arm lies {within}.{last}"
    fastest = max(kept, key=lambda arm: arm["messages_per_second"])
    verdict = _verdict(shipped_design(arms, layers), kept)
    return (
        f"{len(kept)} of {len(arms)} arms {'lies' if len(kept) == 1 else 'lie'} {within}: "
        f"{listed([words(arm['name']) for arm in kept])}. The fastest of them is {words(fastest['name'])} with "
        f"{number(fastest['messages_per_second'])} messages a second. {verdict}{last}"
    )


def shipped_design(arms: list[Arm], layers: int) -> Arm | None:
    """The arm that is built like the shipped model: its layers, int8 and window model, with nothing else changed."""
    alike = (arm for arm in arms if (arm["layers"], arm["precision"], arm["stage"]) == (layers, PRECISION, STAGE))
    return next(alike, None)


def quality(arm: Arm, measure: str) -> Mapping[str, float] | None:
    """AUROC of an arm on the vignettes or on composed conversations, where it was measured."""
    found: Mapping[str, float] | None = arm.get(measure, {}).get("auroc")
    return found


def _verdict(design: Arm | None, kept: list[Arm]) -> str:
    if design is None:
        return "No arm has the design of the shipped model."
    name = words(design["name"])
    if design not in kept:
        return f"The shipped design, {name}, is not among them: it reaches {_reached(design)}."
    enough = max(arm["messages_per_second"] for arm in kept) * SAME_SPEED
    if design["messages_per_second"] < enough:
        return f"The shipped design, {name}, is slower: {number(design['messages_per_second'])} messages a second."
    return f"The shipped design is {name}: none of them is faster by more than {1 - SAME_SPEED:.0%}."


def _budget(ablations: Ablations) -> str:
    """What the arms had in common, and where the figures come from."""
    arms = [arm for arm in ablations["arms"] if arm["name"] != SHIPPED]
    languages = [", ".join(f"`{code}`" for code in arm["languages"]) for arm in arms]
    usual = max(languages, key=languages.count)
    others = ", unless the row says otherwise," if len(set(languages)) > 1 else ""
    text = f"{ablations['note']} Arms are trained on {usual}{others} with a small budget, so they compare with each "
    text += "other, not with the shipped model."
    if "threads" in ablations:
        text += f" Speeds are of {ablations['threads']} thread{'' if ablations['threads'] == 1 else 's'}."
    run = [f"by `{ablations['command']}`" if "command" in ablations else ""]
    run.append(f"at commit `{ablations['commit']}`" if "commit" in ablations else "")
    return text + (f" Measured {' '.join(filter(None, run))}." if any(run) else "")


def _keeps_up(arm: Arm, arms: list[Arm], measure: str) -> bool:
    best = max((value for other in arms if (value := quality(other, measure))), key=lambda value: value["value"])
    found = quality(arm, measure)
    return found is not None and found["value"] >= best["low"]


def _reached(arm: Arm) -> str:
    figures = ", ".join(f"{MEASURES[measure]}: {interval(quality(arm, measure))}" for measure in MEASURES)
    return f"{figures}, {number(arm['messages_per_second'])} messages a second"
