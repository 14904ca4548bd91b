"""Padding does not hide warning signs: a stretch that is flagged alone is flagged at any place in harmless talk.

What is promised, and what is not, as measured in December 2026 at `balanced` on the two flagged samples of the library,
in harmless talk of the corpus, with twelve draws for each count:

- Harmless messages between every two messages of the stretch: up to three never hid it. By the same two speakers, the
  stretch of fourteen messages was found in all draws with up to fifteen between, in 11 with thirty and 8 with fifty;
  the one of ten messages in 11 with five, 12 with seven and ten, 7 with fifteen, 2 with thirty and 1 with fifty. By
  others: in all draws with up to ten between, 12 and 10 with fifteen, none with thirty.
- Messages cut into halves, pairs of words or words: found. Cut into letters, and text without any spaces: the stretch
  of fourteen messages found in 120 of 120 draws, the one of ten at `high_recall` in 120 of 120 and at `balanced` in 97.
  Where the talk around it is cut into letters too, 12 of 31 draws found it at `balanced`, all at `high_recall`, but
  Hypothesis knows one that is missed there (place 112, start 165): of that case, `high_recall` is not promised either.
"""

import functools
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import grooming_risk
from grooming_risk.readers import read_file
from tests.support.examples import examples
from tests.support.remembering_scorer import RememberingScorer
from training.corpus.lines import load_corpus

SAMPLES = ("4_stranger_in_a_game", "5_offer_from_abroad")
PROMISED_BETWEEN = 3
# What the model finds is measured on the same draws each time; it is no invariant.
SETTINGS = settings(
    max_examples=examples(12), derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@functools.cache
def stretch(name):
    (exported,) = read_file(Path(grooming_risk.__file__).parent / "samples" / f"{name}.json")
    return tuple((message.speaker, message.text) for message in exported.conversation)


@pytest.fixture(scope="module")
def remembering():
    return RememberingScorer(digest_key=b"a key of the tests only")


@functools.cache
def harmless_texts():
    """Return 600 messages of plain dialogues of the corpus."""
    plain = (dialogue for dialogue in load_corpus(["en"]).dialogues if dialogue.kind == "plain")
    texts = (message.text for dialogue in plain for message in dialogue.messages)
    return tuple(itertools.islice(texts, 600))


def harmless(count, speakers, start=0):
    texts = harmless_texts()
    return [(speakers[n % len(speakers)], texts[(start + n) % len(texts)]) for n in range(count)]


def speakers_of(rows):
    return list(dict.fromkeys(speaker for speaker, _ in rows))


def flagged_windows(scorer, rows, start, stop, point="balanced"):
    """Return the flagged windows that read a message of [start, stop), and the other flagged windows."""
    windows = [w for w in scorer.score(rows, operating_point=point, explain=False).windows if w.flagged]
    inside = [
        window
        for window in windows
        if (window.start < stop and window.stop > start) or any(start <= index < stop for index in window.remembered)
    ]
    return inside, [window for window in windows if window not in inside]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "place", [0, 4_321, *(pytest.param(place, marks=pytest.mark.slow) for place in (1, 49, 9_999, 10_000))]
)
def test_ten_thousand_harmless_messages_around_it_hide_nothing(remembering, name, place):
    rows = list(stretch(name))
    around = harmless(10_000, speakers_of(rows))
    inside, outside = flagged_windows(remembering, [*around[:place], *rows, *around[place:]], place, place + len(rows))
    assert inside
    assert not outside


@pytest.mark.parametrize("name", SAMPLES)
def test_the_stretch_is_found_at_every_place_in_the_grid_of_windows(remembering, name):
    """Windows begin every 25 messages, so 25 consecutive places represent all, and the padding may be short."""
    rows = list(stretch(name))
    around = harmless(150, speakers_of(rows))
    for place in range(60, 85):
        assert flagged_windows(remembering, [*around[:place], *rows, *around[place:]], place, place + len(rows))[0]


