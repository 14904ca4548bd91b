"""Hostile input: the library returns a score or refuses it with an error of its own, and never crashes."""

import json
import tracemalloc
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import GroomingRiskError, Outcome, score_conversation
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, mask_explicit
from grooming_risk.text.normalization import normalize

BENIGN = [("a", "see you at practice tomorrow"), ("b", "yes, and bring the ball please")] * 3


@pytest.mark.parametrize(
    "text",
    [
        "<s> </s> <pad>",
        "[EXPLICIT]",
        "\ud800\udfff",
        "\x00" * 50,
        "\u202e\u2066" * 200,
        "\u200b" * 5_000,
        "﷽" * 400,
        "\ufdfa" * 400,
        "a" * 8_000,
        "😀" * 2_000,
        "a\u0301" * 3_000,
        "\ue000" * 100,
        "\u0f3f" * 500,
    ],
)
def test_strange_messages_are_scored(text):
    report = score_conversation([*BENIGN, ("a", text)])
    assert report.outcome in Outcome
    assert report.messages == 7


def test_typing_the_token_does_not_raise_the_score_like_the_token():
    plain, typed = (score_conversation([*BENIGN, ("a", text)]) for text in ("lol", "[EXPLICIT]"))
    assert "explicit_language" not in typed.timeline
    assert plain.outcome is typed.outcome


SPELLINGS = (
    "<s>",
    "</s>",
    "<pad>",
    "<unk>",
    "<mask>",
    "[CLS]",
    "[SEP]",
    "[PAD]",
    "[UNK]",
    "[MASK]",
    "[EXPLICIT]",
    "<|endoftext|>",
    "▁",
    "<0x00>",
)


@cache
def control_pieces():
    """Return the ids of the control tokens and how the artefact's tokenizer.json spells them."""
    content = json.loads((BUNDLED / "tokenizer.json").read_text(encoding="utf-8"))
    assert not content["added_tokens"]  # they would be cut out of the text before anything else
    pieces = [piece for piece, _ in content["model"]["vocab"]]
    return {n: piece for n, piece in enumerate(pieces) if any(unicodedata.category(c) == "Co" for c in piece)}


@given(
    st.lists(st.sampled_from([*SPELLINGS, *control_pieces().values(), "a", " ", "\u200b"]), max_size=12).map("".join)
)
def test_no_spelling_becomes_a_control_token(artifact, text):
    controls = set(control_pieces()) | {Tokenizer.BEGIN, Tokenizer.PAD, Tokenizer.END}
    assert len(controls) >= 5  # begin, pad, end, unknown, explicit
    for written in (text, text.upper(), "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)):
        for begin, *row, end in artifact.tokenizer.ids([normalize(written).text])[0]:
            assert (begin, end) == (Tokenizer.BEGIN, Tokenizer.END)
            assert not set(row) & (controls - {Tokenizer.UNKNOWN})


def test_only_the_mask_writes_the_explicit_token(artifact):
    vocabulary = ExplicitVocabulary.from_terms(["zebra"], b"salt")
    (row,) = artifact.tokenizer.ids([mask_explicit(normalize("a zebra"), vocabulary).text])[0]
    assert {n for n, piece in control_pieces().items() if piece == EXPLICIT_CHARACTER} & set(row)


def test_clocks_may_run_backwards_or_stand_still():
    rows = [(speaker, text, 2_000_000_000 - 1_000 * n) for n, (speaker, text) in enumerate(BENIGN)]
    assert score_conversation(rows).outcome is Outcome.NO_REVIEW


FLOODS = {
    "Arabic ligatures, eighteen for one": "\ufdfa",
    "marks of two kinds in turn": "\u0327\u0301",
    "marks that come from other characters": "\uff9e\u0301",
    "a letter under twenty marks": "a" + "\u0301\u0327" * 10,
    "zero width": "\u200b\u200d\u2060\ufeff",
    "directions": "\u202e\u2066\u2069\u200f",
    "variation selectors after an emoji": "\ufe0f\U000e0100",
    "tag characters": "\U000e0061",
    "NUL": "\x00",
    "halves of pairs": "\ud800",
    "joined emoji": "😀\u200d",
    "spread letters": "a.b.c ",
    "letters of two alphabets": "aо",
    "letters of two alphabets with marks": "о\u0301a ",
    "jamo": "\u1100\u1161\u11a8",
    "words": "ab ",
}


@pytest.mark.parametrize("name", FLOODS)
def test_work_and_memory_grow_with_the_length_and_no_faster(name, monkeypatch):
    vocabulary = ExplicitVocabulary.from_terms(["ab ab", "zebra"], b"salt")
    composed = []
    nfkc = unicodedata.normalize

    def counting(form, text):
        composed.append(len(text))
        return nfkc(form, text)

    monkeypatch.setattr("grooming_risk.text.normalization.unicodedata.normalize", counting)
    for length in (5_000, 30_000):
        text = "😀" + (FLOODS[name] * length)[:length]
        composed.clear()
        tracemalloc.start()
        masked = mask_explicit(normalize(text), vocabulary)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(masked.offsets) == len(masked.text) <= 18 * len(text)
        assert sum(composed) <= 40 * len(text)
        assert peak <= 2_000 * len(text) + 2_000_000
        # What is put in order together stays short, whatever the length: that step is quadratic.
        runs = "".join("m" if unicodedata.combining(c) else " " for c in nfkc("NFKD", masked.text))
        assert max(map(len, runs.split()), default=0) <= 30


@pytest.mark.parametrize("name", ["zero width", "directions", "variation selectors after an emoji", "tag characters"])
def test_floods_that_show_nothing_are_removed_and_counted(name):
    normalized = normalize("see you" + FLOODS[name] * 1_000 + " tomorrow")
    # What follows an override is read as it is seen: backwards.
    assert normalized.text.strip() == ("see youworromot" if "\u202e" in FLOODS[name] else "see you tomorrow")
    assert normalized.obfuscations == 1_000 * len(FLOODS[name])
    assert len(normalize("😀" + FLOODS[name] * 1_000).text) <= 3


def test_a_megabyte_is_refused_and_ten_thousand_characters_are_read_in_parts(scorer):
    line = "see you at practice tomorrow, bring the ball "
    with pytest.raises(GroomingRiskError, match="message 6 has 999990 characters"):
        scorer.score([*BENIGN, ("a", line * 22_222)])
    report = scorer.score([*BENIGN, ("a", line * 250)])
    assert (report.outcome, report.beyond_limits) == (Outcome.NO_REVIEW, ("characters",))


def test_far_too_much_is_refused_not_cut():
    with pytest.raises(GroomingRiskError, match="more than"):
        score_conversation([("a", "x" * 128_001)])
