"""What the screen passes on and loses: counted by language, and against the same model without a screen."""

from __future__ import annotations

import numpy as np

from grooming_risk import Conversation
from grooming_risk.model.screen import ScreenedTexts
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.tactics import LABELS
from training.corpus.lines import Line
from training.evaluation.dilution import Subject
from training.evaluation.screening import Unscreened, lines_passed, screening_results
from training.sources.proxies import ProxyConversation

SCORER = RiskScorer()
SIGNS = ["are you home alone", "don't tell your parents", "what school do you go to", "send me a picture of you"]
DULL = ["the bus was late again", "i had soup", "it rained all day", "the lecture is on friday"]


def line(text, language="en", kind="tactics"):
    return Line(text, language, kind, "secrecy", "any", "teen", "")


class Blind:
    """A screen that passes on nothing."""

    def screen(self, texts):
        return ScreenedTexts(np.full((texts.count, len(LABELS)), -9.0, np.float32), np.zeros(texts.count, dtype=bool))


class Data:
    def of_split(self, split):
        messages = tuple(("ab"[n % 2], text, None) for n, text in enumerate(DULL))
        return [ProxyConversation(f"{split} {n}", "s", "en", split, messages) for n in range(3)]


def subjects():
    talk = (
        [("ab"[n % 2], text) for n, text in enumerate(SIGNS * 2)],
        [("ab"[n % 2], text) for n, text in enumerate(DULL * 2)],
    )
    return [Subject(Conversation.from_messages(talk[n % 2]), 1 - n % 2, str(n), "en") for n in range(4)]


def test_lines_are_counted_by_language_and_other_kinds_are_left_out():
    lines = [line(text) for text in SIGNS] + [line(DULL[0], "de"), line(DULL[1], "de", "lookalikes")]
    found = lines_passed(SCORER.artifact, lines)
    assert {name: rate["n"] for name, rate in found.items() if name != "seen by the encoder"} == {
        "all": 5,
        "de": 1,
        "en": 4,
    }
    assert found["en"]["count"] == 4
    assert lines_passed(SCORER.artifact, []) == {}


def test_a_screen_that_passes_on_nothing_loses_what_the_encoder_finds(monkeypatch):
    sets = {"own": subjects(), "none": []}
    whole = screening_results(SCORER, Data(), [line(SIGNS[0])], sets, 7)
    assert set(whole["conversations"]) == {"own"}
    assert whole["conversations"]["own"]["lost"]["count"] == 0
    assert whole["real"]["real: all"]["n"] == 2 * 3 * len(DULL)
    monkeypatch.setattr(type(SCORER.artifact), "screen", property(lambda _: Blind()))
    blind = screening_results(SCORER, Data(), [line(SIGNS[0])], sets, 7)
    assert blind["lines"]["all"]["count"] == blind["real"]["real: all"]["count"] == 0
    assert blind["conversations"]["own"]["lost"]["count"] == blind["conversations"]["own"]["positives"] == 2
    assert blind["conversations"]["own"]["auroc_everything"] == whole["conversations"]["own"]["auroc_everything"]


def test_without_a_screen_every_text_is_read():
    models = Unscreened.of(SCORER.artifact)
    assert models.screen.screen(models.tokenizer.tokenize(DULL)).noteworthy.all()
