"""Training gives the encoder the token ids that the library gives it: masked, words divided, short messages joined."""

import numpy as np
import pytest

from grooming_risk.conversation import Conversation
from grooming_risk.model.encoder import Encoder
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.screen import Screen
from grooming_risk.tactics import LABELS
from training.composer.composed import Composed
from training.config import load_config
from training.corpus.explicit_terms import explicit_vocabulary, published_terms
from training.data import Data
from training.encoder.labelled_lines import LabelledLines
from training.encoder.stage import scale_inputs
from training.encoder.token_batches import token_ids
from training.models import PassingScreen, encode_lines
from training.paths import CONFIG
from training.window.examples import read_composed
from training.window.whole_window_examples import MESSAGE_TOKENS, labelled_windows, whole_windows

LINES = [
    "Are you coming to the match tomorrow?",
    "areyoucomingtothematchtomorrow",
    "b.r.i.n.g y o u r jacket",
    "ｗｉｄｅ letters and zero\u200bwidth ones",
    "the Ѕаmе letters in another script",
]
MASKED = next(term for term in sorted(published_terms()) if term.isascii() and explicit_vocabulary().contains([term]))
TALK = [
    ("anna", "are"), ("anna", "you there"), ("anna", "today"),
    ("ben", "yes, I am at practice until six"),
    ("anna", "o"), ("anna", "k"), ("anna", "a"), ("anna", "y"),
    ("ben", f"they said {MASKED} on the radio"),
    ("ben", "seeyouatthematchtomorrow"),
]  # fmt: skip


@pytest.fixture
def encoded(monkeypatch):
    """Rows of token ids that reached the encoder, without padding, added as it runs; the screen passes on all."""
    monkeypatch.setattr(Screen, "screen", lambda _, texts: PassingScreen().screen(texts))
    rows = []
    original = Encoder.encode

    def recorded(self, batch):
        lengths = batch.attention_mask.sum(1)
        rows.extend(tuple(ids[:length].tolist()) for ids, length in zip(batch.token_ids, lengths, strict=True))
        return original(self, batch)

    monkeypatch.setattr(Encoder, "encode", recorded)
    return rows


@pytest.fixture
def of_lines(scorer, encoded):
    """The row that the library gives the encoder for each line, sent as a message of its own."""
    for line in [*LINES, MASKED]:
        scorer.score([("anna", line)])
    rows, encoded[:] = encoded[:], []
    assert len(set(rows)) == len(LINES) + 1
    return rows


@pytest.fixture
def of_talk(scorer, encoded):
    """The rows that the library gives the encoder for the conversation."""
    scorer.score(TALK)
    rows, encoded[:] = encoded[:], []
    assert len(rows) == 5  # two runs of short messages are a text each
    return sorted(rows)


def test_the_lines_and_conversation_show_what_the_path_changes(artifact, of_lines, of_talk):
    """Otherwise the tests below could not fail: plain tokens are others than those that the library reads."""
    plain = artifact.tokenizer.ids([*LINES, MASKED])
    assert sum([list(row)] == rows for row, rows in zip(of_lines, plain, strict=True)) == 1
    assert len({tuple(rows[0]) for rows in artifact.tokenizer.ids([text for _, text in TALK])} & set(of_talk)) == 1


def test_the_encoder_is_trained_and_distilled_on_what_the_library_reads(artifact, of_lines):
    assert [tuple(row) for row in token_ids([*LINES, MASKED], artifact.tokenizer, explicit_vocabulary())] == of_lines


def test_int8_scales_are_set_by_what_the_library_reads(artifact, of_lines, tmp_path):
    texts = [*LINES, MASKED]
    nothing = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
    lines = LabelledLines(texts, ["en"] * len(texts), nothing, nothing)
    found = []
    for feed in scale_inputs(lines, artifact.tokenizer, Data(load_config(CONFIG), None, tmp_path)):
        lengths = feed["attention_mask"].sum(1)
        found += [tuple(ids[:length].tolist()) for ids, length in zip(feed["token_ids"], lengths, strict=True)]
    assert sorted(found) == sorted(of_lines)


def test_label_thresholds_and_line_figures_are_of_what_the_library_reads(artifact, encoded, of_lines):
    encode_lines([*LINES, MASKED], artifact)
    assert sorted(encoded) == sorted(of_lines)


def composed():
    messages = Conversation.from_messages(TALK).messages
    tactics = ((1, "secrecy"), (6, "meeting"))  # inside of the two runs of short messages
    return Composed(messages, 1, "carrier", "x", "x", "en", tactics, messages[0].speaker)


def test_the_window_model_is_trained_on_what_the_library_reads(artifact, encoded, of_talk):
    list(read_composed([composed()], artifact, 1))
    assert sorted(encoded) == of_talk


def test_whole_windows_hold_what_the_library_reads(artifact, of_talk):
    wanted = sorted(row[1:-1][:MESSAGE_TOKENS] for row in of_talk)
    item = composed()
    asked = whole_windows(item.conversation(), artifact.tokenizer, explicit_vocabulary(), WindowSpec())
    trained = labelled_windows([item], artifact.tokenizer, explicit_vocabulary(), 0)
    for window in (*asked, *trained):
        assert sorted(map(tuple, window.messages)) == wanted
    assert {tuple(window.of_focus) for window in asked} == {
        (True, False, True, False, False),
        (False, True, False, True, True),
    }


def test_a_tactic_in_a_run_of_short_messages_belongs_to_its_text(artifact):
    trained = labelled_windows([composed()], artifact.tokenizer, explicit_vocabulary(), 0)
    for window in trained:
        assert [place for place, tactic in enumerate(window.tactics) if tactic >= 0] == [0, 2]
        assert window.label == int(window.of_focus[0])
