"""What the model cannot do, in plain words, with what the results say of it."""

from __future__ import annotations

from collections.abc import Iterator

from training.documents.card_benign import ALL_HARD
from training.documents.card_format import LEAST_NAMED, listed, main_point, words
from training.documents.card_weakest import negatives_by_language, worst
from training.evaluation.results import Results

# Share of conversations in a language that is not served from which the card names it.
_SCORED = 0.05


def limits(results: Results) -> str:
    """List what the model cannot do."""
    return "\n".join(f"- {line}" for line in _lines(results))


def _lines(results: Results) -> Iterator[str]:
    yield _safe(results)
    yield (
        "It cannot tell who somebody is: an adult or a child, a stranger or a relative, somebody who acts freely or "
        "somebody who is forced."
    )
    yield from _intentions(results)
    if amid := amid_talk(results):
        yield f"It does not reliably find warning signs amid much other talk. {amid}"
    yield from _disguises(results)
    yield from _languages(results)
    yield "It does not read pictures, voice, video, files or links, and it knows nothing outside the conversation."
    yield "It does not decide anything. An outcome is a place in a queue, and a person reads the conversation."


def _safe(results: Results) -> str:
    point, composed = main_point(results), results["composed"]["operating_points"]
    own = results.get("own_conversations")
    missed = []
    if recall := composed.get(point):
        missed.append(f"{_share(1 - recall['value'])} of composed conversations with warning signs")
    if own and (recall := own["operating_points"].get(point, {}).get("recall")):
        missed.append(f"{_share(1 - recall['value'])} of the vignettes with warning signs")
    return f"It cannot say that a conversation is safe. At `{point}` it misses {listed(missed)}."


def _intentions(results: Results) -> Iterator[str]:
    point, flags = main_point(results), results["false_flags"]
    shares = []
    if (hard := flags.get(ALL_HARD)) and (found := hard.get(point)):
        shares.append(f"{_share(found['value'])} of benign dialogues that use the words of warning signs")
    if place := worst(negatives_by_language(results), lowest=False):
        shares.append(f"{_share(place.found['value'])} of composed negatives in {place.name}, the language with most")
    if shares:
        yield (
            f"It cannot read intentions. People use the same words in harmless ways: at `{point}` it flags "
            f"{listed(shares)}."
        )


def amid_talk(results: Results) -> str:
    """Say how recall falls with the number of harmless messages between warning signs; empty if not measured."""
    point, dilution = main_point(results), results.get("dilution", {}).get("composed")
    if not dilution:
        return ""
    recall = {
        int(between): found["value"]
        for between, row in dilution["between"].items()
        if (found := row["operating_points"].get(point, {}).get("recall"))
    }
    if len(recall) < 2 or 0 not in recall:
        return ""
    middle, most = sorted(recall)[len(recall) // 2], max(recall)
    return (
        f"At `{point}`, recall on composed conversations is {_share(recall[0])} as written, {_share(recall[middle])} "
        f"with {middle} harmless messages between every two, and {_share(recall[most])} with {most}."
    )


def _disguises(results: Results) -> Iterator[str]:
    kinds = results["evasion"]["kinds"]
    drops = {kind: row["recall_drop"] for kind, row in kinds.items() if "recall_drop" in row}
    if drops:
        kind = max(sorted(drops), key=lambda name: drops[name]["value"])
        yield (
            f'It does not read every disguise. Of those measured, "{words(kind)}" costs most: recall on composed '
            f"conversations falls by {100 * drops[kind]['value']:.1f} points at `{main_point(results)}`."
        )


def _languages(results: Results) -> Iterator[str]:
    served = {*results["config"]["languages"], "supported, real"}
    scored = {
        code: row["value"]
        for code, row in results["coverage"].items()
        if code not in served and row["n"] >= LEAST_NAMED and row["value"] >= _SCORED
    }
    line = "It does not read other languages than those above, nor does it always notice them."
    if scored:
        order = sorted(scored, key=lambda code: (-scored[code], code))
        named = [f"{_share(scored[code])} of those in `{code}`" for code in order]
        line += f" Of conversations put together from single lines, it scores {listed(named)}, where it should abstain."
    yield line


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"
