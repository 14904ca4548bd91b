import itertools
import json

import numpy as np
import pytest

from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.model.tokenization import TokenizedTexts, Tokenizer, batches
from grooming_risk.text.masking import EXPLICIT_CHARACTER


def test_rows_are_sorted_padded_and_within_the_budget(artifact):
    texts = ["hi", "see you at practice tomorrow", "ok " * 40, "a", "what time is it"] * 20
    seen = []
    for batch in batches(artifact.tokenizer.tokenize(texts), budget=256):
        rows, length = batch.token_ids.shape
        assert rows == 1 or rows * length <= 256
        assert batch.token_ids.dtype == batch.attention_mask.dtype == np.int64
        assert np.array_equal(batch.attention_mask == 0, batch.token_ids == Tokenizer.PAD)
        assert (batch.token_ids[:, 0] == Tokenizer.BEGIN).all()
        seen.extend(batch.texts)
    assert sorted(seen) == list(range(len(texts)))


def test_control_token_spellings_are_ordinary_text(artifact):
    (rows,) = artifact.tokenizer.ids(["<s> </s> <pad> <unk> [EXPLICIT] [SEP]"])
    inside = rows[0][1:-1]
    explicit = artifact.tokenizer.vocabulary_size - 1
    assert not {Tokenizer.BEGIN, Tokenizer.PAD, Tokenizer.END, explicit} & set(inside)


def test_the_explicit_character_is_one_token(artifact):
    (rows,) = artifact.tokenizer.ids([f"a {EXPLICIT_CHARACTER} b"])
    assert rows[0].count(artifact.tokenizer.vocabulary_size - 1) == 1


def test_a_long_text_is_read_whole_in_several_rows(artifact):
    text = " ".join(f"word{n}" for n in range(400))
    (rows,) = artifact.tokenizer.ids([text])
    assert len(rows) > 1
    whole = artifact.tokenizer._backend.encode(text, add_special_tokens=False).ids
    assert [token for row in rows for token in row[1:-1]] == whole


def test_texts_are_tokenized_in_portions_as_ids_are(artifact, monkeypatch):
    monkeypatch.setattr("grooming_risk.model.tokenization.PORTION", 30)
    texts = ["hi", "see you at practice tomorrow", "ok " * 300, "", "what time is it"] * 3
    found = artifact.tokenizer.tokenize(texts)
    rows = [row[1:-1] for rows in artifact.tokenizer.ids(texts) for row in rows]
    assert [found.ids[a:b].tolist() for a, b in itertools.pairwise(found.starts)] == rows
    assert found.tokens().tolist() == [sum(len(row) - 2 for row in rows) for rows in artifact.tokenizer.ids(texts)]
    assert "ids" not in repr(found)


def test_an_empty_text_still_has_a_row(artifact):
    assert artifact.tokenizer.ids([""]) == [[[Tokenizer.BEGIN, Tokenizer.END]]]


@pytest.mark.parametrize("budget", [1, 7, 64])
def test_no_row_is_lost(budget):
    lengths = [number % 9 for number in range(50)]
    texts = TokenizedTexts(
        ids=np.arange(sum(lengths), dtype=np.int32),
        starts=np.cumsum([0, *lengths], dtype=np.int64),
        owners=np.arange(50),
        count=50,
    )
    found = list(batches(texts, budget=budget))
    assert sorted(int(text) for batch in found for text in batch.texts) == list(range(50))
    for batch in found:
        for text, ids, kept in zip(batch.texts, batch.token_ids, batch.attention_mask, strict=True):
            own = texts.ids[texts.starts[text] : texts.starts[text + 1]].tolist()
            assert ids[kept.astype(bool)].tolist() == [Tokenizer.BEGIN, *own, Tokenizer.END]
    chosen = np.arange(50) % 3 == 0
    some = [int(text) for batch in batches(texts, chosen, budget) for text in batch.texts]
    assert sorted(some) == np.flatnonzero(chosen).tolist()


def test_a_tokenizer_without_scores_of_pieces_is_refused_by_name():
    model = {"type": "WordLevel", "vocab": {"<unk>": 0, "hi": 1}, "unk_token": "<unk>"}
    tokenizer = Tokenizer(json.dumps({"version": "1.0", "added_tokens": [], "model": model}), 96)
    with pytest.raises(ArtifactIntegrityError, match="not a unigram model"):
        tokenizer.words  # noqa: B018 (made when asked for)
