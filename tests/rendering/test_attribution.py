"""Who wrote what, by what evidence, and where that is doubtful: in JSON, on the review page, on standard error."""

import json
from dataclasses import replace

import pytest

from grooming_risk import cli
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.conversation import Attribution, Conversation, Doubt, Message
from grooming_risk.readers import read_file
from grooming_risk.records.report_files import read_report
from grooming_risk.rendering.attribution import (
    DOUBTS,
    attribution_sentences,
    attribution_to_dict,
    doubt_warning,
    doubtful_evidence,
)
from grooming_risk.rendering.html.review_page import review_page
from grooming_risk.rendering.wording import definition, label_kind, label_name

SAMPLE = json.loads((SAMPLES / "5_offer_from_abroad.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scored(scorer):
    """A flagged conversation and its report."""
    conversation = Conversation.from_messages(SAMPLE)
    return scorer.score(conversation), conversation


def doubted(conversation, *indices, doubt=Doubt.MAY_BE_INSIDE, attribution=Attribution.NAME):
    messages = [replace(item, doubt=doubt if n in indices else None) for n, item in enumerate(conversation)]
    return Conversation(tuple(messages), attribution)


def strongest(report):
    return next(item for item in report.evidence if item.delta_logit > 0)


def test_every_doubt_has_words():
    assert set(DOUBTS) == set(Doubt)
    for doubt in Doubt:
        assert (label_name(doubt.value), label_kind(doubt.value)) == ("doubtful author", "doubt")
        assert definition(doubt.value) == DOUBTS[doubt]


def test_who_wrote_it_changes_no_score_and_no_comparison(scorer, scored):
    report, conversation = scored
    other = doubted(conversation, 0, 1, 2)
    assert other == conversation
    assert scorer.score(other) == report
    assert Conversation.from_messages(other.messages).messages[1].doubt is Doubt.MAY_BE_INSIDE


def test_sentences_say_by_what_and_by_whom(scored):
    report, conversation = scored
    sentences = attribution_sentences(report, conversation)
    assert sentences[0] == "Speakers are told apart as the file or program that gave the messages did."
    assert f"What raised the score was written by {strongest(report).speaker} (" in sentences[1]
    assert len(sentences) == 2 and doubt_warning(report, conversation) is None
    named = attribution_sentences(report, replace(conversation, attribution=Attribution.NAME))
    assert "names printed in the export, which prove nothing" in named[0] and named[-1].startswith("Compare with")
    account = attribution_sentences(report, replace(conversation, attribution=Attribution.ACCOUNT))
    assert "ids of their accounts" in account[0] and len(account) == 2


def test_evidence_of_a_doubtful_author_says_so(scored):
    report, conversation = scored
    index = strongest(report).message
    report, quiet = replace(report, evidence=(strongest(report),)), (index + 1) % len(conversation)
    other = doubted(conversation, index, quiet, attribution=Attribution.ACCOUNT)
    assert doubtful_evidence(report, other) == (index,)
    said = " ".join(attribution_sentences(report, other))
    assert f"The evidence contains 1 message of a doubtful author ({index})." in said
    assert "1 other message of a doubtful author is marked. Compare with" in said
    assert f"({index})" in doubt_warning(report, other)
    assert attribution_to_dict(report, other) == {
        "known_by": "account_id",
        "doubtful": {"may_be_inside": sorted([index, quiet])},
        "doubtful_evidence": [index],
    }


def test_the_page_warns_and_marks_message_by_message(scored):
    report, conversation = scored
    index = strongest(report).message
    plain, page = review_page(report, conversation), review_page(report, doubted(conversation, index))
    assert 'class="authors"' in plain and 'class="label doubt"' not in plain
    assert 'class="authors doubtful"' in page and "Compare with the phone" in page
    assert page.count('class="label doubt"') == 2  # in the list of evidence, and beside the message
    data = json.loads(page.split('class="data">', 1)[1].split("</script>", 1)[0])
    assert "may_be_inside" in data["labels"][str(index)]
    assert data["terms"]["may_be_inside"] == ["doubtful author", "doubt", DOUBTS[Doubt.MAY_BE_INSIDE]]


@pytest.fixture
def forged(tmp_path):
    """A flagged conversation as an innocent person's WhatsApp chat: its lines were typed inside one message."""
    first = SAMPLE[0]["speaker"]
    named = [("Ben" if row["speaker"] == first else "Ann", row["text"]) for row in SAMPLE]
    lines = [f"[01/03/2026, 10:{n:02d}:00] {name}: {text}" for n, (name, text) in enumerate(named)]
    path = tmp_path / "_chat.txt"
    ends = ["\r\n" if n == len(lines) - 1 else "\n" for n in range(len(lines))]
    genuine = "".join(f"[01/03/2026, 09:{n:02d}:00] {'AB'[n % 2]}nn: see you at practice\r\n" for n in range(60))
    path.write_bytes((genuine + "".join(map("".join, zip(lines, ends, strict=True)))).encode())
    return path


def test_an_export_with_forged_heads_warns_in_every_output(forged, tmp_path, capsys):
    (item,) = read_file(forged)
    assert item.conversation.attribution is Attribution.NAME
    doubtful = [n for n, message in enumerate(item.conversation) if message.doubt is Doubt.MAY_BE_INSIDE]
    assert doubtful == list(range(61, 60 + len(SAMPLE)))
    assert cli.main(["score", str(forged), "--format", "jsonl"]) == 0
    captured = capsys.readouterr()
    line = json.loads(captured.out)
    assert line["outcome"] == "review"
    assert line["attribution"]["known_by"] == "printed_name"
    assert line["attribution"]["doubtful"]["may_be_inside"] == doubtful
    assert line["attribution"]["doubtful_evidence"]
    assert "evidence contains" in captured.err and "of a doubtful author" in captured.err
    results = tmp_path / "results.jsonl"
    assert cli.main(["score", str(forged), "--format", "jsonl", "-o", str(results)]) == 0
    assert json.loads(results.read_text())["attribution"] == line["attribution"]
    assert read_report(results, None).outcome.value == "review"
    assert cli.main(["score", str(forged), "--format", "jsonl", "-o", str(results), "--resume"]) == 0
    assert cli.main(["score", str(forged), "--format", "html", "-o", str(tmp_path / "page.html")]) == 0
    assert "authors doubtful" in (tmp_path / "page.html").read_text()


def test_messages_of_a_caller_have_no_doubt():
    conversation = Conversation.from_messages([("a", "hi"), Message("b", "yes", doubt="forged")])
    assert [message.doubt for message in conversation] == [None, None]
