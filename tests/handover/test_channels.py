"""The table of channels: its shape, its age, and what a person is shown of it."""

import json
import re
from collections import Counter
from datetime import date

import pytest

from grooming_risk.errors import UnknownCountryError
from grooming_risk.handover import channels, countries
from grooming_risk.handover.addressees.channels import (
    TABLE,
    Kind,
    Status,
    channel_named,
    country_code,
    emergency_number,
)
from grooming_risk.handover.addressees.requirements import REQUIREMENTS
from grooming_risk.handover.language.languages import language, languages
from grooming_risk.handover.language.wording import KINDS, TAKES
from tests.conftest import ROOT

FIELDS = {
    "id", "country", "name", "kind", "takes", "url", "phone", "email", "hours", "formal_complaint", "asks", "source",
    "checked_on", "status",
}  # fmt: skip
URL = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(/\S*)?")
OLDEST = 366  # days between reading a row and releasing it


def rows():
    return json.loads(TABLE.read_text(encoding="utf-8"))["channels"]


def release_date():
    """That of the newest entry of the changelog; today while it is not released."""
    heading = re.search(r"^## \S+ \((.+)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    return date.fromisoformat(heading) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", heading) else date.today()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_a_row_has_its_shape(row):
    assert set(row) == FIELDS
    assert re.fullmatch(r"[a-z]{2}(-[a-z0-9]+)+", row["id"])
    assert row["country"] is None or row["id"].startswith(row["country"].lower())
    assert row["kind"] in KINDS and (row["takes"] in TAKES or row["takes"] is None)
    assert row["name"] and (row["url"] or row["phone"])
    assert row["url"] is None or URL.fullmatch(row["url"])
    assert row["phone"] is None or re.fullmatch(r"[0-9][0-9 /-]*[0-9]", row["phone"])
    assert row["email"] is None or re.fullmatch(r"\S+@\S+\.\w+", row["email"])
    assert row["formal_complaint"] in (True, False, None)
    assert row["takes"] is None or row["kind"] not in ("emergency", "helpline") or row["id"] == "x"
    assert set(row["asks"]) <= {item.key for item in REQUIREMENTS}
    assert row["status"] in [status.value for status in Status]
    # What was read has an address where it can be read again; what nobody verified at least says where it is from.
    assert URL.fullmatch(row["source"]) or (row["status"] == "unverified" and row["source"].startswith("third-party"))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_a_row_is_not_older_than_a_year_at_release(row):
    age = (release_date() - date.fromisoformat(row["checked_on"])).days
    assert age <= OLDEST, f"{row['id']} was read {age} days before; read it again (docs/guides/hand_over.md)"


def test_no_row_stands_twice():
    table = rows()
    assert [name for name, count in Counter(row["id"] for row in table).items() if count > 1] == []
    addresses = Counter((row["country"], row["url"]) for row in table if row["url"])
    assert [place for place, count in addresses.items() if count > 1] == []
    phones = Counter((row["country"], row["phone"]) for row in table if row["phone"])
    assert [place for place, count in phones.items() if count > 1] == []


def test_every_country_has_a_body_and_a_name_in_every_language():
    table = rows()
    assert set(countries()) == {row["country"] for row in table if row["country"]}
    assert len(countries()) >= 25
    for code in languages():
        assert all(language(code).country(country) != country for country in countries())


def test_the_emergency_number_comes_first():
    for country in countries():
        kinds = [row.kind for row in channels(country) if row.country == country]
        assert kinds == sorted(kinds, key=list(Kind).index)
        assert (kinds[0] is Kind.EMERGENCY) == (emergency_number(country) is not None)
    assert emergency_number("US") == "911" and emergency_number(None) is None


def test_no_country_is_guessed():
    assert {row.country for row in channels("DE")} == {"DE", None}
    assert country_code(" germany ") == country_code("de") == "DE"
    for wrong in ("", "XX", "D", "Atlantis", "de\0", "../DE"):
        with pytest.raises(UnknownCountryError, match="use a code such as DE"):
            channels(wrong)


def test_channels_can_be_named():
    assert channel_named("gb-ceop").takes == "grooming" and channel_named("nobody") is None
    assert all(row.to_dict()["id"] == row.id for row in channels())


def test_some_take_grooming_and_hotlines_of_material_do_not_say_so():
    takes = {row.id: row.takes for row in channels()}
    assert takes["us-cybertipline"] == "both" and takes["gb-iwf"] == takes["xx-inhope"] == "material"


def test_what_was_read_and_what_was_not_is_told_apart():
    states = Counter(row.status for row in channels())
    assert states[Status.READ] > 30 and states[Status.UNVERIFIED] > 10
