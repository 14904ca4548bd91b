"""The parts that the card's template names, and the README block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from training.documents import card_labelled as labelled
from training.documents import card_sentences as say
from training.documents import card_tables as show
from training.documents.card_ablations import Ablations, ablation_part
from training.documents.card_format import listed, main_point, per_cent, points_of
from training.documents.hub_metadata import front_matter

Results = Mapping[str, Any]
# Of the repository. README links are absolute: package indexes show the README without its folder.
HOME = "https://github.com/grooming-risk/grooming-risk"


def fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with every `{{part}}` in its place; a part that is empty leaves no gap.

    Raises:
        ValueError: the template lacks a part, or asks for one that is not rendered.
    """
    asked = set(re.findall(r"\{\{(\w+)\}\}", template))
    if asked != set(parts):
        raise ValueError(f"asked for but not rendered, or the other way round: {', '.join(sorted(asked ^ set(parts)))}")
    text = re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)
    return re.sub(r"\n{3,}", "\n\n", text)


def readme_block(results: Results, card: str) -> str:
    """What was measured, on the README: the warning first, then headline, vignettes and languages."""
    own = results.get("own_conversations")
    paragraphs = [
        f"{say.warning(results)} {say.languages(results)} All figures: [model card]({HOME}/blob/main/model_cards/{card}).",
        show.headline_table(results),
        labelled.vignettes(own) if own else "",
        say.by_language(results),
    ]
    return "\n\n".join(filter(None, paragraphs))


def card_parts(results: Results, ablations: Ablations | None) -> dict[str, str]:
    """Every part of the card's template."""
    return {
        "front_matter": front_matter(results),
        "identity": say.identity(results),
        "warning": say.warning(results),
        "languages": say.languages(results),
        "never_measured": say.never_measured(results),
        "environment": say.environment(results),
        "ablations": ablation_part(ablations, results),
        **_data_parts(results),
        **_benchmark_parts(results),
        **_guidance_parts(results),
    }


def _data_parts(results: Results) -> dict[str, str]:
    return {
        "architecture": say.architecture(results),
        "training_data": say.training_data(results),
        "data_table": show.data_table(results),
        "taxonomy": show.taxonomy_table(),
        "calibration_population": say.calibration_population(results),
    }


def _benchmark_parts(results: Results) -> dict[str, str]:
    own, points = results.get("own_conversations"), points_of(results)
    early = results["early_detection"]
    return {
        "point": main_point(results),
        "headline": show.headline_table(results, columns=4),
        "by_language": say.by_language(results),
        "recall": show.recall_table(results),
        "language_table": show.language_table(results),
        "hard_negatives": show.hard_negative_table(results),
        "vignettes": labelled.vignettes(own) if own else "Not evaluated in this run.",
        "vignette_baselines": labelled.baseline_table(own) if own else "",
        "vignette_table": labelled.vignette_table(own, points) if own else "",
        "pan12": _pan12(results),
        "evasion_kinds": _evasion_kinds(results),
        "evasion": show.evasion_table(results),
        "padding": show.padding_table(results),
        "early_setting": say.early_setting(early),
        "early": show.early_table(early),
        "faithfulness": say.faithfulness(results),
        "calibration": say.calibration(results),
        "lines": show.lines_table(results),
        "false_flags": show.false_flag_table(results),
        "families": show.family_table(results),
        "line_languages": show.line_language_table(results),
        "coverage": show.coverage_table(results),
        "weakest": say.weakest(results),
    }


def _guidance_parts(results: Results) -> dict[str, str]:
    thresholds = results["thresholds"]
    recommended = {
        name: f"{thresholds[point]['threshold']:.3f} (logit, at least)" if point in thresholds else "none: see above"
        for name, point in (("high_precision", "high_precision"), ("high_recall", "high_recall"))
    }
    return {
        "thresholds": show.threshold_table(results),
        "unsupported": say.unsupported_points(results),
        "ppv": show.ppv_table(results) if results["ppv"] else "Not computed: no real benign conversations in this run.",
        "reference_prevalence": per_cent(results["reference_prevalence"]),
        "language_codes": ", ".join(f"`{code}`" for code in results["config"]["languages"]),
        **{f"{name}_threshold": text for name, text in recommended.items()},
    }


def _pan12(results: Results) -> str:
    found = results.get("pan12")
    if not found:
        return ""
    parts = ["### PAN12", labelled.ranking(found), labelled.baseline_table(found)]
    parts += [labelled.vignette_table(found, points_of(results)), labelled.author_table(found, points_of(results))]
    if early := found.get("early_detection"):
        parts += [f"Early detection: {say.early_setting(early)}", show.early_table(early)]
    return "\n\n".join(parts)


def _evasion_kinds(results: Results) -> str:
    kinds = results["evasion"]["kinds"]
    trained = [name.replace("_", " ") for name, row in kinds.items() if row["trained"]]
    return f"Of these kinds, {listed(sorted(trained))} occur in training; the others do not."
