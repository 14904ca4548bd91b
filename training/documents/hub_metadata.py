"""The metadata block at the top of the card, in the form that the Hugging Face Hub reads. Nothing is sent there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from huggingface_hub import EvalResult, ModelCardData

from training.evaluation.estimates import Ranking, RankingName
from training.evaluation.results import Results

NAME, BASE = "grooming-risk", "intfloat/multilingual-e5-small"
MIXED = "mix"  # code-switched chat has no language code, so it gets a tag
TASK = "text-classification"
DIGITS = 4
# Key in the results → the Hub's type of metric, and a name for people.
METRICS: dict[RankingName, tuple[str, str]] = {
    "auroc": ("roc_auc", "AUROC"),
    "average_precision": ("average_precision", "average precision"),
    "recall_at_1_percent_false_flags": ("recall", "recall at 1 % false flags"),
}
GivenSet = Literal["own_conversations", "pan12"]
_SETS: dict[GivenSet, str] = {
    "own_conversations": "hand-written vignettes (validation)",
    "pan12": "PAN12 sexual predator identification, test corpus",
}


def front_matter(results: Results) -> str:
    """Return the YAML block between its two rules; `ModelCard(text).data` parses it to the same data."""
    return f"---\n{card_data(results).to_yaml()}\n---"


def card_data(results: Results) -> ModelCardData:
    """Return what the Hub shows and searches by: languages, licence, base model and the headline figures.

    Figures by language are in the body of the card: here, they would push its first sentence out of sight.

    Args:
        results: Results of the evaluation.

    Returns:
        The metadata.
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


def _eval_results(results: Results) -> Iterator[EvalResult]:
    composed = results["composed"]
    title = _titled("composed test conversations", composed["n"], composed["positives"])
    yield from _of_set(composed, title, "composed", composed["digest"])
    for key, name in _SETS.items():
        if own := results.get(key):
            yield from _of_set(own["all"], _titled(name, own["n"], own["positives"]), key, None)


def _titled(name: str, n: int, positives: int) -> str:
    return f"{name} (n = {n}, positive = {positives})"


def _of_set(ranking: Ranking, name: str, kind: str, revision: str | None) -> Iterator[EvalResult]:
    for key, (metric, title) in METRICS.items():
        found = ranking[key]
        args = {"low": round(found["low"], DIGITS), "high": round(found["high"], DIGITS), "interval": 0.95}
        yield EvalResult(
            task_type=TASK,
            dataset_type=f"{NAME}-{kind.replace('_', '-')}",
            dataset_name=name,
            dataset_split="validation" if kind == "own_conversations" else "test",
            dataset_revision=revision,
            metric_type=metric,
            metric_name=title,
            metric_value=round(found["value"], DIGITS),
            metric_args=args,
        )
