import numpy as np

from grooming_risk.model.tokenization import batches
from grooming_risk.tactics import LABELS


def encode(artifact, texts, budget=1024):
    return artifact.encoder.encode_texts(batches(artifact.tokenizer.tokenize(texts), budget=budget), len(texts))


def test_shapes_and_unit_length(artifact):
    encoded = encode(artifact, ["hello there", "see you tomorrow at the match"])
    assert encoded.embeddings.shape[0] == 2
    assert encoded.logits.shape == (2, len(LABELS))
    assert encoded.embeddings.dtype == np.float16
    assert encoded.logits.dtype == np.float32
    assert np.allclose(np.linalg.norm(encoded.embeddings.astype(np.float32), axis=1), 1, atol=2e-3)


def test_texts_that_are_not_chosen_have_no_vector(artifact):
    texts = artifact.tokenizer.tokenize(["hello there", "see you tomorrow", "bring the ball"])
    chosen = np.array([True, False, True])
    encoded = artifact.encoder.encode_texts(batches(texts, chosen), 3)
    assert encoded.embeddings.shape == (3, artifact.encoder.width)
    assert np.array_equal(encoded.embeddings.any(1), chosen)
    assert np.array_equal(np.isfinite(encoded.logits).all(1), chosen)


def test_batching_hardly_moves_a_text(artifact):
    # Dynamic int8 scales activations over a whole batch, so neighbours move a text a little; never far.
    texts = ["what time do we meet", "ok", "my brother took the ball again, bring yours please"]
    together = encode(artifact, texts)
    alone = [encode(artifact, [text]) for text in texts]
    for row, single in enumerate(alone):
        assert float(together.embeddings[row].astype(np.float32) @ single.embeddings[0].astype(np.float32)) > 0.99


def test_padding_a_message_does_not_dilute_it(artifact):
    strong = "don't tell your parents"
    padded = strong + " blah" * 300
    short, long = encode(artifact, [strong]), encode(artifact, [padded])
    secrecy = LABELS.index("secrecy")
    assert short.logits[0, secrecy] > 0
    assert long.logits[0, secrecy] > -2
