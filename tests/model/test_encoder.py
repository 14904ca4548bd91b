import numpy as np

from grooming_risk.tactics import LABELS


def encode(artifact, texts, budget=1024):
    return artifact.encoder.encode_texts(artifact.tokenizer.encode(texts, budget), len(texts))


def test_shapes_and_unit_length(artifact):
    encoded = encode(artifact, ["hello there", "see you tomorrow at the match"])
    assert encoded.embeddings.shape[0] == 2
    assert encoded.logits.shape == (2, len(LABELS))
    assert encoded.embeddings.dtype == encoded.logits.dtype == np.float32
    assert np.allclose(np.linalg.norm(encoded.embeddings, axis=1), 1, atol=1e-3)
    assert (encoded.tokens > 0).all()
    assert encoded.tokens[0] < encoded.tokens[1]


def test_batching_hardly_moves_a_text(artifact):
    # Dynamic int8 scales activations over a whole batch, so neighbours move a text a little; never far.
    texts = ["what time do we meet", "ok", "my brother took the ball again, bring yours please"]
    together = encode(artifact, texts)
    alone = [encode(artifact, [text]) for text in texts]
    for row, single in enumerate(alone):
        assert float(together.embeddings[row] @ single.embeddings[0]) > 0.99


def test_padding_a_message_does_not_dilute_it(artifact):
    strong = "don't tell your parents"
    padded = strong + " blah" * 300
    short, long = encode(artifact, [strong]), encode(artifact, [padded])
    secrecy = LABELS.index("secrecy")
    assert short.logits[0, secrecy] > 0
    assert long.logits[0, secrecy] > -2
