import unicodedata

import pytest

from grooming_risk.text.normalization import normalize


@pytest.mark.parametrize(
    ("given", "wanted", "obfuscations"),
    [
        ("how old are you", "how old are you", 0),
        ("hоw оld аrе уоu", "how old are you", 6),  # Cyrillic look-alikes
        ("Привет, как дела", "Привет, как дела", 0),
        ("Γειά σου", "Γειά σου", 0),
        ("ho\u200bw o\u00adld", "how old", 2),
        ("ｈｏｗ ⓞⓛⓓ 𝓪𝓻𝓮", "how old are", 0),
        ("h\u0337o\u0337w\u0337", "how", 3),
        ("cafe\u0301", "café", 0),
        ("a\x00b\nc", "a b c", 0),
        ("x\ud800y", "x\ufffdy", 0),
        ("\ue000\ue001", "", 2),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f", 0),
        ("کتاب\u200cها", "کتابها", 1),
        ("\u1112\u1161\u11ab", "한", 0),
        ("A\u0410\u0300", "AÀ", 1),  # the mark joins only after the look-alike became Latin
        ("keep it s e c r e t ok", "keep it secret ok", 5),
        ("s.e.c.r.e.t s-e-n-d", "secret send", 8),
        ("h o w   o l d   r   u", "how   old   r   u", 4),
        ("s \u0435 c r \u0435 t", "secret", 7),  # spread and look-alikes at once
        ("i ' m  1 5 , y o u ?", "i'm  15,you?", 8),  # nothing else is written
        ("o k : - ) ! ! !", "o k : - ) ! ! !", 0),
        ("how r u, y r u sad, i c u", "how r u, y r u sad, i c u", 0),
        ("e.g. 1 2 3 4 5 at 5 p m", "e.g. 1 2 3 4 5 at 5 p m", 0),
        ("т е б я", "тебя", 3),
    ],
)
def test_normalize(given, wanted, obfuscations):
    result = normalize(given)
    assert result.text == wanted
    assert result.obfuscations == obfuscations
    assert len(result.offsets) == len(result.text)


def test_offsets_point_at_the_original_word():
    given = "ok\u200b \u200bhоw old"
    result = normalize(given)
    start = result.text.index("how")
    original = given[result.offsets[start] : result.offsets[start + 2] + 1]
    assert original == "hоw"


def test_growth_is_mapped():
    result = normalize("\ufdfa!")
    assert len(result.text) > 15
    assert result.offsets[-1] == 1
    assert set(result.offsets[:-1]) == {0}


def test_result_is_in_normal_form():
    text = normalize("ﬁne ½ \u1e9b\u0323 ﷺ").text
    assert unicodedata.is_normalized("NFKC", text)


def test_repr_hides_the_text():
    assert "secret" not in repr(normalize("secret"))


def test_a_word_of_look_alikes_from_several_alphabets_is_read_as_latin():
    assert normalize("\u03a1\ua4f2\u0435\u0430\u0455\u0435").text == "Please"
    for real in ("\u0440\u0430\u0441\u0430", "\u03bf\u03c1\u03bf\u03c2", "\u0435\u0441\u0430\u0443\u043b"):
        assert normalize(real).text == real


def test_whether_words_may_run_together_is_known():
    given = {
        "h o w o l d": True,
        "keep it s e c r e t": True,
        "h o w  o l d  i s  i t": False,
        "s.e.c.r.e.t": False,
        "how": False,
    }
    assert {text: normalize(text).run_together for text in given} == given
