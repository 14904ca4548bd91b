"""The case: what it holds, where it comes from, and what it refuses."""

import json

import jsonschema
import pytest

from grooming_risk.errors import (
    InvalidConversationError,
    InvalidOptionError,
    PackageError,
    UndecidedCaseError,
    UnsupportedFormatError,
)
from grooming_risk.handover import CaseOptions, TextScope, make_case, parse_answers, source_of
from grooming_risk.handover.case.answers import SCHEMA as ANSWERS_SCHEMA
from grooming_risk.handover.case.answers import blank_answers, read_answers
from grooming_risk.handover.case.decided import last_decision
from grooming_risk.handover.case.facts import Answer, Role, ZoneSource
from grooming_risk.handover.reading import SCHEMA, parse_case
from grooming_risk.records import Sampling, SamplingMethod, make_unflagged_record
from grooming_risk.records.verification import seal
from grooming_risk.schemas.json_schema import violations
from tests.support.canary import chain, told_by
from tests.support.handover_fixture import (
    FULL,
    MINIMUM,
    NOON,
    SOURCE,
    TEXTS,
    case,
    chat,
    exported,
    record,
    report,
)


def schema(path=SCHEMA):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("answers", [MINIMUM, FULL])
@pytest.mark.parametrize("scope", list(TextScope))
def test_a_case_follows_its_schema_and_survives_its_file(answers, scope):
    made = case(answers, scope=scope)
    value = json.loads(json.dumps(made.to_dict()))
    jsonschema.validate(value, schema(), jsonschema.Draft202012Validator)
    assert list(violations(value, schema())) == []
    assert parse_case(json.dumps(value).encode(), "case.json") == made


def test_the_schemas_are_schemas():
    for path in (SCHEMA, ANSWERS_SCHEMA):
        jsonschema.Draft202012Validator.check_schema(schema(path))


def test_what_is_flagged_is_in_it_with_stated_context():
    made = case()
    assert [message.index for message in made.messages] == list(range(10))  # 2 to 7, two before and two after
    assert [message.index for message in made.messages if message.flagged] == [2, 3, 4, 5, 6, 7]
    assert made.context == 2 and made.messages_total == 12
    assert made.messages[2].text == TEXTS[2] and made.messages[2].tactics == ("secrecy",)
    assert made.tactics == {"secrecy": (2,), "supervision_check": (4,)}
    assert [message.index for message in case(context=0).messages] == [2, 3, 4, 5, 6, 7]
    assert len(case(scope=TextScope.WHOLE).messages) == 12


def test_without_text_there_is_no_name_either():
    made = case(scope=TextScope.NONE)
    written = json.dumps(made.to_dict())
    for word in (*TEXTS, "Anna", "anna_x", "anna.other", "chat.json", "https://chat.example/u-1"):
        assert json.dumps(word)[1:-1] not in written or word in ("hi", "bye"), word
    assert [message.index for message in made.messages] == list(range(10))
    assert made.source.sha256 == SOURCE.sha256 and made.participants[0].platform_id == "u-1"


def test_the_export_names_accounts_where_nobody_else_does():
    made = case(MINIMUM)
    assert [(item.speaker, item.screen_name, item.role) for item in made.participants] == [
        ("a", "Anna", Role.OTHER),
        ("b", "Ben", Role.OTHER),
    ]
    assert case().participants[0].screen_name == "anna_x"


def test_what_nobody_answered_is_unknown():
    made = case(MINIMUM, source=None)
    assert {made.meeting_planned, made.images_exchanged, made.threats, made.immediate_danger} == {Answer.UNKNOWN}
    assert made.cybertip.incident_type is None and made.cybertip.recipient_age is None
    assert made.order is None and made.events == () and made.source is None


def test_ids_to_preserve_are_listed_once():
    assert case().preservation.ids == ("u-1", "u-2", "room-9", *(f"m-{index}" for index in range(10)), "media-4")
    assert case(MINIMUM).preservation.until == "2027-03-02"  # a year after the decision


def test_explicit_terms_are_masked_unless_asked_otherwise(artifact):
    from grooming_risk.text.masking import ExplicitVocabulary

    vocabulary = ExplicitVocabulary.from_terms(["secretword"], b"salt of the test")
    conversation = chat(("hello", "a secretword here", *TEXTS[2:]))
    about = report(conversation)

    def made(**options):
        return make_case(
            about, exported(conversation), record(about), parse_answers(MINIMUM), CaseOptions(**options),
            vocabulary=vocabulary,
        )  # fmt: skip

    assert made().messages[1].text == "a [EXPLICIT] here" and made().text_masked
    assert made(unmask=True).messages[1].text == "a secretword here" and not made(unmask=True).text_masked


