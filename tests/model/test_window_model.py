from dataclasses import replace

import numpy as np
import pytest

from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import FEATURES, MessageVectors, WindowInput, pack, window_features
from grooming_risk.scoring.leave_one_out import leave_one_out, live_logits

RNG = np.random.default_rng(0)


def vectors(count=12, seconds=None):
    return MessageVectors(
        embeddings=(RNG.normal(size=(count, 384)) / 20).astype(np.float16),
        logits=RNG.normal(size=(count, 20)).astype(np.float32),
        noteworthy=np.arange(count) % 4 > 0,
        tokens=np.full(count, 9),
        language=np.full(count, 9, dtype=np.float32),
        speakers=np.arange(count) % 3,
        seconds=np.full(count, np.nan) if seconds is None else np.array(seconds, dtype=float),
        positions=np.arange(count),
        starts=np.arange(count),
    )


def test_a_row_is_memorable_if_the_encoder_read_it_and_found_a_tactic():
    given = vectors(4)
    logits = np.full((4, 20), -9.0, dtype=np.float32)
    logits[0, 3] = logits[1, 3] = 0.0  # row 0 was read by the screen alone
    logits[2, 19] = 9.0  # a cue is not a tactic
    given = replace(given, logits=logits)
    assert given.memorable(WindowSpec()).tolist() == [False, True, False, False]
    assert given.memorable(WindowSpec(memorable=0.5)).tolist() == [False, True, False, False]
    assert given.memorable(WindowSpec(memorable=0.51)).tolist() == [False] * 4
    assert given.memorable(WindowSpec(memorable=0.0)).tolist() == given.noteworthy.tolist()
    assert MessageVectors.none().memorable(WindowSpec()).tolist() == []


def test_features_stay_in_their_range_with_and_without_times():
    for seconds in (None, [0, 5, 5, 1e9, 3, np.nan, 7, 8, 9, 10, 11, 12]):
        features = window_features(vectors(seconds=seconds), WindowInput(np.arange(12), 1))
        assert features.shape == (12, FEATURES)
        assert features.dtype == np.float32
        assert ((features >= 0) & (features <= 1)).all()


def test_features_read_from_the_end_so_a_stream_sees_the_same():
    given = vectors()
    late = window_features(given, WindowInput(np.arange(4, 12), 1))
    whole = window_features(given, WindowInput(np.arange(12), 1))
    assert np.array_equal(late[1:, :8], whole[5:, :8])  # the last one says how much came before the window


def test_distances_in_messages_are_features():
    given = vectors(200)
    features = window_features(given, WindowInput(np.array([3, 4, 150, 199]), 0))
    assert features[1, 5] == 0
    assert 0 < features[3, 5] < features[2, 5] < 1  # 48 and 145 messages between
    assert (np.diff(features[:, 7]) < 0).all()
    assert features[-1, 7] == 0


def test_contributions_and_a_constant_are_the_logit(artifact):
    given = vectors()
    given.logits[:, 0] = 4  # a tactic, without which the logit is held down
    found = [WindowInput(np.arange(12), 0), WindowInput(np.arange(3, 9), 1), WindowInput(np.array([0, 5, 6]), 0)]
    logits = artifact.window_model.logits(given, found)
    parts = artifact.window_model.contributions(given, found)
    assert [len(part) for part in parts] == [12, 6, 3]
    constants = [logit - part.sum() for logit, part in zip(logits, parts, strict=True)]
    assert constants == pytest.approx([constants[0]] * 3, abs=1e-4)


def test_padding_does_not_change_a_logit(artifact):
    given = vectors()
    short, long = WindowInput(np.arange(3, 7), 0), WindowInput(np.arange(12), 1)
    alone = artifact.window_model.logits(given, [short])[0]
    together = artifact.window_model.logits(given, [short, long])[0]
    assert alone == pytest.approx(together, abs=1e-4)


def test_a_hidden_message_says_nothing(artifact):
    given = vectors()
    kept = np.ones(12, dtype=bool)
    kept[4] = False
    before = artifact.window_model.logits(given, [WindowInput(np.arange(12), 0, kept)])[0]
    given.embeddings[4] *= -3
    after = artifact.window_model.logits(given, [WindowInput(np.arange(12), 0, kept)])[0]
    assert before == pytest.approx(after, abs=1e-4)


def test_leave_one_out_is_the_difference_of_two_runs(artifact):
    given, window = vectors(), WindowInput(np.arange(12), 2)
    logit = artifact.window_model.logits(given, [window])[0]
    deltas = leave_one_out(artifact.window_model, given, window, logit)
    kept = np.arange(12) != 5
    without = artifact.window_model.logits(given, [WindowInput(np.arange(12), 2, kept)])[0]
    assert deltas.shape == (12,)
    assert deltas[5] == pytest.approx(logit - without, abs=1e-4)
    assert leave_one_out(artifact.window_model, given, WindowInput(np.arange(1), 0), 1.0).tolist() == [0.0]


def test_the_last_live_logit_is_the_window_itself(artifact):
    given, window = vectors(), WindowInput(np.array([0, 1, *range(4, 12)]), 2)
    live = live_logits(artifact.window_model, given, window, 8)
    assert live.shape == (8,)
    first = WindowInput(np.array([0, 1, 4]), 2)
    assert live[0] == pytest.approx(artifact.window_model.logits(given, [first])[0], abs=1e-4)
    assert live[-1] == pytest.approx(artifact.window_model.logits(given, [window])[0], abs=1e-4)


def test_packed_shapes():
    packed = pack(vectors(), [WindowInput(np.arange(4), 0), WindowInput(np.arange(3, 12), 1)])
    assert {name: array.shape for name, array in packed.items()} == {
        "vectors": (2, 9, 384),
        "logits": (2, 9, 20),
        "features": (2, 9, FEATURES),
        "mask": (2, 9),
    }
    assert packed["mask"].sum(1).tolist() == [4, 9]
