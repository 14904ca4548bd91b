"""Dates, numbers and countries as Unicode's CLDR has them.

`python tests/handover/test_locale_data.py` writes locale/data.json anew, after a language was added or Babel updated.
"""

import json

import pytest

babel = pytest.importorskip("babel", reason="babel, which has Unicode's data, is not installed")

LANGUAGES = ("en", "es", "fr", "pt", "de", "ar", "hi", "ur", "id", "tl", "tr", "ru")
CALLED = {"tl": "fil"}  # CLDR has Tagalog under the name of its standard form
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def of_language(code):
    name = CALLED.get(code, code)
    locale = babel.Locale.parse(name)
    countries = {
        place: called
        for place, called in sorted(locale.territories.items())
        if len(place) == 2 and place.isalpha() and place not in NO_COUNTRIES
    }
    return {
        "name": locale.get_display_name(name),
        "direction": locale.text_direction,
        "months": [locale.months["format"]["wide"][month] for month in range(1, 13)],
        "date": locale.date_formats["long"].pattern,
        "group": locale.number_symbols["latn"]["group"],
        "grouping": list(next(iter(locale.decimal_formats.values())).grouping),
        "countries": countries,
    }


def current():
    return {"source": "Unicode CLDR, by Babel", "languages": {code: of_language(code) for code in LANGUAGES}}


def path():
    from grooming_risk.handover.language.languages import FOLDER

    return FOLDER / "data.json"


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_readers_see_most_is_current(code):
    """Names of countries may change with a release of CLDR; months, order and grouping hardly ever do."""
    kept, now = json.loads(path().read_text(encoding="utf-8"))["languages"][code], of_language(code)
    for field in ("direction", "months", "date", "group", "grouping"):
        assert kept[field] == now[field], field
    assert kept["countries"].keys() >= {"DE", "IN", "KE", "PK", "US"}
    changed = {place for place, name in kept["countries"].items() if now["countries"].get(place, name) != name}
    assert len(changed) < 10


if __name__ == "__main__":
    path().write_text(json.dumps(current(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
