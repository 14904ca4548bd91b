"""Sentences of the model card and of the README block that depend on the results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grooming_risk.model.windowing import WindowSpec
from training.documents.card_format import (
    POINTS,
    interval,
    listed,
    main_point,
    number,
    per_cent,
    points_of,
    rate,
    words,
)
from training.documents.card_tables import LANGUAGES, in_order, is_family, model_text
from training.sources.licences import languages_with

Results = Mapping[str, Any]
# Slices below this say nothing of where the model is weakest: one flag more moves them by more than 5 points.
SMALLEST_SLICE = 20
# Watts a core with its share of memory, power supply and cooling. Server processors state 4 to 10 W a physical core
# (thermal design power over cores); the range allows for twice that.
WATTS_A_CORE = (5.0, 20.0)
PAN12_COMMAND = "`python -m training evaluate --pan12 DIR`"


def warning(results: Results) -> str:
    """What stands first everywhere: whether recall on real grooming was measured."""
    if own := results.get("pan12"):
        return (
            f"**Recall on real conversations was measured on one data set only**, PAN12 ({number(own['n'])} "
            f"conversations, {number(own['positives'])} positive): AUROC {interval(own['all']['auroc'])}. It is old "
            "and English, and volunteers posed as the children in it. Everywhere else positives are composed from "
            "short leaflet-level lines, and composed figures flatter."
        )
    return (
        "**Recall on real grooming is unmeasured until somebody with lawful access to real conversations runs "
        f"{PAN12_COMMAND}.** No real logs of offences are in this project. Positives are composed from short "
        "leaflet-level lines, and composed figures flatter."
    )


def identity(results: Results) -> str:
    """Which model, which data, which run."""
    return (
        f"Model {results['model_version']}, artefact `{results['artifact']}`, evaluated by `{results['command']}` "
        f"at commit `{results['commit']}`. Corpus digest `{results['corpus']}`; digest of the composed test "
        f"conversations `{results['composed']['digest']}`."
    )


def names(codes: list[str]) -> str:
    """Languages by name."""
    return listed([LANGUAGES[code] for code in codes])


def languages(results: Results) -> str:
    """What is read, and what happens to the rest."""
    return (
        f"The model reads {names(results['config']['languages'])}. Conversations in other languages are abstained "
        "from, not guessed at."
    )


def by_language(results: Results) -> str:
    """One sentence for several languages; nothing for one, whose figures are the headline's."""
    found = dict(in_order(results["composed"]["languages"], results))
    if len(found) < 2:
        return ""
    low, high = (choose(found, key=lambda code: found[code]["auroc"]["value"]) for choose in (min, max))
    return (
        f"By language, AUROC on composed conversations lies between {interval(found[low]['auroc'])} for "
        f"{LANGUAGES[low]} and {interval(found[high]['auroc'])} for {LANGUAGES[high]}."
    )


BASE_LAYERS = 12  # of multilingual-e5-small


def architecture(results: Results) -> str:
    """The model in a paragraph, from the configuration it was trained with."""
    config, spec = results["config"], WindowSpec()
    layers, members = len(config["base"]["layers"]), config["window_model"]["members"]
    kept = "all its layers" if layers == BASE_LAYERS else "distilled"
    return (
        f"Messages are encoded once each by {layers} layers of multilingual-e5-small ({kept}, fine-tuned as a "
        "multi-label classifier of tactics and cues, int8, vocabulary trimmed to "
        f"{number(config['base']['vocabulary'])} pieces). {members} transformers of {config['window_model']['layers']} "
        f"layers read the vectors of a window of {spec.size} messages, every {spec.stride} messages, for one focus "
        f"speaker at a time, and their mean counts. A sigmoid turns this logit into a probability; a Venn-Abers step "
        "function gives the interval."
    )


def training_data(results: Results) -> str:
    """How much was composed, and from what."""
    compose = results["config"]["compose"]
    return (
        f"{number(compose['train'])} conversations were composed for training, {number(compose['calibration'])} for "
        f"calibration and {number(compose['test'])} for the test, in {names(results['config']['languages'])}."
    )


def calibration_population(results: Results) -> str:
    """Whom thresholds and probabilities were fitted on, and which languages were not among them."""
    fitted, configured = results["thresholds"][main_point(results)], results["config"]["languages"]
    real = languages_with(results, ("calibration",))
    missing = [code for code in configured if code not in real]
    text = (
        f"Thresholds were fitted on {number(fitted['conversations'])} public benign conversations that nothing was "
        f"trained on, in {names(real)}. Probabilities were fitted on these and on "
        f"{number(results['config']['compose']['calibration'])} composed ones, and refer to a prevalence of "
        f"{per_cent(results['reference_prevalence'])}."
    )
    if missing:
        text += f" No public calibration conversations are at hand in {names(missing)}: thresholds are carried over."
    return text


def calibration(results: Results) -> str:
    """How well probabilities hold on composed test conversations."""
    composed = results["composed"]
    return (
        f"Adaptive expected calibration error {interval(composed['adaptive_calibration_error'])}, Brier skill "
        f"{interval(composed['brier_skill'])}, on composed test conversations with probabilities moved to their own "
        f"prevalence of {composed['prevalence']:.3f}."
    )


