"""Numbers in prose: the README block between its markers, and the model card, rendered from the results file.

`python -m training.render_documents` writes them; a test renders them again and compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "model_cards" / "results" / "v1.json"
README, CARD = ROOT / "README.md", ROOT / "model_cards" / "grooming-risk-v1.md"
TEMPLATE = ROOT / "model_cards" / "template.md"
BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
POINTS = ("high_recall", "balanced", "high_precision")


def render_all(results: dict[str, Any]) -> dict[Path, str]:
    """Path → what the document should say."""
    readme = README.read_text(encoding="utf-8")
    head, rest = readme.split(BEGIN)
    block = f"{BEGIN}\n{readme_block(results)}\n{END}"
    card = TEMPLATE.read_text(encoding="utf-8")
    for name, part in card_parts(results).items():
        if f"{{{{{name}}}}}" not in card:
            raise ValueError(f"the template lacks {name}")
        card = card.replace(f"{{{{{name}}}}}", part)
    if "{{" in card:
        raise ValueError("the template asks for a part that is not rendered")
    return {README: head + block + rest.split(END)[1], CARD: card}


def readme_block(results: dict[str, Any]) -> str:
    """The README's table: headline, baselines, false flags, what was not measured."""
    own = results.get("own_conversations")
    parts = [
        "**Recall on real grooming is unmeasured**: no real logs of offences are in this project. Positives are "
        "composed from short leaflet-level lines, and composed figures flatter. All figures: "
        f"[model card](model_cards/{CARD.name}).",
        "",
        headline_table(results),
    ]
    if own:
        parts += ["", own_sentence(own)]
    return "\n".join(parts)


def headline_table(results: dict[str, Any]) -> str:
    """Model and baselines side by side on composed test conversations."""
    composed = results["composed"]
    rows = [
        f"| {composed['n']} composed test conversations, {composed['positives']} positive | AUROC | average precision "
        "| recall at 1 % false flags |",
        "|---|---|---|---|",
    ]
    sets = {"grooming-risk": composed, **{name.replace("_", " "): m for name, m in composed["baselines"].items()}}
    for name, metrics in sets.items():
        chosen = [metrics[key] for key in ("auroc", "average_precision", "recall_at_1_percent_false_flags")]
        rows.append(f"| {name} | " + " | ".join(interval(metric) for metric in chosen) + " |")
    return "\n".join(rows)


def own_sentence(own: dict[str, Any]) -> str:
    """What the hand-written vignettes give."""
    tiers = ", ".join(f"{tier} {interval(metric)}" for tier, metric in own["tiers"].items())
    return (
        f"On {own['n']} coherent hand-written vignettes ({own['positives']} with warning signs; never trained on, used "
        f"to choose settings, not in this repository) AUROC is {interval(own['all']['auroc'])} ({tiers}), "
        f"recall at 5 % false flags {interval(own['all']['recall_at_5_percent_false_flags'])}; keyword rules reach "
        f"{interval(own['baselines']['keyword_rules'])}."
    )


def card_parts(results: dict[str, Any]) -> dict[str, str]:
    """Every block that the card's template asks for."""
    composed = results["composed"]
    own = results.get("own_conversations")
    return {
        "identity": (
            f"Model {results['model_version']}, artefact `{results['artifact']}`, evaluated by `{results['command']}` "
            f"at commit `{results['commit']}`. Corpus digest `{results['corpus']}`."
        ),
        "headline": headline_table(results),
        "vignettes": own_sentence(own) if own else "Not evaluated in this run.",
        "calibration": (
            f"Adaptive expected calibration error {interval(composed['adaptive_calibration_error'])}, Brier skill "
            f"{interval(composed['brier_skill'])}, on composed test conversations at their own prevalence of "
            f"{composed['prevalence']:.3f}. Shipped probabilities refer to a prevalence of "
            f"{results['reference_prevalence']:g}."
        ),
        "recall": "\n".join(
            ["| operating point | recall on composed positives |", "|---|---|"]
            + [f"| {name} | {rate(composed['operating_points'][name])} |" for name in POINTS]
        ),
        "evasion": evasion_table(results["evasion"]),
        "false_flags": false_flag_table(results),
        "lines": "\n".join(
            ["| tactic | lines (positive) | average precision |", "|---|---|---|"]
            + [
                f"| {tactic} | {row['n']} ({row['positives']}) | {interval(row['average_precision'])} |"
                for tactic, row in sorted(results["lines"].items())
            ]
        ),
        "coverage": "\n".join(
            ["| conversations | scored, not abstained |", "|---|---|"]
            + [f"| {name} | {rate(row)} |" for name, row in sorted(results["coverage"].items())]
        ),
    }


def evasion_table(evasion: dict[str, Any]) -> str:
    """AUROC by kind of evasion, those never trained on first."""
    rows = [f"| on {evasion['n']} composed test conversations | trained on | AUROC |", "|---|---|---|"]
    rows.append(f"| as written | | {interval(evasion['as_written'])} |")
    for name, row in sorted(evasion["kinds"].items(), key=lambda item: (item[1]["trained"], item[0])):
        rows.append(f"| {name.replace('_', ' ')} | {'yes' if row['trained'] else 'no'} | {interval(row['auroc'])} |")
    return "\n".join(rows)


def false_flag_table(results: dict[str, Any]) -> str:
    """Share of benign conversations flagged, by source or context family and operating point."""
    rows = ["| benign conversations | n | " + " | ".join(POINTS) + " |", "|---|---|---|---|---|"]
    for name, row in sorted(results["false_flags"].items()):
        rows.append(f"| {name} | {row['balanced']['n']} | " + " | ".join(rate(row[point]) for point in POINTS) + " |")
    return "\n".join(rows)


def interval(metric: dict[str, float]) -> str:
    """A value with its 95 % interval."""
    return f"{metric['value']:.3f} ({metric['low']:.3f}-{metric['high']:.3f})"


def rate(metric: dict[str, float]) -> str:
    """A rate in per cent with its 95 % interval."""
    return f"{metric['value']:.1%} ({metric['low']:.1%}-{metric['high']:.1%})"


def main() -> int:
    """Write every document."""
    for path, text in render_all(json.loads(RESULTS.read_text(encoding="utf-8"))).items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
