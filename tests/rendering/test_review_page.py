"""The review page as a document: its structure, no text as markup, and the places where no text may be."""

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk import AbstentionReason, Conversation, RiskReport
from grooming_risk.conversation import MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import read_file
from grooming_risk.rendering.html.markup import Html, document, escape, tag
from grooming_risk.rendering.html.review_case import open_case
from grooming_risk.rendering.html.review_page import BLOCK, UNFOLDED, review_page
from grooming_risk.rendering.wording import ABSTENTION, REMINDER
from tests.support.examples import examples
from tests.support.review_page_fixture import Page, abstained, chat, report_on

CANARY = "xylophonecanary"
CHAT = chat("hello", "hi there", "do not tell your mum", "why", "send me a picture", "no", "ok", "bye")
REVIEW = report_on(
    CHAT,
    {2: 2.5, 4: 2.0, 5: -0.5, 1: 0.01},
    tactics={2: ("secrecy",), 4: ("image_request",)},
    cues={5: ("support_cue",)},
    spans=[(0, 8)],
)
# Lone surrogates too: readers of JSON let them through.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "<!--",
    "-->",
    "\u202eevil",
    "\x00",
    "\ud800",
    "&lt;b&gt;",
    '" onload="x',
    "' x='",
    "</li></ol></template>",
    "{{x}}",
    "\\u003c",
    "\u2028",
)


def test_evidence_comes_before_the_score_and_the_score_is_folded():
    page = Page(review_page(REVIEW, CHAT))
    assert page.places["Evidence"] < page.places["Across the conversation"] < page.places["Score"]
    (score,) = page.find("details", "score")
    assert "open" not in score
    before = " ".join(page.text).split("Score")[0]
    assert not re.search(r"0\.\d", before), "a figure stands before the score"


def test_the_page_shows_evidence_context_tactics_and_provenance():
    page = Page(review_page(REVIEW, CHAT, title="a game"))
    text = " ".join(page.text)
    for wanted in (
        "a game",
        REMINDER,
        "secrecy",
        "image request",
        "sign of support",
        "ab" * 32,
        "cd" * 32,
        "balanced",
        "call the emergency services",
        "Counter-evidence",
        "0\u20137",
    ):
        assert wanted in text, wanted
    rows = {attributes["id"]: attributes for attributes in page.find("li", "message") if attributes.get("id")}
    assert set(rows) == {f"c0-m{index}" for index in range(8)}  # two before and after 2, 4 and 5 are all of them
    assert {
        way: [index for index in range(8) if way in rows[f"c0-m{index}"]["class"].split()] for way in ("up", "down")
    } == {"up": [2, 4], "down": [5]}
    assert rows["c0-m2"]["aria-label"] == "Message 2, speaker a, raised the score, strength 4 of 4, secrecy"


