"""CASE/UCO JSON-LD: a graph of the case, validated by the ontology's own shapes."""

import json

import pytest

from grooming_risk.handover import PackageOptions, TextScope, package_files
from grooming_risk.handover.case_uco import case_uco
from tests.handover.test_summary import HOSTILE
from tests.support.handover_fixture import FULL, MINIMUM, TEXTS, case, chat


def nodes(made, kind):
    return [node for node in json.loads(case_uco(made))["@graph"] if node["@type"].endswith(f":{kind}")]


def facet(node, kind):
    return next(item for item in node["uco-core:hasFacet"] if item["@type"].endswith(f":{kind}"))


def test_it_holds_the_messages_the_accounts_the_export_and_the_review():
    made = case()
    messages = nodes(made, "Message")
    assert [facet(node, "MessageFacet")["uco-observable:messageText"] for node in messages] == list(TEXTS[:10])
    accounts = {node["@id"]: facet(node, "AccountFacet") for node in nodes(made, "ObservableObject")}
    sender = accounts[facet(messages[2], "MessageFacet")["uco-observable:from"]["@id"]]
    assert sender["uco-observable:accountIdentifier"] == "u-1"
    assert facet(nodes(made, "File")[0], "ContentDataFacet")["uco-observable:hash"]["uco-types:hashValue"] == {
        "@type": "xsd:hexBinary", "@value": made.source.sha256,
    }  # fmt: skip
    (review,) = nodes(made, "InvestigativeAction")
    assert len(review["uco-action:object"]) == 10 and "confirmed" in review["uco-core:description"]


def test_it_is_in_the_package_only_when_asked_for():
    assert "data/case-uco.jsonld" not in package_files(case())
    found = package_files(case(), PackageOptions(case_uco=True))["data/case-uco.jsonld"].decode()
    assert found == case_uco(case())
    for word in ("probability", "threshold", case().internal.record_digest, case().internal.notice):
        assert word not in found


def test_without_text_it_holds_none():
    written = case_uco(case(scope=TextScope.NONE))
    assert not any(text in written for text in TEXTS if len(text) > 6) and "anna_x" not in written


def test_every_name_is_one():
    def names(value):
        if isinstance(value, dict):
            if len(value) > 1 and "@id" in value:
                yield value["@id"]
            for item in value.values():
                yield from names(item)
        elif isinstance(value, list):
            for item in value:
                yield from names(item)

    found = list(names(json.loads(case_uco(case()))))
    assert len(set(found)) == len(found) > 20


@pytest.mark.parametrize(
    "made",
    [
        lambda: case(),
        lambda: case(MINIMUM, source=None),
        lambda: case(scope=TextScope.NONE),
        lambda: case({**FULL, "message_ids": {}}, conversation=chat(HOSTILE), spans=((0, len(HOSTILE)),)),
    ],
)
def test_the_shapes_of_the_ontology_hold(made, tmp_path):
    pytest.importorskip("case_utils", reason="case-utils, which has the ontology, is not installed")
    from case_utils.case_validate import validate

    path = tmp_path / "case.jsonld"
    path.write_text(case_uco(made()), encoding="utf-8")
    result = validate(str(path))
    assert result.conforms, result.text
    assert result.undefined_concepts == set()
