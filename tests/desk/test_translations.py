"""Translations of the desk: complete, current, with placeholders that fit, compiled from what a translator edits."""

import gettext
import re
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")
pytest.importorskip("babel.messages.pofile", reason="babel, which reads the catalogues, is not installed")

from grooming_risk.conversation import Doubt
from grooming_risk.desk.language.interface import DOMAIN, FOLDER, interface, preferred
from grooming_risk.handover.language.languages import languages
from grooming_risk.tactics import LABELS
from tests.handover.test_languages import catalogue as handover_catalogue
from tests.support.desk.catalogues import TEMPLATE, TRANSLATED, catalogue, own, read

# Words that are the same in a language, or names.
SAME = {
    "Note",
    "Source",
    "Name",
    "Profile",
    "Role",
    "Plattform",
    "Organization",
    "Team",
    "Sample",
    "Status",
    "Filter",
    "Export",
}


def test_every_tactic_and_cue_has_words():
    from grooming_risk.desk.language.wording import LABELS as WORDS

    assert set(WORDS) == {*LABELS, *(doubt.value for doubt in Doubt)}


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_untranslated_stale_or_doubtful(code):
    found, wanted = catalogue(code), own()
    assert sorted(wanted - found.keys()) == [], "translate these: docs/guides/review_desk.md says how"
    assert sorted(found.keys() - wanted) == [], "these are no longer used"
    assert all(message.string.strip() and not message.fuzzy for message in found.values())
    same = [key for key, message in found.items() if message.string == key and key not in SAME]
    assert len(same) <= 15, same  # short words that two languages share


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_fit(code):
    for key, message in catalogue(code).items():
        assert sorted(re.findall(r"\{\w*\}", key)) == sorted(re.findall(r"\{\w*\}", message.string)), key
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x1f<>]", message.string), key


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_read_is_what_a_translator_edits(code):
    compiled = gettext.translation(DOMAIN, FOLDER, languages=[code])
    for key, message in catalogue(code).items():
        assert compiled.gettext(key) == message.string, "compile it: docs/guides/review_desk.md says how"


def test_the_template_is_current():
    assert {message.id for message in read(TEMPLATE) if message.id} == own()


@pytest.mark.parametrize("code", languages())
def test_an_interface_falls_back_to_the_hand_over(code):
    shown = interface(code)
    assert shown.direction == ("rtl" if code in ("ar", "ur") else "ltr")
    words = "If a child may be in danger now, call the local emergency number first."
    if code != "en":
        assert shown.text(words) == handover_catalogue(code)[words].string
        assert shown.text("Queue") != "Queue"
    assert "7" in shown.text("Page {page} of {pages}", page=7, pages=9)


def test_a_browser_gets_its_language():
    assert preferred("pt-BR,pt;q=0.9,en;q=0.8") == "pt"
    assert preferred("fil-PH,fil;q=0.9") == "tl"
    assert preferred("xx,yy") == "en" == preferred("")


def test_catalogues_are_where_translators_find_them():
    assert {path.parts[-3] for path in FOLDER.rglob("*.po")} == set(TRANSLATED)
    assert isinstance(FOLDER, Path)