def test_one_file_that_may_load_and_send_nothing():
    markup = review_page(REVIEW, CHAT)
    page = Page(markup)
    (policy,) = [a["content"] for a in page.find("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name in ("style", "script"):
        (written,) = page.raw[name]
        digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    for name, attributes in page.elements:
        assert name not in {"link", "iframe", "img", "object", "base", "embed", "image", "use"}
        assert not any(key.startswith("on") or key in {"src", "style", "srcset", "action"} for key in attributes), name
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?:|fetch|XMLHttp|WebSocket|sendBeacon|Storage|eval\(", markup)
    assert markup.isascii()


def test_nothing_on_the_page_judges_a_person():
    judging = re.compile(r"predator|victim|offender|perpetrator|criminal|suspect|guilt|groomer|\bproof\b", re.I)
    for report in (REVIEW, report_on(CHAT, {2: 1.0}), abstained(CHAT, AbstentionReason.NO_TEXT)):
        page = Page(review_page(report, CHAT))
        # The definition of the tactic "pressure" names what the line does, not what somebody is.
        assert not judging.search(page.visible.replace("guilt, threats, blackmail", ""))


@settings(max_examples=examples(60))
@given(texts=st.lists(ANY_TEXT | st.sampled_from(HOSTILE), min_size=1, max_size=6), data=st.data())
def test_no_text_changes_the_structure(texts, data):
    names = data.draw(st.lists((ANY_TEXT | st.sampled_from(HOSTILE)).filter(bool), min_size=2, max_size=2, unique=True))
    title = data.draw(ANY_TEXT | st.sampled_from(HOSTILE))
    hostile = Conversation.from_messages([(names[index % 2], text) for index, text in enumerate(texts)])
    harmless = chat(*("x" * len(text) for text in texts))
    pages = []
    for conversation, heading in ((hostile, title), (harmless, "x")):
        report = report_on(conversation, {0: 1.0}, tactics={0: ("secrecy",)}, spans=[(0, len(texts))])
        markup = review_page(report, conversation, title=heading)
        assert markup.isascii() and "\x00" not in markup
        pages.append(Page(markup))
    assert pages[0].elements == pages[1].elements
    assert pages[0].data[0]["texts"] == [_joined(text) for text in texts]
    assert pages[0].data[0]["names"] == [_joined(name) for name in names[: len(texts)]]


def _joined(text: str) -> str:
    """Join adjacent halves of a surrogate pair: every JSON reader makes one character of them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(ANY_TEXT | st.sampled_from(HOSTILE))
def test_escaped_text_is_what_it_was_but_for_characters_that_cannot_be_seen(text):
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    shown = "".join(Page(f"<p>{escaped}</p>").text)
    assert shown.isprintable() or set(filter(lambda c: not c.isprintable(), shown)) <= set(text)
    if text.isprintable():
        assert shown == text


def test_only_markup_is_not_escaped():
    assert tag("p", "<b>", Html("<i></i>"), None, title='"<', data_go=3, hidden=True, open=False) == (
        '<p title="&quot;&lt;" data-go="3" hidden>&lt;b&gt;<i></i></p>'
    )
    assert "&lt;i&gt;" in document("<i>")


def test_text_and_speakers_names_wait_in_the_data_block():
    conversation = Conversation.from_messages([(f"name{CANARY}", f"{CANARY} {index}") for index in range(9)])
    report = report_on(conversation, {3: 1.0, 5: -1.0}, spans=[(0, 9)])
    markup = review_page(report, conversation)
    page = Page(markup)
    assert CANARY not in page.visible
    assert page.data[0]["texts"][3] == f"{CANARY} 3"
    before, _, block = markup.partition('<script type="application/json"')
    assert CANARY not in before + block.partition("</script>")[2]
    assert "not encrypted" in markup
    assert CANARY not in repr(open_case(report, conversation, "c0"))


@pytest.mark.parametrize("reason", AbstentionReason)
def test_an_abstained_report_says_why_and_what_to_do(reason):
    conversation = chat("hm")
    page = Page(review_page(abstained(conversation, reason), conversation))
    why, steps = ABSTENTION[reason]
    text = " ".join(page.text)
    assert why in text and all(step in text for step in steps) and steps
    assert "Not scored does not mean a low score" in text
    assert not page.find("details", "score") and not page.find("figure")


def test_no_review_does_not_mean_safe():
    text = " ".join(Page(review_page(report_on(CHAT, {2: 1.0, 3: -0.5}), CHAT)).text)
    assert "does not mean that the conversation is safe" in text and "No message lowered the score" not in text


@pytest.mark.parametrize("spans", [[(0, 8)], []])
@pytest.mark.parametrize(
    ("deltas", "says"), [({}, "scored without evidence"), ({2: 0.0}, "No single message moved the score")]
)
def test_a_report_without_evidence_says_so_and_promises_none(deltas, says, spans):
    page = Page(review_page(report_on(CHAT, deltas, spans=spans), CHAT))
    text = " ".join(page.text)
    assert says in text and "messages below" not in text
    assert page.find("section", "whole")


def test_messages_without_text_are_named_and_cannot_be_shown():
    rows = [{"speaker": "a", "text": "", "kind": kind} for kind in MessageKind]
    conversation = Conversation.from_messages([*rows, ("b", "fine")])
    page = Page(review_page(report_on(conversation, {1: 1.0, 3: 0.5}), conversation))
    for words in ("empty message", "system notice", "deleted message", "not read by this tool"):
        assert words in " ".join(page.text)
    assert set(page.data[0]["absent"]) == {str(index) for index in range(len(MessageKind))}
    assert len([a for a in page.find("button", "show") if a["aria-label"] != "Show message None"]) == 1


def test_long_conversations_stay_small_until_opened():
    conversation = chat(*(f"message number {index}" for index in range(5 * BLOCK)))
    report = report_on(
        conversation,
        dict.fromkeys(range(0, 5 * BLOCK, 100), 1.0),
        spans=[(start, start + 50) for start in range(0, 5 * BLOCK, 100)],
    )
    page = Page(review_page(report, conversation))
    assert len(page.find("details", "block")) == 5
    assert len(page.find("li", "message")) < 150
    assert len(page.find("ol", "excerpt")) > UNFOLDED


def test_times_are_in_utc_and_pauses_are_named():
    times = (
        "2026-03-09T23:30:00+02:00",
        "2026-03-09T21:59:00Z",
        "2026-03-10T01:00Z",
        None,
        "2026-03-15T01:00Z",
        "2026-03-18T01:00Z",
    )
    rows = [(("a", "b")[index % 2], "x", time) for index, time in enumerate(times)]
    conversation = Conversation.from_messages(rows)
    page = Page(review_page(report_on(conversation, {2: 1.0, 5: 1.0}), conversation))
    assert page.data[0]["stamps"] == [
        "2026-03-09 21:30",
        "2026-03-09 21:59",
        "2026-03-10 01:00",
        None,
        "2026-03-15 01:00",
        "2026-03-18 01:00",
    ]
    assert page.data[0]["pauses"] == {"2": "3 hours later", "5": "3 days later"}
    assert {"2026-03-09 21:30", "21:59", "2026-03-10 01:00", "3 hours later"} <= set(page.text)


@pytest.mark.parametrize("other", [chat("a"), chat(*"abcdefghi"), Conversation.from_messages([("x", "y")] * 8)])
def test_a_report_on_another_conversation_is_refused(other):
    with pytest.raises(InvalidConversationError, match="pass the messages that were scored"):
        review_page(REVIEW, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"message": 2', '"message": 99'),
        ('"message": 2', '"message": -1'),
        ('"message": 2', '"message": "<script>"'),
        ('"secrecy": [2]', '"secrecy": ["<script>"]'),
        ('"start": 0', '"start": 1e3'),
        ('"first_flag": 0', '"first_flag": true'),
        ('"delta_logit": 2.5', '"delta_logit": NaN'),
        ('"speaker": "a"', '"speaker": "<script>"'),
    ],
)
def test_a_damaged_report_is_refused(old, new):
    assert old in REVIEW.to_json()
    with pytest.raises((InvalidConversationError, UnsupportedFormatError)) as caught:
        review_page(RiskReport.from_json(REVIEW.to_json().replace(old, new)), CHAT)
    assert "<script>" not in str(caught.value)


def test_no_name_in_a_report_becomes_markup():
    hostile = REVIEW.to_json().replace("secrecy", "<b>'\\u202e</b>").replace("balanced", "<i>").replace("1.2.3", "<u>")
    page = Page(review_page(RiskReport.from_json(hostile), CHAT))
    plain = Page(review_page(REVIEW, CHAT))
    assert [name for name, _ in page.elements] == [name for name, _ in plain.elements]
    assert "<b>'[U+202E]</b>" in page.visible and "<i>" in page.visible and "<u>" in page.visible


def test_real_reports_make_pages(scorer, root):
    for path in sorted((root / "grooming_risk" / "samples").glob("*.json")):
        for exported in read_file(path):
            report = scorer.score(exported.conversation)
            page = Page(review_page(report, exported.conversation, title=path.name))
            assert bool(page.find("details", "score")) == (report.probability is not None)
            texts = [message.text for message in exported.conversation]
            assert page.data[0]["texts"] == texts
            assert not any(text in page.visible for text in texts if len(text) > 12)
