"""Sentences of the model card and of the README block that depend on the results."""

from __future__ import annotations

from collections.abc import Sequence

from grooming_risk.model.memory import WindowSpec
from training.documents.card_format import (
    POINTS,
    interval,
    listed,
    main_point,
    number,
    per_cent,
    points_of,
    rate,
)
from training.documents.card_tables import LANGUAGES, in_order
from training.evaluation.results import EarlyDetection, Results, Training
from training.sources.licences import languages_with

BASE_LAYERS = 12  # of multilingual-e5-small
# Watts per core with its share of memory, power supply and cooling. Server processors are specified at 4 to 10 W per
# physical core (thermal design power divided by cores); the range allows for twice that.
WATTS_PER_CORE = (5.0, 20.0)
PAN12_COMMAND = "`python -m training evaluate --pan12 DIR`"
OPTIMISTIC = (
    "composed from short warning-sign lines, like those of child-safety leaflets, and figures on them are optimistic"
)


def warning(results: Results) -> str:
    """Say whether recall on real grooming was measured; this comes first everywhere."""
    if own := results.get("pan12"):
        return (
            f"**Recall on real conversations was measured on one data set only**: PAN12, with {number(own['n'])} "
            f"conversations, {number(own['positives'])} of them positive, on which AUROC is "
            f"{interval(own['all']['auroc'])}. The data set is old and in English, and adult volunteers posed as the "
            f"children in it. All other positive conversations are {OPTIMISTIC}."
        )
    return (
        "**Recall on real grooming is unmeasured until somebody with lawful access to real conversations runs "
        f"{PAN12_COMMAND}.** This project holds no logs of real offences. Positive conversations are {OPTIMISTIC}."
    )


def names(codes: Sequence[str]) -> str:
    """List languages by name."""
    return listed([LANGUAGES[code] for code in codes])


def languages(results: Results) -> str:
    """Say which languages are read, and what happens to others."""
    return (
        f"The model reads {names(results['config']['languages'])}. It is meant to abstain from conversations in other "
        "languages; the coverage table of the model card shows where it does."
    )


def by_language(results: Results) -> str:
    """Compare languages; empty for a single one, whose figures are those of the headline."""
    found = dict(in_order(results["composed"]["languages"], results))
    if len(found) < 2:
        return ""
    low, high = (choose(found, key=lambda code: found[code]["auroc"]["value"]) for choose in (min, max))
    return (
        f"By language, AUROC on composed conversations ranges from {interval(found[low]['auroc'])} for "
        f"{LANGUAGES[low]} to {interval(found[high]['auroc'])} for {LANGUAGES[high]}."
    )


def architecture(results: Results) -> str:
    """Describe the model in a paragraph, from the configuration it was trained with."""
    config, spec = results["config"], WindowSpec()
    layers, members = len(config["base"]["layers"]), config["window_model"]["members"]
    kept = f"all {layers} layers" if layers == BASE_LAYERS else f"{layers} layers, distilled from {BASE_LAYERS},"
    return (
        f"The encoder, {kept} of multilingual-e5-small, is fine-tuned as a multi-label classifier of tactics and cues, "
        f"quantized to int8, and has a vocabulary trimmed to {number(config['base']['vocabulary'])} pieces. A "
        "screen, a small static model distilled from it, reads every message first and passes on the noteworthy ones; "
        f"the encoder reads each of these once. An ensemble of {members} transformers with "
        f"{config['window_model']['layers']} layers each then reads a window, the last {spec.size} messages and up to "
        f"{spec.remembered} noteworthy ones from before, with a stride of {spec.stride} messages, for one focus "
        "speaker at a time, and their logits are averaged. A sigmoid turns the mean into a probability, and a "
        "Venn-Abers step function gives its interval."
    )


def training_data(results: Results) -> str:
    """Say how much was composed, and in which languages."""
    compose = results["config"]["compose"]
    return (
        f"{number(compose['train'])} conversations were composed for training, {number(compose['calibration'])} for "
        f"calibration and {number(compose['test'])} for testing, in {names(results['config']['languages'])}."
    )


