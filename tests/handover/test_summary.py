"""The summary: the same facts as a page and as text, in every language, and nothing of a score."""

import re

import pytest

from grooming_risk.handover import PackageOptions, TextScope, languages, package_files
from grooming_risk.handover.language.languages import language
from grooming_risk.handover.summary.sections import ranges
from tests.support.handover_fixture import FULL, MINIMUM, TEXTS, case, chat, report
from tests.support.review_page_fixture import Page

HOSTILE = (
    "</script><script>window.hacked = 1</script>", "<img src=x onerror='window.hacked = 2'>", "]]> <!-- <b>",
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\uff1d1+1",
    "user\u202egpj.exe", "nul\x00here", "half \ud83d pair",
    "a\u2066b\u2069c", "../../etc/passwd", "z" * 8_000, "one\ntwo\r\nthree\ttabbed", "&amp; {count} %s", "\ufffe\uffff",
)  # fmt: skip


def files(made, **options):
    return {name: content.decode() for name, content in package_files(made, PackageOptions(**options)).items()}


@pytest.mark.parametrize("code", languages())
def test_page_and_text_say_the_same(code):
    made = files(case(), language=code, country="DE")
    page, text = Page(made["data/summary.html"]), made["data/summary.txt"]
    assert made["data/summary.html"].isascii()
    for word in (
        "2026-17",
        "u-1",
        "anna_x",
        "192.0.2.7",
        "EPOC-1",
        "112",
        "https://www.jugendschutz.net/verstoss-melden",
    ):
        assert word in page.visible and word in text, word
    for message in TEXTS[:10]:
        assert message in page.visible and message in text
    assert "It asks for secrecy." in text


def test_the_page_runs_nothing_and_loads_nothing():
    page = Page(files(case())["data/summary.html"])
    names = [name for name, _ in page.elements]
    assert not {"script", "img", "link", "iframe", "form", "a", "object"} & set(names)
    (policy,) = (a["content"] for name, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not any(name.startswith("on") or name == "style" for _, a in page.elements for name in a)


def test_right_to_left():
    for code, direction in (("ar", "rtl"), ("ur", "rtl"), ("en", "ltr"), ("hi", "ltr")):
        page = Page(files(case(), language=code)["data/summary.html"])
        (root,) = (attributes for name, attributes in page.elements if name == "html")
        assert (root["lang"], root["dir"]) == (code, direction)
    text = files(case(), language="ar", country="AE")["data/summary.txt"]
    assert text.count("\u2068") == text.count("\u2069") > 10
    assert "\u2068https://www.ecrime.ae/\u2069" in text
    assert "\u2068" not in files(case(), language="de")["data/summary.txt"]


def test_the_emergency_number_comes_first():
    for country, number in (("DE", "112"), ("JP", "110"), ("RU", None), (None, None)):
        text = files(case(), country=country)["data/summary.txt"].splitlines()[3]
        expected = (
            "call the local emergency number first" if number is None else f"call the emergency number first: {number}."
        )
        assert expected in text


def test_only_the_chosen_country_is_named():
    text = files(case(), country="JP")["data/summary.txt"]
    assert "Internet Hotline Center Japan" in text and "INHOPE" in text and "CEOP" not in text
    nowhere = files(case())["data/summary.txt"]
    assert "INHOPE" in nowhere and "Internet Hotline Center Japan" not in nowhere
    assert "Not verified" in files(case(), country="KE")["data/summary.txt"]


def test_what_is_missing_is_asked_once_with_its_reason():
    text = files(case(MINIMUM), country="PK")["data/summary.txt"]
    assert text.count("Which platform or app was it?") == 1
    assert "It decides who holds the data" in text
    assert "Nothing is missing." in files(case())["data/summary.txt"]


def test_no_figure_of_a_score_is_shown():
    made = files(case())
    for name in (
        "data/summary.html",
        "data/summary.txt",
        "data/messages.csv",
        "data/cybertip-draft.xml",
        "bag-info.txt",
    ):
        for word in ("0.8", "80 %", "probability", "threshold", "model"):
            assert word not in made[name].replace("modelling", ""), (name, word)


def test_nobody_is_called_what_nobody_has_judged():
    """English texts; the elements of NCMEC's own format have NCMEC's names."""
    text = files(case(), country="US")["data/summary.txt"].casefold()
    for word in ("predator", "victim", "perpetrator", "suspect ", "offender"):
        assert word not in text, word
    assert text.count("guilty") == 1 and "does not say that anybody is guilty" in " ".join(text.split())


@pytest.mark.parametrize("code", ["en", "ar"])
def test_hostile_texts_stay_data(code):
    conversation = chat(HOSTILE, ("a", "b"))
    names = {"a": HOSTILE[0], "b": HOSTILE[8]}
    answers = {**MINIMUM, "explanation": "\n".join(HOSTILE[:7]), "note": HOSTILE[1]}
    made = files(
        case(answers, conversation=conversation, names=names, spans=((0, len(HOSTILE)),)), language=code, country="DE"
    )
    page = Page(made["data/summary.html"])
    names = {name for name, _ in page.elements}
    assert not {"script", "img", "b"} & names
    assert HOSTILE[0] in page.visible and "[U+202E]" in page.visible and "\u2400" in page.visible
    raw = made["data/summary.txt"]
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\ud800-\udfff]", raw)
    assert "z" * 8_000 in raw


def test_the_report_of_the_fixture_is_a_report():
    assert report().spans and case(FULL).case_id == "2026-17"


def test_ranges():
    assert ranges(()) == "" and ranges((1,)) == "1" and ranges((1, 2, 3, 5, 7, 8)) == "1-3, 5, 7-8"


def test_dates_and_numbers_are_those_of_unicode():
    babel_dates = pytest.importorskip("babel.dates")
    babel_numbers = pytest.importorskip("babel.numbers")
    from datetime import date

    for code in languages():
        chosen, locale = language(code), {"tl": "fil"}.get(code, code)
        for day in (date(2026, 1, 2), date(2026, 3, 1), date(2026, 12, 31)):
            assert chosen.date(day.isoformat()) == babel_dates.format_date(day, "long", locale=locale)
        for number in (0, 7, 999, 1_000, 12_345, 1_234_567, -1_234):
            shown = babel_numbers.format_decimal(number, locale=locale)
            # Spain leaves four digits together, others do not; a group too many is no error.
            assert chosen.number(number).replace(chosen.data["group"], "") == re.sub(
                "[^0-9-]", "", shown.replace("\u200e", "")
            )
            if abs(number) > 9_999:
                assert chosen.number(number) == shown


def test_a_case_without_text_says_so():
    made = files(case(scope=TextScope.NONE))
    assert "The report holds no text and no names." in made["data/summary.txt"]
    assert "Explicit terms" not in made["data/summary.txt"]
