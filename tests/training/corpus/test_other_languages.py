import unicodedata

import pytest

from training.corpus.lines import languages_of
from training.corpus.other_languages import declaration_words, everyday_lines, language_names


def test_no_line_is_in_training_and_in_the_test():
    train, test = everyday_lines("train"), everyday_lines("test")
    assert set(train) == set(test) == set(language_names())
    for code, lines in train.items():
        assert lines
        assert not set(lines) & set(test[code]), code


def test_a_served_language_has_no_lines_among_the_others():
    assert not set(everyday_lines("train")) & set(languages_of())


def test_there_are_lines_in_many_languages():
    assert len(everyday_lines("test")) >= 60
    assert all(len(lines) >= 6 for lines in everyday_lines("test").values())


@pytest.mark.parametrize("split", ["train", "test"])
def test_lines_are_single_short_messages(split):
    for code, lines in everyday_lines(split).items():
        for line in lines:
            assert line == line.strip() == unicodedata.normalize("NFC", line), code
            assert 5 < len(line) < 100, code


def test_the_words_of_the_declaration_are_counted_in_served_languages_too():
    words = dict(declaration_words())
    assert set(languages_of()) - {"mix"} <= set(words)
    assert {"sw", "so", "ne", "af", "az", "ceb", "gl"} <= set(words)
    assert len(words) > 150
    assert all(min(counts.values()) >= 1 for counts in words.values())
