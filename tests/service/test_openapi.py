"""The OpenAPI document: valid, complete, and its examples are what the service takes and gives."""

import json
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")

from grooming_risk.row_keys import MESSAGE_FIELDS, MESSAGE_ID_KEYS, SPEAKER_KEYS, TEXT_KEYS, TIME_KEYS
from grooming_risk.service.openapi import component, document
from grooming_risk.service.routes import routes
from tests.support.service.service_client import CHAT, IDENTIFIED, send, service

OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with service(tmp_path_factory.mktemp("state")) as client:
        send(client, "flagged", IDENTIFIED, "k")
        yield client


def schema_of(answer, operation):
    """The schema of an answer, with everything that it refers to."""
    described = operation["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = document()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    (content,) = described["content"].values()
    assert answer.headers["content-type"].partition(";")[0] in described["content"]
    return {**content["schema"], "components": document()["components"]}


def check(answer, operation):
    jsonschema.Draft202012Validator(schema_of(answer, operation)).validate(answer.json())


def test_it_is_valid_openapi():
    # Its schemas alone: importing the package opens a socket, to see whether there is IPv6.
    found = find_spec("openapi_spec_validator")
    if found is None:
        pytest.skip("openapi-spec-validator is not installed (extra test)")
    schema = Path(found.origin).parent / "resources" / "schemas" / "v3.1" / "schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))
    content = json.loads(json.dumps(document()))
    assert [error.message for error in validator.iter_errors(content)] == []
    del content["info"]["title"]
    assert not validator.is_valid(content)


def test_it_describes_every_route():
    served = {
        (route.path.replace(":path}", "}"), method.lower())
        for route in routes()
        for method in route.methods - {"HEAD"}
        if route.path not in ("/docs", "/docs.css", "/openapi.json")
    }
    assert served == {(parameter.values[0], parameter.values[1]) for parameter in OPERATIONS}
    operations = [parameter.values[2]["operationId"] for parameter in OPERATIONS]
    assert len(set(operations)) == len(operations)
    assert set(operations) == {route.endpoint.__name__ for route in routes()} - {"docs", "style", "openapi"}


def test_the_examples_of_requests_are_answered_as_described(client):
    tried = 0
    for parameter in OPERATIONS:
        path, method, operation = parameter.values
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for example in content["examples"].values():
                answer = client.request(method, path.format(conversation="7f3"), json=example["value"])
                assert answer.status_code == 200, answer.text
                check(answer, operation)
                tried += 1
    assert tried == 6


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_answers_are_as_described(client, path, method, operation):
    url = path.format(conversation="flagged")
    body = {"messages": CHAT} if method == "post" else None
    if method == "delete":
        send(client, "gone", CHAT)
        url = path.format(conversation="gone")
    answer = client.request(method, url, **({} if body is None else {"json": body}))
    assert answer.is_success, answer.text
    if answer.status_code == 200 and path != "/metrics":
        check(answer, operation)
    missing = client.request(method, url.replace("flagged", "nobody").replace("gone", "nobody"))
    if missing.status_code >= 400:
        check(missing, operation)


def test_flags_and_ids_are_as_described(client):
    get = document()["paths"]["/v1/conversations/{conversation}"]["get"]
    answer = client.get("/v1/conversations/flagged")
    check(answer, get)
    assert answer.json()["flag"] and answer.json()["message_ids"]
    flags = client.get("/v1/flags")
    check(flags, document()["paths"]["/v1/flags"]["get"])
    assert flags.json()["flags"]
    score = client.post(
        "/v1/score",
        json={
            "conversations": [{"id": 3, "messages": IDENTIFIED}, {"id": 4, "messages": [["a", 5]]}],
            "errors": "return",
        },
    )
    check(score, document()["paths"]["/v1/score"]["post"])


def test_every_error_that_happens_is_described(client):
    post = document()["paths"]["/v1/score"]["post"]
    for content, kind in ((b"{", "application/json"), (b"{}", "text/plain"), (b"{}", "application/json")):
        check(client.post("/v1/score", content=content, headers={"Content-Type": kind}), post)


def test_names_of_fields_are_those_of_the_library():
    schemas = document()["components"]["schemas"]
    assert set(schemas["Keys"]["properties"]) == set(MESSAGE_FIELDS)
    for name in (*SPEAKER_KEYS, *TEXT_KEYS, *TIME_KEYS, *MESSAGE_ID_KEYS):
        assert f"`{name}`" in schemas["Message"]["description"]


def test_schemas_of_requests_can_be_checked():
    from grooming_risk.schemas.json_schema import violations

    for name in ("ScoreRequest", "LiveRequest"):
        assert list(violations({"messages": [["a", "b"]]}, component(name))) == []
        assert list(violations({"messages": [{"a": "b"}, "c"]}, component(name))) == [
            "messages[1] is not of type object or array"
        ]


def test_the_page_needs_nothing_from_elsewhere(client):
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in page.text and "http://" not in page.text and "https://" not in page.text
    for parameter in OPERATIONS:
        assert parameter.values[0] in page.text
    assert client.get("/docs.css").headers["content-type"].startswith("text/css")
    assert client.get("/openapi.json").json() == document()
