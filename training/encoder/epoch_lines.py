"""The messages of one epoch of the encoder's training: lines repeated or left out, joined, and with noise."""

from __future__ import annotations

import numpy as np

from training.composer.perturb import TRAINED_EVASION, joined, typing_noise
from training.corpus.lines import EXPLICIT_WORD
from training.encoder.labelled_lines import EXPLICIT, LabelledLines

# How often an epoch repeats each line that shows something, with other noise each time, and which share of the lines
# that show nothing it has: with every line once, cues were not learned at all (average precision 0.02 to 0.09).
POSITIVE_REPEATS, EMPTY_SHARE = 3, 0.3
# Share of lines, whatever they show, that are joined with another into one message. Without it the encoder recognized a
# question on its own (0.98), but not the same question behind a harmless sentence (0.02).
COMPOUND = 0.45
LONGEST_COMPANION = 12  # words of the other line
# Of the joined lines that show something, the share whose other line shows something too. When every message showed one
# thing only, the encoder gave each message one label: a secret and a meeting in one message were read as a meeting. Of
# 0.15, 0.3 and 0.5 the first came with the best ranking of the validation vignettes (AUROC 0.889, 0.863, 0.877), though
# the weights of negatives changed with it.
BOTH_SHOW = 0.15
WITHOUT_TOKEN = 0.3  # share of lines with the explicit token that lose it: the words around it show nothing
EVASIVE = 0.06  # share of lines with words hidden in one of the trained ways


def epoch_lines(lines: LabelledLines, noise: float, random: np.random.Generator) -> LabelledLines:
    """Return the messages of one epoch: lines repeated or left out, joined with others, and with noise.

    Args:
        lines: The training lines.
        noise: Share of messages that get typing noise.
        random: Generator of the choices.

    Returns:
        The messages with their targets and weights.
    """
    rows = _epoch_rows(lines, random)
    companions = _companions(lines, rows, random)
    texts, languages = [], [lines.languages[row] for row in rows]
    targets, weights = lines.targets[rows], lines.weights[rows]
    for place, (row, companion) in enumerate(zip(rows, companions, strict=True)):
        text = lines.texts[row]
        if EXPLICIT_WORD in text and random.random() < WITHOUT_TOKEN:
            text = text.replace(EXPLICIT_WORD, "").strip() or text
            targets[place, EXPLICIT] = float(EXPLICIT_WORD in text)
        if companion >= 0:
            text = joined(text, lines.texts[companion], random)
            # The message shows the labels of both; a missing label is as certain as in the less certain of the two.
            shown = np.maximum(targets[place], lines.targets[companion])
            surest = np.maximum(weights[place] * targets[place], lines.weights[companion] * lines.targets[companion])
            weights[place] = np.where(shown > 0, surest, np.minimum(weights[place], lines.weights[companion]))
            targets[place] = shown
        texts.append(_as_typed(text, lines.languages[row], noise, random))
    return LabelledLines(texts, languages, targets, weights)


def _companions(lines: LabelledLines, rows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return for each row another line of its language that is joined with it, or -1; int64, shape (n,)."""
    shows = lines.targets.max(1) > 0
    short = np.array([len(text.split()) <= LONGEST_COMPANION for text in lines.texts])
    languages = np.array(lines.languages)
    offered = {
        (language, showing): np.flatnonzero(short & (languages == language) & (shows == showing))
        for language in set(lines.languages)
        for showing in (True, False)
    }
    found = np.full(len(rows), -1)
    for place, row in enumerate(rows):
        if random.random() < COMPOUND:
            candidates = offered[(lines.languages[row], bool(shows[row] and random.random() < BOTH_SHOW))]
            found[place] = candidates[int(random.integers(len(candidates)))] if len(candidates) else -1
    return found


def _as_typed(text: str, language: str, noise: float, random: np.random.Generator) -> str:
    if random.random() < noise:
        text = typing_noise(text, language, random)
    if random.random() < EVASIVE:
        return TRAINED_EVASION[int(random.integers(len(TRAINED_EVASION)))](text, random)[0]
    return text


def _epoch_rows(lines: LabelledLines, random: np.random.Generator) -> np.ndarray:
    shows = lines.targets.any(1)
    empty = np.flatnonzero(~shows)
    kept = random.permutation(empty)[: int(len(empty) * EMPTY_SHARE)]
    return np.concatenate([np.repeat(np.flatnonzero(shows), POSITIVE_REPEATS), kept])
