import numpy as np
import pytest

from grooming_risk.model.artifact import LANGUAGE_STEP
from training.corpus.language_scores import UNKNOWN, language_log_odds, texts_without_list, wordfreq_code
from training.corpus.lines import Corpus, Dialogue, DialogueMessage, Exchange, Line
from training.sources.proxies import ProxyConversation

MIXED = ["kal mera exam hai yaar!", "bhai tum game khelne aa rahe ho kya?"] * 20
SERVED = ["en", "es", "tr", "tl", "mix"]


@pytest.fixture(scope="module")
def odds(artifact):
    return language_log_odds(artifact.tokenizer, SERVED, {"mix": MIXED})


@pytest.fixture(scope="module")
def score(artifact, odds):
    def mean(text):
        ids = [index for rows in artifact.tokenizer.ids([text]) for row in rows for index in row[1:-1]]
        return odds[ids].mean()

    return mean


def test_corpus_codes_become_the_codes_of_wordfreq():
    assert [wordfreq_code(code) for code in ("tl", "mix", "en")] == ["fil", None, "en"]


@pytest.mark.parametrize(
    "text",
    [
        "are you coming to the game tonight",
        "vienes a mi casa después de clase",
        "yarın okula geliyor musun",
        "kumusta ka na, ano ang ginagawa mo ngayon",
        "yaar kal tum game khelne aa rahe ho kya",  # of the given texts alone
    ],
)
def test_supported_languages_score_above_others(score, text):
    unsupported = ("kommer du hem till mig efter skolan i kväll", "今天我们一起去学校吧", "θα έρθεις στο σχολείο αύριο")
    assert score(text) > 0 > max(score(other) for other in unsupported)


def test_a_language_without_list_and_texts_is_refused(artifact):
    with pytest.raises(ValueError, match="mix"):
        language_log_odds(artifact.tokenizer, SERVED, {})


def test_unknown_tokens_speak_against_and_markers_say_nothing(artifact, odds):
    assert odds.dtype == np.int8
    assert odds.shape == (artifact.tokenizer.vocabulary_size,)
    assert odds[artifact.tokenizer.UNKNOWN] * LANGUAGE_STEP == pytest.approx(UNKNOWN)
    assert not odds[[artifact.tokenizer.BEGIN, artifact.tokenizer.PAD, artifact.tokenizer.END, -1]].any()


def test_punctuation_of_the_texts_says_nothing(artifact, odds):
    """Lists hold no punctuation, so that of the texts would make every language look like theirs."""
    marks = [artifact.tokenizer.ids([text])[0][0][-2] for text in ("yaar!", "kya?")]
    assert odds[marks].tolist() == [0, 0]


def test_texts_without_a_list_are_mixed_and_romanised_ones():
    def line(text, language):
        return Line(text, language, "replies", "", "any", "teen", "")

    corpus = Corpus(
        (line("kya haal hai", "hi"), line("क्या हाल है", "hi"), line("hello", "en"), line("ok bhai", "mix")),
        (Dialogue("d", "mix", "family", "family", "plain", (DialogueMessage("a", "chalo bye"),)),),
        (Exchange("ur", "secrecy", "any", (("source", "kisi ko mat batana"), ("other", "کیوں"))),),
    )
    talk = ProxyConversation("c", "code_mixed_dialog", "mix", "train", (("s1", "movie dekhi kya", None),))
    assert texts_without_list(corpus, [talk]) == {
        "hi-Latn": ["kya haal hai"],
        "mix": ["ok bhai", "chalo bye", "movie dekhi kya"],
        "ur-Latn": ["kisi ko mat batana"],
    }
