"""How many conversations the model abstains from, language by language, in those that are scored and in all others.

In a language that is not scored, a conversation is ten messages by two people, drawn from lines that nothing was
trained on. Draws from the same few lines are alike, so the number of lines is given beside the rate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.scoring.scorer import RiskScorer
from training.corpus.other_languages import everyday_lines, language_names
from training.data import Data
from training.evaluation.benign import Benign
from training.evaluation.estimates import LanguageTried, Rate
from training.evaluation.metrics import rate_of
from training.evaluation.scoring import score_all
from training.language.texts import DIALECTS
from training.sources.proxies import benign_lines

MESSAGES = 10  # of a conversation
DRAWS = 30  # conversations of each language
LEAST_LINES = 6  # a language with fewer is left out
WRITTEN, PUBLIC = "written", "public"


def served_results(benign: Sequence[Benign]) -> dict[str, Rate]:
    """Count how often the model abstains from benign conversations in languages that are scored, for any reason.

    Args:
        benign: Scored conversations that nothing was trained on, real and authored.

    Returns:
        Language → share abstained from, sorted.
    """
    found: dict[str, list[bool]] = {}
    for item in benign:
        found.setdefault(item.language, []).append(item.abstained)
    return {language: rate_of(np.array(abstained)) for language, abstained in sorted(found.items())}


def unserved_results(scorer: RiskScorer, data: Data) -> dict[str, LanguageTried]:
    """Try every language that is not scored and has lines in the test split.

    Args:
        scorer: The shipped scorer.
        data: Data of the run.

    Returns:
        Code and source → what was tried and how often the model abstained, sorted.
    """
    names, random = language_names(), np.random.default_rng(data.config.seed)
    found: dict[str, LanguageTried] = {}
    for (code, source), lines in sorted(unserved_lines(data).items()):
        conversations = drawn_conversations(lines, random)
        reports = score_all(scorer, conversations, f"language {code}")
        found[f"{code}, {source}"] = {
            "code": code,
            "name": names.get(code, code),
            "source": source,
            "lines": len(lines),
            "abstained": rate_of(np.array([report.probability is None for report in reports])),
        }
    return found


def unserved_lines(data: Data) -> dict[tuple[str, str], list[str]]:
    """Return the lines of the test split in languages that are not scored, by code and source."""
    found: dict[tuple[str, str], list[str]] = {}
    for code, lines in everyday_lines("test").items():
        found[code, WRITTEN] = list(lines)
    for code, text in benign_lines(data.proxies_folder, "test", None):
        found.setdefault((DIALECTS.get(code, code), PUBLIC), []).append(text)
    return {
        (code, source): lines
        for (code, source), lines in found.items()
        if code not in data.config.languages and len(lines) >= LEAST_LINES
    }


def drawn_conversations(lines: Sequence[str], random: np.random.Generator) -> list[Conversation]:
    """Draw conversations from lines: each line at most once in a conversation, where there are enough of them."""
    again = len(lines) < MESSAGES
    draws = [random.choice(len(lines), MESSAGES, replace=again) for _ in range(DRAWS)]
    return [
        Conversation.from_messages([("ab"[place % 2], lines[index]) for place, index in enumerate(drawn)])
        for drawn in draws
    ]