def unsupported_points(results: Results) -> str:
    """Bounds that were asked for and that the data cannot support."""
    targets, points = results["config"]["calibration"]["targets"], points_of(results)
    missing = [
        f"`{point}` ({per_cent(targets[point])})" for point in POINTS if point in targets and point not in points
    ]
    if not missing:
        return ""
    return f"The benign conversations at hand cannot support the bound of {listed(missing)}; it is not offered."


def faithfulness(results: Results) -> str:
    """Whether the messages named as evidence carry the score."""
    found = results["faithfulness"]
    if not found:
        return "Not measured: nothing was flagged."
    return (
        f"Of {number(found['conversations'])} conversations flagged at `{found['point']}`, "
        f"{rate(found['top_three'])} fall below the threshold when the three strongest messages are removed, and "
        f"{rate(found['random_three'])} when three others are ({number(found['draws'])} random draws each). Normalised "
        f"area over the perturbation curve: {interval(found.get('normalised_aopc'))}, in random order "
        f"{interval(found.get('normalised_aopc_random'))}."
    )


def early_setting(early: Mapping[str, Any]) -> str:
    """What early detection was measured with."""
    return (
        f"{number(early['n'])} conversations, {per_cent(early['prevalence'])} of them positive; latency penalty "
        f"p = {early['p']:.4g} a message."
    )


def weakest(results: Results) -> str:
    """Where figures are worst, found in the results."""
    return "\n".join(f"- {line}" for line in _weakest(results))


def _weakest(results: Results) -> Iterator[str]:
    point, composed = main_point(results), results["composed"]
    hard = results["hard_negatives"]
    known = [code for code, _ in in_order(composed["languages"], results) if code in hard]
    if known:
        language = min(known, key=lambda code: hard[code]["auroc"]["value"])
        where = f"lowest in {LANGUAGES[language]}: " if len(known) > 1 else ""
        yield (
            f"Against hard negatives only, AUROC is {where}{interval(hard[language]['auroc'])}, "
            f"where it is {interval(composed['languages'][language]['auroc'])} "
            "against all composed negatives."
        )
    flags = {
        name: row
        for name, row in results["false_flags"].items()
        if not is_family(name) and _size(row) >= SMALLEST_SLICE
    }
    if flags:
        name = max(sorted(flags), key=lambda key: flags[key][point]["value"])
        yield f"Benign conversations most often flagged at `{point}`: {model_text(name)}, {rate(flags[name][point])}."
    kinds = results["evasion"]["kinds"]
    kind = min(sorted(kinds), key=lambda key: kinds[key]["auroc"]["value"])
    trained = "trained on" if kinds[kind]["trained"] else "never trained on"
    yield f"Hiding words by {words(kind)} ({trained}) lowers AUROC most, to {interval(kinds[kind]['auroc'])}."
    lines = results["lines"]["all"]
    tactic = min(sorted(lines), key=lambda key: lines[key]["average_precision"]["value"])
    yield (
        f"Single lines of {words(tactic)} are told from look-alikes worst: average precision "
        f"{interval(lines[tactic]['average_precision'])}."
    )
    tiers = results.get("own_conversations", {}).get("tiers", {})
    if tiers:
        tier = min(sorted(tiers), key=lambda key: tiers[key]["value"])
        yield f"Among vignettes the {tier} ones rank worst: AUROC {interval(tiers[tier])}."


def never_measured(results: Results) -> str:
    """A list, longest where the data are thinnest."""
    configured = results["config"]["languages"]
    tested = languages_with(results, ("test", "unseen"))
    rows = [
        "Real grooming but for PAN12." if "pan12" in results else "Real grooming.",
        "Real recruitment.",
        f"Any language but {names(configured)}.",
    ]
    if missing := [code for code in configured if code not in tested]:
        rows.append(
            f"False flags on real conversations in {names(missing)}: no openly licensed casual ones were found, and "
            "authored dialogues stand in for them."
        )
    rows += [
        "Differences between groups of people: no data set here says who its speakers are.",
        "Chats of children with each other, beyond what the corpus holds.",
        "Pictures, voice, links and anything else that is not text.",
        "Drift: nothing here was measured twice at different times.",
        "What reviewers do with the flags.",
    ]
    return "\n".join(f"- {row}" for row in rows)


def _size(row: Mapping[str, Any]) -> int:
    return max((rates["n"] for rates in row.values() if isinstance(rates, Mapping)), default=0)


def environment(results: Results) -> str:
    """Time and an estimate of the energy of the training, when the artefact says how long it took."""
    training = results.get("training")
    if not training:
        return "Not recorded in this run."
    hours = sum(training["seconds"].values()) / 3600
    low, high = energy(training)
    return (
        f"Training took {number(hours)} hours on {number(training['cores'])} cores ({training['processor']}, "
        f"{training['autocast']}): an estimated {number(low)} to {number(high)} kWh, assuming "
        f"{number(WATTS_A_CORE[0])} to {number(WATTS_A_CORE[1])} W a core with its share of memory, power supply and "
        "cooling. It was not metered. Experiments that led to this model and the training of its base model are not "
        "in it."
    )


def energy(training: Mapping[str, Any]) -> tuple[float, float]:
    """Estimated energy of a training, lowest and highest, in kWh: seconds x cores x watts a core."""
    core_hours = sum(training["seconds"].values()) / 3600 * training["cores"]
    return core_hours * WATTS_A_CORE[0] / 1000, core_hours * WATTS_A_CORE[1] / 1000
