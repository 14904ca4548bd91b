"""The shortcut audit: can anything but what is said tell composed positives from negatives?

`python -m training.composer.audit [--config FILE] [--proxies FOLDER]` composes a training and a test set, fits models that see
only lengths, counts, speakers, punctuation, casing, noise, times, source or language, and all of these at once, and
fails when one of them reaches AUROC 0.60 on the test set. Then the words that a bag-of-words model leans on most are
printed, so that a giveaway word is seen.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.composer.surface import FAMILIES, Features, one_hot
from training.config import load_config
from training.data import Data
from training.evaluation.metrics import auroc, with_interval

LIMIT = 0.60  # DESIGN §7
RESAMPLES = 200
TERMS = 25


@dataclass(frozen=True, slots=True)
class Shortcut:
    """How well one kind of shortcut does.

    Attributes:
        sees: what the models were given.
        auroc: of the better of a logistic regression and gradient boosting, on the test set, with its interval.
    """

    sees: str
    auroc: float
    low: float
    high: float

    @property
    def passes(self) -> bool:
        """Whether the shortcut stays below the limit."""
        return self.auroc < LIMIT


def feature_families(train: Sequence[Composed]) -> dict[str, Features]:
    """Every family, with the sources and languages of the training set."""
    known = {name: one_hot(name, sorted({getattr(item, name) for item in train})) for name in ("source", "language")}
    return {**FAMILIES, **known}


def shortcuts(
    train: Sequence[Composed], test: Sequence[Composed], families: Mapping[str, Features], seed: int
) -> list[Shortcut]:
    """Every family of features on its own, then all of them together."""
    labels = np.array([item.label for item in train]), np.array([item.label for item in test])
    groups = np.array([item.group for item in test])
    seen = {name: (_table(train, features), _table(test, features)) for name, features in families.items()}
    seen["everything"] = (
        np.concatenate([part for part, _ in seen.values()], axis=1),
        np.concatenate([part for _, part in seen.values()], axis=1),
    )
    found = []
    for name, (known, asked) in tqdm(seen.items(), desc="shortcut models", disable=None):
        scores = max(_scores(known, labels[0], asked, seed), key=lambda scores: auroc(labels[1], scores))
        value = with_interval(auroc, labels[1], scores, groups, RESAMPLES, seed)
        found.append(Shortcut(name, value["value"], value["low"], value["high"]))
    return found


def _scores(known: np.ndarray, labels: np.ndarray, asked: np.ndarray, seed: int) -> list[np.ndarray]:
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000))
    trees = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, random_state=seed)
    # The tables are small: more threads would only wait for each other, for minutes when the machine is busy.
    with threadpool_limits(1):
        return [np.asarray(model.fit(known, labels).decision_function(asked)) for model in (linear, trees)]


def _table(items: Sequence[Composed], features: Features) -> np.ndarray:
    return np.array([features(item) for item in items], dtype=np.float64)


def telling_words(train: Sequence[Composed], count: int = TERMS) -> tuple[list[str], list[str]]:
    """Words, single ones, that speak most for positives and for negatives, by weight × how often they occur."""
    vectorizer = CountVectorizer(binary=True, min_df=max(2, len(train) // 200), token_pattern=r"(?u)\b\w\w+\b")
    seen = vectorizer.fit_transform("\n".join(message.text for message in item.messages) for item in train)
    model = LogisticRegression(C=0.1, max_iter=2_000).fit(seen, [item.label for item in train])
    share = np.asarray(seen.mean(0)).ravel()
    weight = model.coef_[0] * np.sqrt(share * (1 - share))
    words, order = vectorizer.get_feature_names_out(), np.argsort(weight)
    return [str(words[row]) for row in order[::-1][:count]], [str(words[row]) for row in order[:count]]


def report(found: Sequence[Shortcut], words: tuple[list[str], list[str]]) -> str:
    """The printed table."""
    lines = [f"{'a model that sees only':26}  AUROC  95 % interval"]
    for item in found:
        verdict = "" if item.passes else f"  ≥ {LIMIT:.2f}: a shortcut"
        lines.append(f"{item.sees:26}  {item.auroc:.3f}  {item.low:.3f}–{item.high:.3f}{verdict}")
    for side, some in zip(("positives", "negatives"), words, strict=True):
        lines.append(f"words that speak most for {side}: {', '.join(some)}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when a shortcut is left."""
    parser = argparse.ArgumentParser(prog="python -m training.composer.audit", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path(__file__).parents[1] / "configs" / "base.toml")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--count", type=int, default=6_000, help="conversations of each set (default: %(default)s)")
    options = parser.parse_args(arguments)
    data = Data(load_config(options.config), options.proxies, options.work)
    train, test = (
        list(rows(composed_set(data.material(split), options.count, data.config.seed, data.config.compose.english)))
        for split in ("train", "test")
    )
    found = shortcuts(train, test, feature_families(train), data.config.seed)
    print(report(found, telling_words(train)))
    return int(not all(item.passes for item in found))


if __name__ == "__main__":
    raise SystemExit(main())