@pytest.mark.parametrize(
    ("reader", "zone", "first", "known_by"),
    [
        ("discord", None, "2026-03-01T19:00:00Z", ZoneSource.EXPORT),
        ("whatsapp", None, "2026-03-01T19:00:00", ZoneSource.UNKNOWN),
        ("whatsapp", "Europe/Madrid", "2026-03-01T19:00:00+01:00", ZoneSource.PERSON),
        ("whatsapp", "UTC", "2026-03-01T19:00:00+00:00", ZoneSource.PERSON),
    ],
)
def test_a_time_has_an_offset_only_where_one_is_known(reader, zone, first, known_by):
    from dataclasses import replace

    made = case({**FULL, "time_zone": zone}, source=replace(SOURCE, reader=reader))
    assert (made.messages[0].sent_at, made.zone.known_by) == (first, known_by)


def test_a_zone_that_the_export_states_is_not_overruled():
    with pytest.raises(InvalidOptionError, match="leave time_zone out"):
        case({**FULL, "time_zone": "Europe/Madrid"})
    for zone in ("Mars/Olympus", "../../etc/passwd", "Europe"):
        with pytest.raises(InvalidOptionError, match="time_zone"):
            case({**FULL, "time_zone": zone}, source=None)


def test_nothing_of_a_score_is_outside_the_internal_block():
    value = case().to_dict()
    internal = value.pop("internal")
    assert internal["probability"] == 0.8 and internal["notice"].startswith("Internal. Not evidence")
    written = json.dumps(value)
    for name in ("probability", "threshold", "interval", "logit", "model_version", "operating_point", "0.8"):
        assert name not in written, name


def test_the_internal_block_holds_no_text_and_no_name():
    internal = json.dumps(case().to_dict()["internal"])
    for word in (*TEXTS, "Anna", "Ben", "anna_x", "It asks for secrecy"):
        assert word not in internal.split('"') and (len(word) < 4 or word not in internal)


def test_repr_shows_no_text_and_no_name():
    made = case()
    shown = repr(made) + repr(made.messages) + repr(parse_answers(FULL))
    for word in (*(text for text in TEXTS if len(text) > 4), "Anna", "anna_x", "Rae", "safety@", "room-9", "u-1'"):
        assert word not in shown, word


# What is refused


def test_an_undecided_case_is_refused():
    about = report()
    with pytest.raises(UndecidedCaseError, match="records new --decision"):
        make_case(about, exported(), record(about, None, ()), parse_answers(MINIMUM))
    with pytest.raises(UndecidedCaseError, match="overturned"):
        make_case(about, exported(), record(about, "overturned"), parse_answers(MINIMUM))
    with pytest.raises(UndecidedCaseError, match="no record of this report"):
        last_decision([record(report(spans=((0, 4),)))], about)


def test_the_last_decision_counts():
    about = report()
    early, late = record(about, "overturned"), {**record(about), "decided_at": "2026-03-03T00:00:00Z"}
    assert last_decision([late, early, record(about, None, ())], about) is late


def test_a_record_of_another_report_or_a_changed_one_is_refused():
    about, other = report(), report(spans=((0, 4),))
    with pytest.raises(InvalidOptionError, match="about another report"):
        make_case(about, exported(), record(other), parse_answers(MINIMUM))
    changed = {**record(about), "viewed": [1]}
    with pytest.raises(InvalidOptionError, match="not valid"):
        make_case(about, exported(), changed, parse_answers(MINIMUM))
    body = {
        name: value for name, value in record(about).items() if not name.startswith("record_") or name == "record_id"
    }
    sealed = seal(body, b"another key of the tests")
    with pytest.raises(InvalidOptionError, match="record_hmac"):
        make_case(about, exported(), sealed, parse_answers(MINIMUM), key=b"the key of the tests itself")
    with pytest.raises(InvalidConversationError, match="another conversation"):
        make_case(about, exported(chat(TEXTS[:5])), record(about), parse_answers(MINIMUM))


