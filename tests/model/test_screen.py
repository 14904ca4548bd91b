import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.model.screen import Screen, ScreenWeights, strength
from grooming_risk.model.tokenization import TokenizedTexts

VOCABULARY, WIDTH, HIDDEN, LABELS = 50, 6, 9, 20


def weights(threshold=4.0):
    random = np.random.default_rng(3)
    return ScreenWeights(
        table=random.integers(-127, 128, (VOCABULARY, WIDTH)).astype(np.int8),
        hidden=random.integers(-32_767, 32_768, (2 * WIDTH, HIDDEN)).astype(np.int16),
        hidden_scale=1e-8,
        hidden_bias=random.normal(size=HIDDEN),
        output=random.integers(-32_767, 32_768, (HIDDEN, LABELS)).astype(np.int16),
        output_scale=1e-6,
        output_bias=random.normal(size=LABELS) - 4,
        threshold=threshold,
    )


def tokenized(rows, owners=None):
    owners = range(len(rows)) if owners is None else owners
    return TokenizedTexts(
        ids=np.array([token for row in rows for token in row], dtype=np.int32),
        starts=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        owners=np.array(list(owners), dtype=np.int64),
        count=max(owners, default=-1) + 1,
    )


def slow_logits(given, row):
    """The same formula over one row in plain floating point."""
    vectors = given.table[row].astype(np.float64) if row else np.zeros((1, WIDTH))
    pooled = np.concatenate([np.rint(vectors.mean(0) * 64), vectors.max(0) * 64])
    hidden = np.maximum(pooled @ given.hidden.astype(float) * given.hidden_scale + given.hidden_bias, 0)
    steps = np.minimum(np.rint(hidden * 256), 32_767)
    return steps @ given.output.astype(float) * given.output_scale + given.output_bias


ROWS = st.lists(st.lists(st.integers(0, VOCABULARY - 1), max_size=12), min_size=1, max_size=20)


@given(ROWS)
def test_a_text_gets_the_same_logits_alone_among_others_and_slowly(rows):
    screen = Screen(weights())
    together = screen.logits(tokenized(rows))
    for place, row in enumerate(rows):
        assert np.array_equal(together[place], screen.logits(tokenized([row]))[0])
        assert np.allclose(together[place], slow_logits(weights(), row), atol=1e-9)


@given(ROWS)
def test_portions_change_nothing(rows):
    import grooming_risk.model.screen as module

    whole = Screen(weights()).logits(tokenized(rows))
    before, module._PORTION = module._PORTION, 5
    try:
        assert np.array_equal(Screen(weights()).logits(tokenized(rows)), whole)
    finally:
        module._PORTION = before


def test_a_text_of_several_rows_gets_their_highest_logits():
    screen = Screen(weights())
    rows = [[1, 2, 3], [4], [5, 6]]
    found = screen.logits(tokenized(rows, [0, 0, 1]))
    assert np.array_equal(found[0], np.maximum(*screen.logits(tokenized(rows[:2]))))
    assert np.array_equal(found[1], screen.logits(tokenized(rows[2:]))[0])


def test_the_threshold_decides_what_is_noteworthy():
    texts = tokenized([[token, token + 1] for token in range(0, 48, 2)])
    found = strength(Screen(weights()).logits(texts))
    middle = float(np.median(found))
    screened = Screen(weights(middle)).screen(texts)
    assert np.array_equal(screened.noteworthy, found >= middle)
    assert 0 < screened.noteworthy.sum() < len(found)
    assert screened.logits.dtype == np.float32


def test_no_texts_give_no_rows():
    assert Screen(weights()).screen(tokenized([])).logits.shape == (0, LABELS)


def test_weights_are_read_back_and_equal_weights_give_equal_bytes():
    content = weights().to_bytes()
    assert content == weights().to_bytes()
    assert ScreenWeights.from_bytes(content).to_bytes() == content


@pytest.mark.parametrize("content", [b"", b"no zip", weights().to_bytes()[:-40], weights().to_bytes()[: 1 << 9]])
def test_damaged_content_is_refused(content):
    with pytest.raises(ArtifactIntegrityError, match=r"screen\.npz is damaged") as caught:
        ScreenWeights.from_bytes(content)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_other_types_and_shapes_are_refused():
    import dataclasses

    for field, value in (("table", weights().table.astype(np.int16)), ("output_bias", np.zeros(3))):
        with pytest.raises(ArtifactIntegrityError, match="damaged"):
            ScreenWeights.from_bytes(dataclasses.replace(weights(), **{field: value}).to_bytes())


def test_an_array_that_would_be_unpickled_is_refused(tmp_path):
    path = tmp_path / "screen.npz"
    np.savez(path, table=np.array([object()], dtype=object))
    with pytest.raises(ArtifactIntegrityError, match="damaged"):
        ScreenWeights.from_bytes(path.read_bytes())