def calibration_population(results: Results) -> str:
    """Say what thresholds and probabilities were fitted on, and which languages were missing from it."""
    fitted, configured = results["thresholds"][main_point(results)], results["config"]["languages"]
    real = languages_with(results, ("calibration",))
    missing = [code for code in configured if code not in real]
    text = (
        f"Thresholds were fitted on {number(fitted['conversations'])} public benign conversations, in {names(real)}, "
        "that nothing was trained on. Probabilities were fitted on these and on "
        f"{number(results['config']['compose']['calibration'])} composed conversations, and refer to a prevalence of "
        f"{per_cent(results['reference_prevalence'])}."
    )
    if missing:
        text += (
            f" There are no public calibration conversations in {names(missing)}: the thresholds are applied to these "
            "languages unchanged."
        )
    return text


def calibration(results: Results) -> str:
    """Say how well calibrated the probabilities are on composed test conversations."""
    composed = results["composed"]
    return (
        "On composed test conversations, with probabilities shifted to their prevalence of "
        f"{composed['prevalence']:.3f}, the adaptive expected calibration error is "
        f"{interval(composed['adaptive_calibration_error'])} and the Brier skill score is "
        f"{interval(composed['brier_skill'])}."
    )


def unsupported_points(results: Results) -> str:
    """Name the bounds that were asked for and that the data cannot support."""
    targets, points = results["config"]["calibration"]["targets"], points_of(results)
    missing = [
        f"`{point}` ({per_cent(targets[point])})" for point in POINTS if point in targets and point not in points
    ]
    if not missing:
        return ""
    return f"The benign conversations cannot support the bound of {listed(missing)}, so it is not offered."


def faithfulness(results: Results) -> str:
    """Say whether the messages named as evidence carry the score."""
    found = results["faithfulness"]
    if not found:
        return "Not measured: nothing was flagged."
    return (
        f"Of {number(found['conversations'])} conversations flagged at `{found['point']}`, {rate(found['top_three'])} "
        f"fall below the threshold when the three strongest messages are removed, but {rate(found['random_three'])} "
        f"when three random ones are removed ({number(found['draws'])} draws for each conversation). The normalised "
        f"area over the perturbation curve is {interval(found.get('normalised_aopc'))}, and "
        f"{interval(found.get('normalised_aopc_random'))} if messages are removed in random order."
    )


def early_setting(early: EarlyDetection) -> str:
    """Say what early detection was measured on."""
    return (
        f"Early detection was measured on {number(early['n'])} conversations, {per_cent(early['prevalence'])} of them "
        f"positive, with a latency penalty of p = {early['p']:.4g} per message."
    )


def never_measured(results: Results) -> str:
    """List what was never measured."""
    configured = results["config"]["languages"]
    tested = languages_with(results, ("test", "unseen"))
    rows = [
        "Real grooming, other than PAN12." if "pan12" in results else "Real grooming.",
        "Real recruitment.",
        f"Languages other than {names(configured)}.",
    ]
    if missing := [code for code in configured if code not in tested]:
        rows.append(
            f"False flags on real conversations in {names(missing)}: no openly licensed casual conversations were "
            "found, so authored dialogues are used instead."
        )
    rows += [
        "Differences between groups of people: no data set here records who its speakers are.",
        "Chats of children with each other, beyond those in the corpus.",
        "Pictures, voice messages, links and anything else that is not text.",
        "Drift: nothing here was measured at two different times.",
        "What reviewers do with the flags.",
    ]
    return "\n".join(f"- {row}" for row in rows)


def environment(results: Results) -> str:
    """Give the time and an estimate of the energy of the training, if the artefact records how long it took."""
    training = results.get("training")
    if not training:
        return "Not recorded in this run."
    hours = sum(training["seconds"].values()) / 3600
    low, high = energy(training)
    return (
        f"Training took {number(hours)} hours on {number(training['cores'])} cores ({training['processor']}, "
        f"{training['autocast']}). It used an estimated {number(low)} to {number(high)} kWh, assuming "
        f"{number(WATTS_PER_CORE[0])} to {number(WATTS_PER_CORE[1])} W per core with its share of memory, power supply "
        "and cooling. Energy was not metered. The estimate excludes the experiments that led to this model and the "
        "training of its base model."
    )


def energy(training: Training) -> tuple[float, float]:
    """Estimate the energy of a training, lowest and highest, in kWh: seconds × cores × watts per core."""
    core_hours = sum(training["seconds"].values()) / 3600 * training["cores"]
    return core_hours * WATTS_PER_CORE[0] / 1000, core_hours * WATTS_PER_CORE[1] / 1000
