"""An artefact of some kilobytes: every file of a real one, in its format, with networks that count warning words.

It is built by code in a moment, so that a test that needs any artefact does not copy the forty megabytes of the shipped
one. The library reads it through the same tokenizer, the same ONNX sessions and the same checks. It tells nothing about
the shipped model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import CurveStep, OperatingPoint, ThresholdCurve
from grooming_risk.model.manifest import write_manifest
from grooming_risk.model.screen import HIDDEN_STEPS, POOLED_STEPS, ScreenWeights
from grooming_risk.model.window_model import FEATURES
from grooming_risk.tactics import LABELS, Tactic
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary
from training.build_artifact import Numbers, save_numbers

MODEL_VERSION = "0.0.1"
WIDTH = 8
# Single words; each makes a message show its tactic.
WARNING_WORDS = {
    "secret": Tactic.SECRECY,
    "alone": Tactic.SUPERVISION_CHECK,
    "photo": Tactic.IMAGE_REQUEST,
    "gift": Tactic.INCENTIVE,
}
_COMMON_WORDS = (
    *("a", "and", "are", "at", "ball", "bring", "did", "do", "for", "game", "hello", "home", "homework", "how", "i"),
    *("in", "is", "it", "me", "my", "no", "ok", "old", "please", "practice", "school", "see", "send", "the", "to"),
    *("today", "tomorrow", "we", "well", "what", "when", "where", "yes", "you", "your"),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'\"-()"
# Begin, pad, end and unknown are spelled in private-use characters, as in the shipped tokenizer.
_SPECIAL = ("\ue001", "\ue002", "\ue003", "\ue004")


def build(folder: Path) -> str:
    """Write the artefact into a new folder.

    Args:
        folder: Where it goes; made here.

    Returns:
        The digest of the artefact.
    """
    folder.mkdir(parents=True)
    pieces = _pieces()
    save_numbers(_numbers(pieces), folder)
    random = np.random.default_rng(5)
    (folder / "encoder.onnx").write_bytes(_encoder([piece for piece, _ in pieces], random))
    (folder / "language.npz").write_bytes(_language(len(pieces)))
    (folder / "screen.npz").write_bytes(_screen([piece for piece, _ in pieces]))
    (folder / "window_model.onnx").write_bytes(_window_model(random))
    return write_manifest(folder, MODEL_VERSION, {"base": "built by the tests"})


def _pieces() -> list[tuple[str, float]]:
    words = [(f"▁{word}", -6.0) for word in (*_COMMON_WORDS, *WARNING_WORDS)]
    letters = [(letter, -9.0) for letter in _LETTERS]
    return [*((piece, 0.0) for piece in _SPECIAL), ("▁", -4.0), *words, *letters, (EXPLICIT_CHARACTER, 0.0)]


def _numbers(pieces: list[tuple[str, float]]) -> Numbers:
    steps = tuple(CurveStep(4.5 - number / 10, number // 3, 50 + number) for number in range(50))
    return Numbers(
        tokenizer=_tokenizer_json(pieces),
        max_tokens=32,
        languages=["en"],
        vocabulary=ExplicitVocabulary.from_terms(["zebra crossing"], b"salt"),
        label_thresholds=[0.9] * len(LABELS),
        calibrator=Calibrator(0.7, -1.0, 0.5, 0.01, (-1.0, 2.0), (0.0, 0.3, 0.6), (0.2, 0.5, 1.0)),
        operating_points=[
            OperatingPoint("high_recall", 0.5, 0.02, 1_000, 12, 0.0194, 0.9),
            OperatingPoint("balanced", 2.0, 0.005, 1_000, 1, 0.0047, 0.7),
            OperatingPoint("high_precision", 4.0, 0.004, 1_000, 0, 0.003, 0.4),
        ],
        threshold_curve=ThresholdCurve(steps, 1_000, 100),
        abstention=AbstentionThresholds(4, 0.95, 10_000, -1.0),
    )


def _tokenizer_json(pieces: list[tuple[str, float]]) -> str:
    split = [
        {"type": "WhitespaceSplit"},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
    ]
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": split},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }
    return json.dumps(content, ensure_ascii=False)


def _encoder(pieces: list[str], random: np.random.Generator) -> bytes:
    """Return a network that gives the mean vector of the tokens, of length 1, and their largest logits."""
    vectors = random.normal(size=(len(pieces), WIDTH)).astype(np.float32)
    logits = np.full((len(pieces), len(LABELS)), -5.0, dtype=np.float32)
    for word, tactic in WARNING_WORDS.items():
        logits[pieces.index(f"▁{word}"), LABELS.index(tactic.value)] = 5.0
    constants = {
        "vectors": vectors,
        "of_tokens": logits,
        "length": np.array([1]),
        "last": np.array([2]),
        "one": np.float32(1),
        "far": np.float32(1_000),
    }
    node = helper.make_node
    nodes = [
        node("Cast", ["attention_mask"], ["kept"], to=onnx.TensorProto.FLOAT),
        node("Unsqueeze", ["kept", "last"], ["mask"]),
        node("Gather", ["vectors", "token_ids"], ["embedded"]),
        node("Mul", ["embedded", "mask"], ["embedded_kept"]),
        node("ReduceSum", ["embedded_kept", "length"], ["summed"], keepdims=0),
        node("LpNormalization", ["summed"], ["embeddings"], axis=1, p=2),
        node("Gather", ["of_tokens", "token_ids"], ["token_logits"]),
        node("Sub", ["mask", "one"], ["absent"]),
        node("Mul", ["absent", "far"], ["pushed_down"]),
        node("Add", ["token_logits", "pushed_down"], ["logits_kept"]),
        node("ReduceMax", ["logits_kept"], ["logits"], axes=[1], keepdims=0),
    ]
    shapes = {"token_ids": ["n", "length"], "attention_mask": ["n", "length"]}
    outputs = {"embeddings": ["n", WIDTH], "logits": ["n", len(LABELS)]}
    return _network(nodes, constants, shapes, onnx.TensorProto.INT64, outputs)


def _screen(pieces: list[str]) -> bytes:
    """Return a screen that passes on texts with a warning word, and knows its tactic."""
    words = len(WARNING_WORDS)
    table = np.zeros((len(pieces), words), dtype=np.int8)
    output = np.zeros((words, len(LABELS)), dtype=np.int16)
    for place, (word, tactic) in enumerate(WARNING_WORDS.items()):
        table[pieces.index(f"▁{word}"), place] = 1
        output[place, LABELS.index(tactic.value)] = 9
    return ScreenWeights(
        table=table,
        hidden=np.concatenate([np.zeros((words, words)), np.eye(words)]).astype(np.int16),
        hidden_scale=1 / POOLED_STEPS,
        hidden_bias=np.zeros(words),
        output=output,
        output_scale=1 / HIDDEN_STEPS,
        output_bias=np.full(len(LABELS), -5.0),
        threshold=1.0,
    ).to_bytes()


def _language(pieces: int) -> bytes:
    """Return a language model that takes every text for one that is scored."""
    return ScreenWeights(
        table=np.zeros((pieces, 1), dtype=np.int8),
        hidden=np.zeros((2, 1), dtype=np.int16),
        hidden_scale=1.0,
        hidden_bias=np.zeros(1),
        output=np.zeros((1, 1), dtype=np.int16),
        output_scale=1.0,
        output_bias=np.ones(1),
        threshold=0.0,
    ).to_bytes()


def _window_model(random: np.random.Generator) -> bytes:
    """Return a network that counts the focus speaker's warning signs, and adds a little of every vector."""
    constants = {
        "tactics": np.array([[0.3 * (index < len(Tactic))] for index in range(len(LABELS))], dtype=np.float32),
        "weights": (random.normal(size=(WIDTH, 1)) / 10).astype(np.float32),
        "focus": np.eye(FEATURES, 1, dtype=np.float32),  # the first feature: whether the focus speaker wrote it
        "all": np.array([1, 2]),
        "bias": np.float32(-4),
        "last": np.array([2]),
    }
    node = helper.make_node
    nodes = [
        node("Relu", ["logits"], ["shown"]),
        node("MatMul", ["shown", "tactics"], ["signs"]),
        node("MatMul", ["features", "focus"], ["by_focus"]),
        node("Mul", ["signs", "by_focus"], ["signs_by_focus"]),
        node("MatMul", ["vectors", "weights"], ["a_little"]),
        node("Add", ["signs_by_focus", "a_little"], ["of_messages"]),
        node("Unsqueeze", ["mask", "last"], ["kept"]),
        node("Mul", ["of_messages", "kept"], ["of_kept"]),
        node("Squeeze", ["of_kept", "last"], ["contributions"]),
        node("ReduceSum", ["of_kept", "all"], ["summed"], keepdims=0),
        node("Add", ["summed", "bias"], ["logit"]),
    ]
    shapes = {
        "vectors": ["n", "length", WIDTH],
        "logits": ["n", "length", len(LABELS)],
        "features": ["n", "length", FEATURES],
        "mask": ["n", "length"],
    }
    return _network(
        nodes, constants, shapes, onnx.TensorProto.FLOAT, {"logit": ["n"], "contributions": ["n", "length"]}
    )


def _network(
    nodes: list[onnx.NodeProto],
    constants: dict[str, Any],
    inputs: dict[str, list[str | int]],
    kind: int,
    outputs: dict[str, list[str | int]],
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data
