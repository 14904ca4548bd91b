import pytest

from grooming_risk.readers.base.shown_text import says_more


@pytest.mark.parametrize(
    ("shown", "text", "more"),
    [
        ("bold  words", "*bold* words", False),
        ("Bold", "bold and more", False),
        ("", "words", False),
        ("words 2", "words", True),
        ("😀", "", False),
        ("字", "word", True),
    ],
)
def test_says_more(shown, text, more):
    assert says_more(shown, text) is more