@SETTINGS
@given(
    name=st.sampled_from(SAMPLES),
    place=st.integers(0, 150),
    start=st.integers(0, 599),
    between=st.integers(0, PROMISED_BETWEEN),
    bystanders=st.booleans(),
)
def test_harmless_messages_between_the_signs_do_not_hide_them(remembering, name, place, start, between, bystanders):
    rows = list(stretch(name))
    others = [f"bystander {n}" for n in range(5)] if bystanders else speakers_of(rows)
    padding = harmless(between * len(rows), others, start)
    spread = [row for n, own in enumerate(rows) for row in (own, *padding[n * between : (n + 1) * between])]
    around = harmless(150, speakers_of(rows))
    assert flagged_windows(remembering, [*around[:place], *spread, *around[place:]], place, place + len(spread))[0]


def test_what_people_are_told_is_what_is_tested():
    told = (Path(__file__).parents[2] / "RESPONSIBLE_USE.md").read_text(encoding="utf-8")
    assert f"Up to {PROMISED_BETWEEN} between every" in told


CLOCKS = {
    "none": lambda n: None,
    "backwards": lambda n: 2_000_000_000 - 60 * n,
    "still": lambda n: 1_700_000_000,
    "a month apart": lambda n: 1_600_000_000 + 30 * 86_400 * n,
    "year 1 and year 9999 in turn": lambda n: "0001-01-02" if n % 2 else "9999-12-30",
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("clock", CLOCKS)
def test_a_forged_clock_hides_nothing(remembering, name, clock):
    rows = list(stretch(name))
    around = harmless(150, speakers_of(rows))
    for place in (0, 37, 75, 150):
        whole = [*around[:place], *rows, *around[place:]]
        timed = [(*row, CLOCKS[clock](n)) for n, row in enumerate(whole)]
        assert flagged_windows(remembering, timed, place, place + len(rows))[0]


CUTS = {
    "in halves": lambda text: [text[: len(text) // 2], text[len(text) // 2 :]],
    "in pairs of words": lambda text: [" ".join(text.split()[n : n + 2]) for n in range(0, len(text.split()), 2)],
    "in words": str.split,
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("cut", CUTS)
def test_cutting_its_messages_hides_nothing(remembering, name, cut):
    rows = [(speaker, part) for speaker, text in stretch(name) for part in CUTS[cut](text)]
    around = harmless(150, speakers_of(rows))
    for place in (0, 37, 75, 150):
        assert flagged_windows(remembering, [*around[:place], *rows, *around[place:]], place, place + len(rows))[0]


LETTERS_AT = {"4_stranger_in_a_game": "balanced", "5_offer_from_abroad": "high_recall"}
LETTERS = {
    "no spaces": lambda text: [text.replace(" ", "")],
    "spaced": lambda text: [" ".join(text.replace(" ", ""))],
    "a letter a message": lambda text: list(text.replace(" ", "")),
    "a letter a message, spaces too": list,
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("write", LETTERS)
@SETTINGS
@given(place=st.integers(0, 150), start=st.integers(0, 599), spelled_too=st.booleans())
def test_words_without_spaces_hide_nothing(remembering, name, write, place, start, spelled_too):
    rows = [(speaker, part) for speaker, text in stretch(name) for part in LETTERS[write](text)]
    around = harmless(150, speakers_of(rows), start)
    before, after = around[:place], around[place:]
    assume(not spelled_too or LETTERS_AT[name] == "balanced")
    if spelled_too:
        before, after = (
            [(who, part) for who, text in some for part in LETTERS[write](text)] for some in (before, after)
        )
    whole, place = [*before, *rows, *after], len(before)
    assert flagged_windows(remembering, whole, place, place + len(rows), LETTERS_AT[name])[0]
    assert not flagged_windows(remembering, whole, place, place + len(rows))[1]
