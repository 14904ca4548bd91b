"""Hostile texts in every field of every form that the desk shows: they are only text, and nothing breaks."""

from html.parser import HTMLParser

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from tests.support.desk.fixture import ADDRESS, DeskClient, export, flagged, quiet

HOSTILE = (
    "<script>window.hacked=1</script>",
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "../../../etc/passwd",
    "1; DROP TABLE cases; --",
    "nul\0 \u202egpj.exe",
    "\r\nSet-Cookie: stolen=1",
    "9" * 5_000,
    "-1",
    "\u0665\u0665",  # digits, but not ours
)
PAGES = (
    "/me",
    "/queue?shelf=all",
    "/bring-in",
    "/imports/1",
    "/cases/1",
    "/cases/2",
    "/cases/3",
    "/cases/3/delete",
    "/cases/2/hand-over",
    "/statistics?capacity=3",
    "/team",
    "/help",
)


class Forms(HTMLParser):
    """Forms of a page: method, action, and the names of their fields."""

    def __init__(self, text):
        super().__init__()
        self.found, self._buttons = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.found.append((values.get("method", "get"), values.get("action", ""), {}))
        elif self.found and tag in ("input", "textarea", "select", "button") and values.get("name"):
            self.found[-1][2][values["name"]] = (values.get("type"), values.get("value", ""))


@pytest.fixture
def client(tmp_path):
    made = DeskClient(tmp_path / "desk")
    made.upload({"a.json": export(flagged(1)), "b.json": export(flagged(2)), "c.json": export(quiet(1))})
    made.decide(1, "no_concern")
    made.decide(2, "not_sure")
    made.post("/cases/2/hand-over", {"explanation": "x", "reviewer_role": "y", "country": "DE", "next": "package"})
    yield made
    made.close()


def forms(client):
    """Every form that the desk shows, once."""
    found = {}
    for path in PAGES:
        for method, action, fields in Forms(client.http.get(path).text).found:
            found.setdefault((method, action), {}).update(fields)
    return found


def send(client, method, action, fields):
    if method == "get":
        return client.http.get(action or "/queue", params=fields)
    if action == "/imports":
        fields = {**fields, "csrf": client.token()}
        files = {"files": (fields.pop("files"), export(flagged(9)))}
        return client.http.post(action, data=fields, files=files, headers={"origin": ADDRESS})
    return client.post(action, {name: value for name, value in fields.items() if name != "csrf"})


def refused_as_text(answer):
    """Check that an answer holds nothing of a hostile text but escaped words."""
    assert answer.status_code < 500, answer.url
    assert "<script>window" not in answer.text and "<img src=x" not in answer.text
    assert "stolen" not in answer.headers.get("set-cookie", "") and "49" not in answer.headers.get("location", "")


def test_the_forms_are_found(client):
    found = forms(client)
    actions = {action for _, action in found}
    assert {"/me", "/team", "/imports", "/cases/2/hand-over", "/cases/3/decide", "/cases/1/appeal"} <= actions
    assert any(action.endswith("/record") for action in actions) and len(found) >= 18
    assert len(found["post", "/cases/2/hand-over"]) > 40


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_texts_in_every_field_are_only_text(client, text, hidden):
    known = forms(client)
    sent = text.encode("utf-8", "replace").decode()
    for (method, action), fields in known.items():
        values = {
            name: value if kind == "hidden" and not (hidden and name != "csrf") else sent
            for name, (kind, value) in fields.items()
        }
        if action == "/sign-out" or (action.endswith("/delete") and not hidden):
            continue  # the one ends the session, and the other deletes, as it should
        refused_as_text(send(client, method, action, values))
    client.post("/me", {"name": "Ada"})
    for path in PAGES:
        refused_as_text(client.http.get(path))
    assert client.rows("SELECT count(*) FROM cases")[0][0] >= 3
    assert client.rows("PRAGMA integrity_check") == [("ok",)]
