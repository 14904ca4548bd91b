"""Check that only the words tell composed positives from negatives.

    python -m training audit --proxies FOLDER

Composes a training and a test set, long conversations among them, and fits models that see only lengths, counts,
speakers, punctuation, casing, noise, times, distances, source or language, or all of these at once. The audit fails
when one of them reaches AUROC 0.60 on the test set.
The words that a bag-of-words model leans on most are printed too, so that a giveaway word is seen.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from training.audit.surface import FAMILIES, Features, one_hot
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import load_config
from training.data import Data
from training.evaluation.metrics import auroc, with_interval
from training.options import DataOptions, add_data

HELP = "check that only the words tell composed positives from negatives"
COUNT = 6_000  # conversations of each set
LIMIT = 0.60  # AUROC from which a model has found a shortcut
RESAMPLES = 200
TERMS = 25  # words that are printed for each class


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """Options of the verb.

    Attributes:
        data: Configuration, proxies and work folder.
        count: Number of conversations in each of the two sets.
    """

    data: DataOptions
    count: int


@dataclass(frozen=True, slots=True)
class Shortcut:
    """How well models with one kind of input tell the classes apart.

    Attributes:
        sees: Name of the input.
        auroc: AUROC of the better of a logistic regression and gradient boosting, on the test set.
        low: Lower end of its 95 % interval.
        high: Upper end of its 95 % interval.
    """

    sees: str
    auroc: float
    low: float
    high: float

    @property
    def passes(self) -> bool:
        """Whether it stays below the limit."""
        return self.auroc < LIMIT


class TellingWords(NamedTuple):
    """Words that a bag-of-words model leans on most.

    Attributes:
        positives: Words that speak for positives, strongest first.
        negatives: Words that speak for negatives, strongest first.
    """

    positives: list[str]
    negatives: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    add_data(parser)
    parser.add_argument("--count", type=int, default=COUNT, help="conversations in each set (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Compose, audit and print; exit status 1 for a shortcut."""
    options = AuditOptions(DataOptions(arguments.config, arguments.proxies, arguments.work), arguments.count)
    data = Data(load_config(options.data.config), options.data.proxies, options.data.work)
    settings, seed = data.config.compose, data.config.seed
    train, test = (
        list(rows(composed_set(data.material(split), options.count, seed, settings.english, settings.dilution)))
        for split in ("train", "test")
    )
    found = shortcuts(train, test, feature_families(train), data.config.seed)
    print(report(found, telling_words(train)))
    return int(not all(item.passes for item in found))


def feature_families(train: Sequence[Composed]) -> dict[str, Features]:
    """Return every family of features, those of source and language with the values in the training set."""
    known = {name: one_hot(name, sorted({getattr(item, name) for item in train})) for name in ("source", "language")}
    return {**FAMILIES, **known}


def shortcuts(
    train: Sequence[Composed], test: Sequence[Composed], families: Mapping[str, Features], seed: int
) -> list[Shortcut]:
    """Fit models on every family of features, and on all of them together.

    Args:
        train: Conversations that the models are fitted on.
        test: Conversations that they are measured on.
        families: Features by name.
        seed: Seed of the models and of the intervals.

    Returns:
        One result for each family, then one for "everything".
    """
    labels = np.array([item.label for item in train]), np.array([item.label for item in test])
    groups = np.array([item.group for item in test])
    tables = {name: (_table(train, features), _table(test, features)) for name, features in families.items()}
    tables["everything"] = (
        np.concatenate([fitted for fitted, _ in tables.values()], axis=1),
        np.concatenate([measured for _, measured in tables.values()], axis=1),
    )
    found = []
    for name, (fitted, measured) in tqdm(tables.items(), desc="shortcut models", disable=None):
        scores = max(_scores(fitted, labels[0], measured, seed), key=lambda scores: auroc(labels[1], scores))
        value = with_interval(auroc, labels[1], scores, groups, RESAMPLES, seed)
        found.append(Shortcut(name, value["value"], value["low"], value["high"]))
    return found


def _scores(fitted: np.ndarray, labels: np.ndarray, measured: np.ndarray, seed: int) -> list[np.ndarray]:
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000))
    trees = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, random_state=seed)
    # The tables are small: more threads would only wait for each other, for minutes when the machine is busy.
    with threadpool_limits(1):
        return [np.asarray(model.fit(fitted, labels).decision_function(measured)) for model in (linear, trees)]


def _table(items: Sequence[Composed], features: Features) -> np.ndarray:
    return np.array([features(item) for item in items], dtype=np.float64)


def telling_words(train: Sequence[Composed], count: int = TERMS) -> TellingWords:
    """Return the `count` words that speak most for each class, by weight × standard deviation of their presence."""
    vectorizer = CountVectorizer(binary=True, min_df=max(2, len(train) // 200), token_pattern=r"(?u)\b\w\w+\b")
    present = vectorizer.fit_transform("\n".join(message.text for message in item.messages) for item in train)
    model = LogisticRegression(C=0.1, max_iter=2_000).fit(present, [item.label for item in train])
    share = np.asarray(present.mean(0)).ravel()
    weight = model.coef_[0] * np.sqrt(share * (1 - share))
    words, order = vectorizer.get_feature_names_out(), np.argsort(weight)
    return TellingWords([str(words[row]) for row in order[::-1][:count]], [str(words[row]) for row in order[:count]])


def report(found: Sequence[Shortcut], words: TellingWords) -> str:
    """Return the printed table."""
    lines = [f"{'input of the model':26}  AUROC  95 % interval"]
    for item in found:
        verdict = "" if item.passes else f"  ≥ {LIMIT:.2f}: a shortcut"
        lines.append(f"{item.sees:26}  {item.auroc:.3f}  {item.low:.3f}–{item.high:.3f}{verdict}")
    lines.append(f"words that speak most for positives: {', '.join(words.positives)}")
    lines.append(f"words that speak most for negatives: {', '.join(words.negatives)}")
    return "\n".join(lines)
