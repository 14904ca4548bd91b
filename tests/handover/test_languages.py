"""Translations: complete, current, with placeholders that fit, compiled from what a translator edits."""

import ast
import gettext
import re

import pytest

from grooming_risk.errors import InvalidOptionError
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import DOMAIN, FOLDER, language, languages
from grooming_risk.tactics import Tactic

babel = pytest.importorskip("babel.messages.pofile", reason="babel, which reads the catalogues, is not installed")
PACKAGE = FOLDER.parents[1]
TRANSLATED = [code for code in languages() if code != "en"]
# Words that are the same in a language, or names.
SAME = {"Profile", "Conversation", "File", "no", "Platform", "Hotline", "Police", "Messages", "Account {letter}"}


def marked():
    """Every text that is marked for translation, as gettext's tools would find it."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.append(ast.literal_eval(node.args[0]))
    return set(found)


def catalogue(code):
    path = FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as stream:
        return {message.id: message for message in babel.read_po(stream) if message.id}


def test_there_are_twelve_languages():
    assert set(languages()) == {"en", "es", "fr", "pt", "de", "ar", "hi", "ur", "id", "tl", "tr", "ru"}
    with pytest.raises(InvalidOptionError, match="use one of en, es"):
        language("xx")


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_untranslated_stale_or_doubtful(code):
    found, wanted = catalogue(code), marked()
    assert sorted(wanted - found.keys()) == [], "translate these: docs/guides/hand_over.md says how"
    assert sorted(found.keys() - wanted) == [], "these are no longer used"
    for message in found.values():
        assert message.string.strip(), message.id
        assert not message.fuzzy, message.id
        assert message.string != message.id or message.id in SAME, message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_and_marks_fit(code):
    for key, message in catalogue(code).items():
        for pattern in (r"\{\w*\}", r"\[EXPLICIT\]", "CyberTipline", "grooming-risk", "NCMEC", "Europol"):
            wanted, found = (sorted(re.findall(pattern, text)) for text in (key, message.string))
            if pattern == "Europol" and code in ("ar", "hi", "ur", "ru"):
                continue  # written in their own letters
            assert wanted == found, (pattern, key)
        assert message.string.count("{") == message.string.count("}") == key.count("{")
        assert key.endswith("?") == (message.string.rstrip(" .").endswith(("?", "؟"))), key
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x1f]", message.string)


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_read_is_what_a_translator_edits(code):
    compiled = gettext.translation(DOMAIN, FOLDER, languages=[code])
    for key, message in catalogue(code).items():
        assert compiled.gettext(key) == message.string, "compile it: docs/guides/hand_over.md says how"


def test_the_template_is_current():
    with (FOLDER / f"{DOMAIN}.pot").open("rb") as stream:
        assert {message.id for message in babel.read_po(stream) if message.id} == marked()


def test_scripts_are_those_of_the_languages():
    for code, letters in (
        ("ar", "\u0600-\u06ff"),
        ("ur", "\u0600-\u06ff"),
        ("hi", "\u0900-\u097f"),
        ("ru", "\u0400-\u04ff"),
    ):
        texts = " ".join(message.string for message in catalogue(code).values())
        assert len(re.findall(f"[{letters}]", texts)) > 0.6 * len(re.findall(r"\w", texts))


def test_every_label_has_words():
    assert set(wording.TACTICS) == {tactic.value for tactic in Tactic}
    assert set(wording.DECIDED) == {"confirmed", "escalated", "inconclusive", "missed"}


def test_values_are_set_apart_where_text_runs_from_right_to_left():
    text = language("ar").text(wording.EMERGENCY_NUMBER, number="112 / 999")
    assert "\u2068112 / 999\u2069" in text
    assert language("en").text(wording.EMERGENCY_NUMBER, number="112").endswith("112.")
