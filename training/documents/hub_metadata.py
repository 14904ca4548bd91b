"""The metadata block at the head of the card, in the form that the Hugging Face Hub reads. Nothing is sent there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

NAME, BASE = "grooming-risk", "intfloat/multilingual-e5-small"
MIXED = "mix"  # code-switched chat has no language code; a tag says it
TASK = "text-classification"
DIGITS = 4
# Key in the results → the Hub's metric type and a name for people.
METRICS = {
    "auroc": ("roc_auc", "AUROC"),
    "average_precision": ("average_precision", "average precision"),
    "recall_at_1_percent_false_flags": ("recall", "recall at 1 % false flags"),
}
_SETS = {
    "own_conversations": "hand-written vignettes (validation)",
    "pan12": "PAN12 sexual predator identification, test corpus",
}


def front_matter(results: Mapping[str, Any]) -> str:
    """The YAML block with its two rules; `ModelCard(text).data` gives the same data back."""
    return f"---\n{card_data(results).to_yaml()}\n---"


def card_data(results: Mapping[str, Any]) -> ModelCardData:
    """What the Hub shows and searches by: languages, licence, base model and the headline figures.

    Figures by language stand in the card's body: here they would push the card's first sentence out of sight.
    """
    configured = results["config"]["languages"]
    tags = ["child-safety", "trust-and-safety", "grooming-detection", "human-review-only", "onnx"]
    return ModelCardData(
        model_name=f"{NAME} {results['model_version']}",
        language=[code for code in configured if code != MIXED],
        license="apache-2.0",
        library_name=NAME,
        pipeline_tag=TASK,
        base_model=BASE,
        tags=[*tags, "code-switched"] if MIXED in configured else tags,
        metrics=sorted({kind for kind, _ in METRICS.values()}),
        eval_results=list(_eval_results(results)),
    )


def _eval_results(results: Mapping[str, Any]) -> Iterator[EvalResult]:
    composed = results["composed"]
    yield from _of_set(composed, "composed test conversations", "composed", composed["digest"])
    for key, name in _SETS.items():
        if own := results.get(key):
            yield from _of_set({**own, **own["all"]}, name, key, None)


def _of_set(row: Mapping[str, Any], name: str, kind: str, revision: str | None) -> Iterator[EvalResult]:
    for key, (metric, title) in METRICS.items():
        found = row[key]
        args = {"low": round(found["low"], DIGITS), "high": round(found["high"], DIGITS), "interval": 0.95}
        yield EvalResult(
            task_type=TASK,
            dataset_type=f"{NAME}-{kind.replace('_', '-')}",
            dataset_name=f"{name} (n = {row['n']}, positive = {row['positives']})",
            dataset_split="validation" if kind == "own_conversations" else "test",
            dataset_revision=revision,
            metric_type=metric,
            metric_name=title,
            metric_value=round(found["value"], DIGITS),
            metric_args=args,
        )
