"""Several conversations on one page: their order, their names, and their independence of each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import AbstentionReason, Outcome
from grooming_risk.rendering.html.queue_page import ReviewItem, queue_page, ranked
from grooming_risk.rendering.html.review_page import review_page
from tests.support.review_page_fixture import Page, abstained, chat, report_on

CHAT = chat("hello", "hi", "keep this secret", "no")


def item(name: str, probability: float | None, asks: bool = True) -> ReviewItem:
    if probability is None:
        return ReviewItem(name, abstained(CHAT, AbstentionReason.TOO_LITTLE_TEXT), CHAT)
    spans = [(0, 4)] if asks else []
    return ReviewItem(name, report_on(CHAT, {2: 1.0}, spans=spans, probability=probability), CHAT)


@given(st.lists(st.tuples(st.none() | st.floats(0, 1), st.booleans()), max_size=12))
def test_what_asks_for_review_stands_first_and_the_higher_before_the_lower(rows):
    items = [item(str(number), *row) for number, row in enumerate(rows)]
    order = ranked(items)
    assert sorted(map(id, order)) == sorted(map(id, items))
    outcomes = [found.report.outcome for found in order]
    assert outcomes == sorted(outcomes, key=[Outcome.REVIEW, Outcome.ABSTAINED, Outcome.NO_REVIEW].index)
    for before, after in pairwise(order):
        if before.report.outcome is after.report.outcome:
            assert (before.report.probability or 0) >= (after.report.probability or 0)


def test_each_conversation_is_folded_and_has_ids_of_its_own():
    page = Page(queue_page([item("low", 0.2), item("none", None), item("high", 0.9), item("clear", 0.1, asks=False)]))
    cases = page.find("details", "case")
    assert len(cases) == 4 and not any("open" in case for case in cases)
    identifiers = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(identifiers) == len(set(identifiers))
    targets = {a["href"][1:] for a in page.find("a") if "-m" in a["href"]}
    assert targets and targets <= set(identifiers)
    text = " ".join(page.text)
    assert text.index("high") < text.index("low") < text.index("none") < text.index("clear")
    assert "4 conversations: 2 to read, 1 not scored, 1 with nothing flagged." in "".join(page.text)
    groups = [section["id"] for section in page.find("section", "group")]
    assert groups == ["review", "abstained", "no_review"]
    assert {f"#{name}" for name in groups} <= {link["href"] for link in page.find("a")}
    assert len(page.data) == 4


def test_the_outline_has_no_gaps_on_either_kind_of_page():
    items = [item("high", 0.9), item("none", None), item("clear", 0.1, asks=False)]
    queue = Page(queue_page(items))
    assert queue.outline.count(2) == 3 + 3  # groups; advice, keys and signs
    assert queue.outline.count(3) == len(items)
    single = [Page(review_page(found.report, CHAT)).outline for found in items]
    for outline in (queue.outline, *single):
        assert outline[0] == 1 and outline.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(outline)), outline
    # Every part of an opened conversation is below its heading, and none is lost.
    inside = sum(level >= 4 for level in queue.outline)
    assert inside == sum(len(outline) - 1 - 3 for outline in single)


def test_scores_are_folded_and_names_are_text():
    name = "<script>x</script>\u202e.json\udc80"
    markup = queue_page([item(name, 0.9)], title="<i>queue</i>")
    page = Page(markup)
    assert "<script>x</script>[U+202E].json[U+DC80]" in "".join(page.text)
    assert not page.find("i") and markup.isascii()
    assert all("open" not in score for score in page.find("details", "score"))


def test_an_empty_queue_is_a_page():
    assert "0 conversations." in " ".join(Page(queue_page([])).text)


def test_no_repr_holds_text_or_names():
    assert "secret" not in repr(item("secretname", 0.9)) and "keep" not in repr(item("x", 0.9))