def test_a_miss_that_a_person_found_can_be_handed_over():
    conversation = chat()
    about = report(conversation, spans=())
    sampling = Sampling(SamplingMethod.RANDOM, "2026-q1", 100, 5_000)
    found = make_unflagged_record(about, "missed", (2, 3, 7), sampling, clock=lambda: NOON)
    made = make_case(about, exported(conversation), found, parse_answers(MINIMUM), source=SOURCE)
    assert [(item.start, item.stop) for item in made.stretches] == [(2, 4), (7, 8)]
    assert made.review.decision == "missed"
    assert list(violations(json.loads(json.dumps(made.to_dict())), schema())) == []
    nothing = make_unflagged_record(about, "nothing_found", (2,), sampling, clock=lambda: NOON)
    with pytest.raises(UndecidedCaseError, match="nothing_found"):
        make_case(about, exported(conversation), nothing, parse_answers(MINIMUM))
    unseen = make_unflagged_record(about, "missed", (), sampling, clock=lambda: NOON)
    with pytest.raises(InvalidOptionError, match="--viewed"):
        make_case(about, exported(conversation), unseen, parse_answers(MINIMUM))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"explanation": ""}, "explanation is missing; write it in your own words"),
        ({"reviewer_role": None}, "reviewer_role is missing"),
        ({"meeting_planned": "maybe"}, "meeting_planned is not one of the values"),
        ({"unheard_of": 1}, "a field that the schema does not allow"),
        ({"platform": {"country": "Ireland"}}, "platform.country does not match the pattern"),
        ({"participants": [{"role": "reported"}]}, r"participants\[0\].speaker is missing"),
        ({"events": [{"speaker": "a", "kind": "ip", "value": "x", "port": 0}]}, r"events\[0\].port is below 1"),
        ({"cybertip": {"incident_type": "Something"}}, "cybertip.incident_type is not one of the values"),
        ({"preserve_until": "next year"}, "preserve_until does not match the pattern"),
    ],
)
def test_bad_answers_are_named_by_their_place(change, match):
    with pytest.raises(InvalidOptionError, match=match):
        parse_answers({**MINIMUM, **change}, "answers.json")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"participants": [{"speaker": "z"}]}, "participants names speaker z; the conversation has a, b"),
        ({"participants": [{"speaker": "a"}, {"speaker": "a"}]}, "names a speaker twice"),
        ({"events": [{"speaker": "q", "kind": "ip", "value": "192.0.2.1"}]}, "events names speaker q"),
        ({"message_ids": {"12": "m"}}, "message_ids has a key that is not an index; messages are 0 to 11"),
        ({"message_ids": {"٣": "m"}}, "message_ids"),
        ({"preserve_until": "2026-02-30"}, "preserve_until is not a date"),
        ({"preserve_until": "2020-01-01"}, "on or after the decision"),
    ],
)
def test_answers_that_do_not_fit_the_conversation_are_refused(change, match):
    with pytest.raises(InvalidOptionError, match=match):
        case({**MINIMUM, **change})


def test_context_has_bounds():
    for context in (-1, 1_001):
        with pytest.raises(InvalidOptionError, match="context must be between 0 and 1,000"):
            case(context=context)


def test_the_blank_answers_lack_only_what_must_be_written(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(blank_answers(["a", "b"])))
    with pytest.raises(InvalidOptionError, match="explanation is missing"):
        read_answers(path)
    path.write_text(json.dumps({**blank_answers(["a", "b"]), **MINIMUM}))
    assert [item.speaker for item in read_answers(path).participants] == ["a", "b"]


def test_errors_about_answers_and_cases_hold_no_text(tmp_path):
    word = "xylophonecanary"
    path = tmp_path / "answers.json"
    for content in (
        f'{{"explanation": "{word}"',
        json.dumps(word),
        json.dumps({**MINIMUM, word: word, "note": [word]}),
    ):
        path.write_text(content)
        with pytest.raises((InvalidOptionError, UnsupportedFormatError)) as caught:
            read_answers(path)
        assert word not in "".join(told_by(caught.value)) and chain(caught.value)
        with pytest.raises(PackageError) as caught:
            parse_case(content.encode(), "case.json")
        assert word not in "".join(told_by(caught.value))


def test_the_facts_of_a_source(tmp_path):
    import hashlib

    path = tmp_path / "chat.csv"
    path.write_bytes(b"speaker,text\na,hello\n")
    found = source_of(path)
    assert (found.name, found.bytes, found.reader) == ("chat.csv", 21, "csv")
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    listed = hashlib.sha256(f"{found.sha256}  chat.csv\n".encode()).hexdigest()
    assert source_of(tmp_path, "csv").sha256 == listed
    with pytest.raises(UnsupportedFormatError, match="check the path"):
        source_of(tmp_path / "absent")
