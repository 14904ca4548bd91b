"""The parts that the template of the card names, and the README block."""

from __future__ import annotations

import re
from collections.abc import Mapping

from training.documents import card_benign as benign
from training.documents import card_labelled as labelled
from training.documents import card_long as long
from training.documents import card_points as points
from training.documents import card_screening as screening
from training.documents import card_sentences as say
from training.documents import card_summary as summary
from training.documents import card_tables as show
from training.documents.card_ablations import ablation_appendix, ablation_part
from training.documents.card_evasion import evasion_kinds, evasion_table
from training.documents.card_format import listed, main_point, per_cent, points_of
from training.documents.card_languages import unserved_table
from training.documents.card_limits import limits
from training.documents.card_weakest import weakest
from training.documents.hub_metadata import front_matter
from training.errors import TrainingError
from training.evaluation.results import Ablations, Results


def fill(template: str, parts: Mapping[str, str]) -> str:
    """Replace every `{{part}}` of a template; empty parts leave no gap.

    Args:
        template: The template.
        parts: Text of each part.

    Returns:
        The filled template.

    Raises:
        TrainingError: The template names other parts than those that are given.
    """
    asked = set(re.findall(r"\{\{(\w+)\}\}", template))
    if asked != set(parts):
        raise TrainingError(
            f"the template and the rendered parts must agree, but differ in {listed(sorted(asked ^ set(parts)))}"
        )
    text = re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)
    return re.sub(r"\n{3,}", "\n\n", text)


def readme_block(results: Results, card: str) -> str:
    """Return what was measured, for the README: the warning first, then headline, vignettes and languages."""
    own = results.get("own_conversations")
    paragraphs = [
        f"{say.warning(results)} {say.languages(results)} "
        f"The [model card]({summary.URL}/blob/main/model_cards/{card}) has all figures.",
        show.headline_table(results),
        labelled.vignettes(own) if own else "",
        say.by_language(results),
    ]
    return "\n\n".join(filter(None, paragraphs))


def card_parts(results: Results, ablations: Ablations | None) -> dict[str, str]:
    """Render every part of the template of the card."""
    return {
        "front_matter": front_matter(results),
        "model_version": results["model_version"],
        "facts": summary.facts(results),
        "limits": limits(results),
        "key_figures": summary.key_figures(results),
        "weakest": weakest(results),
        "sets": summary.sets(results),
        "citation": summary.citation(results),
        "warning": say.warning(results),
        "languages": say.languages(results),
        "never_measured": say.never_measured(results),
        "environment": say.environment(results),
        "ablations": ablation_part(ablations, results),
        "ablation_appendix": ablation_appendix(ablations, results),
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
    own, names = results.get("own_conversations"), points_of(results)
    early = results["early_detection"]
    return {
        "point": main_point(results),
        "headline": show.full_headline_table(results),
        "by_language": say.by_language(results),
        "recall": show.recall_table(results),
        "language_table": show.language_table(results),
        "hard_negatives": show.hard_negative_table(results),
        "vignettes": labelled.vignettes(own) if own else "Not evaluated in this run.",
        "vignette_baselines": labelled.baseline_table(own) if own else "",
        "vignette_table": labelled.vignette_table(own, names) if own else "",
        "pan12": _pan12(results),
        "evasion_kinds": evasion_kinds(results),
        "evasion": evasion_table(results),
        "amid_harmless_talk": long.amid_harmless_talk(results),
        "padding": long.amid_tables(results),
        "dilution_figure": long.dilution_figure(results),
        "screening": screening.screening_part(results),
        "real_lines": screening.real_lines_part(results),
        "length_classes": long.length_class_part(results),
        "vignettes_at_unseen": long.unseen_sentence(results),
        "early_setting": say.early_setting(early),
        "early": show.early_table(early),
        "faithfulness": say.faithfulness(results),
        "calibration": say.calibration(results),
        "lines": show.lines_table(results),
        "false_flags": benign.false_flag_table(results),
        "real_counted": benign.real_counted(results),
        "language_flags": benign.language_flag_table(results),
        "families": benign.family_table(results),
        "line_languages": show.line_language_table(results),
        "coverage": show.coverage_table(results),
        "unserved": unserved_table(results),
    }


def _guidance_parts(results: Results) -> dict[str, str]:
    thresholds = results["thresholds"]
    recommended = {
        point: f"{thresholds[point]['threshold']:.3f} (logit, at least)" if point in thresholds else "none: see above"
        for point in ("high_precision", "high_recall")
    }
    return {
        "thresholds": points.threshold_table(results),
        "new_sources": points.new_source_part(results),
        "unsupported": say.unsupported_points(results),
        "ppv": points.ppv_table(results)
        if results["ppv"]
        else "Not computed: this run had no real benign conversations.",
        "reference_prevalence": per_cent(results["reference_prevalence"]),
        "language_codes": ", ".join(f"`{code}`" for code in results["config"]["languages"]),
        **{f"{point}_threshold": text for point, text in recommended.items()},
    }


def _pan12(results: Results) -> str:
    found = results.get("pan12")
    if not found:
        return ""
    parts = ["### PAN12", labelled.ranking(found), labelled.baseline_table(found)]
    parts += [labelled.vignette_table(found, points_of(results)), labelled.author_table(found, points_of(results))]
    if early := found.get("early_detection"):
        parts += [say.early_setting(early), show.early_table(early)]
    return "\n\n".join(parts)
