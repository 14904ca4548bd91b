from training.corpus.word_lists import listed_words, wordfreq_code


def test_corpus_codes_become_the_codes_of_wordfreq():
    assert [wordfreq_code(code) for code in ("tl", "mix", "en")] == ["fil", None, "en"]


def test_lists_have_the_codes_of_the_corpus():
    found = listed_words(50)
    assert {"tl", "en", "hr", "uk"} <= set(found)
    assert "fil" not in found
    assert found["en"]["the"] == max(found["en"].values())
    assert all(len(words) == 50 for words in found.values())
