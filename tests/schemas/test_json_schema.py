import copy
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.records.verification import SCHEMA
from grooming_risk.schemas.json_schema import violations
from tests.support.review_records_fixture import places, record

RECORD_SCHEMA = json.loads(SCHEMA.read_text(encoding="utf-8"))
OTHER = jsonschema.Draft202012Validator(RECORD_SCHEMA)
GOOD = record(decision="overturned", viewed=[3, 4], language="pt-BR")
# A line feed at the end passes `$` in jsonschema and not here; everything else must be judged alike.
VALUES = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        3.0,
        0.5,
        1e300,
        2**53,
        "",
        "en",
        "EN",
        "a" * 64,
        "2026-03-01",
        "2026-03-01T12:00:00Z",
        "review",
        "abstained",
        "escalated",
        [],
        [0.1],
        [0.1, 0.2],
        [0.1, 2],
        [1, "x"],
        {},
        {"start": 1},
        [{}],
        ["secrecy"],
        [["secrecy"]],
    ]
)


def changed(path, value):
    other = copy.deepcopy(GOOD)
    inside = other
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = value
    return other


@given(st.sampled_from(list(places(GOOD))), VALUES)
def test_it_judges_as_jsonschema_does(path, value):
    other = changed(path, value)
    assert (not list(violations(other, RECORD_SCHEMA))) == OTHER.is_valid(other)


@given(st.sampled_from(list(places(GOOD))))
def test_a_missing_and_an_unknown_field_are_found(path):
    other = copy.deepcopy(GOOD)
    inside = other
    for name in path[:-1]:
        inside = inside[name]
    if isinstance(inside, dict):
        del inside[path[-1]]
        (found,) = violations(other, RECORD_SCHEMA)
        assert found.endswith("is missing")
        assert path[-1] in found
        inside[path[-1]] = GOOD
        inside["canary"] = "canary"
        found = " ".join(violations(other, RECORD_SCHEMA))
        assert "a field that the schema does not allow" in found
        assert "canary" not in found


@pytest.mark.parametrize("value", [None, 3, "canary", [], [GOOD]])
def test_what_is_no_object_is_refused_without_its_value(value):
    (found,) = violations(value, RECORD_SCHEMA)
    assert found == "the document is not of type object"


@given(st.dictionaries(st.sampled_from(["a", "canary"]), VALUES))
def test_fields_that_are_not_named_may_have_a_schema_of_their_own(value):
    schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": {"$ref": "#/$defs/n"}}
    schema["$defs"] = {"n": {"type": "array", "items": {"type": "integer"}}}
    found = list(violations(value, schema))
    assert (not found) == jsonschema.Draft202012Validator(schema).is_valid(value)
    assert "canary" not in " ".join(found)


def test_numbers_that_json_does_not_have_are_no_numbers():
    for value in (float("nan"), float("inf"), -float("inf")):
        assert list(violations(value, {"type": "number"})) == ["the document is not of type number"]


def test_a_line_feed_at_the_end_does_not_pass():
    assert list(violations(changed(("language",), "en\n"), RECORD_SCHEMA))


@pytest.mark.parametrize("schema", [{"oneOf": []}, {"items": {"format": "date"}}, {"properties": {"a": {"not": {}}}}])
def test_a_keyword_that_is_not_checked_is_an_error_not_a_pass(schema):
    with pytest.raises(ValueError, match="not checked"):
        list(violations({"a": 1} if "properties" in schema else [1], schema))
