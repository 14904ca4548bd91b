"""What every engine has to give, computed by the library itself."""

import json

from grooming_risk import ConversationMonitor, score_conversations
from grooming_risk.rows import COLUMNS, LIVE_COLUMNS
from tests.support.engines import examples


def check_scored(rows, bad=()):
    """Check that rows are exactly what `score_conversations` gives, with ids, and that bad rows gave errors."""
    given = examples.conversations()
    options = examples.options()
    reports = score_conversations([row["messages"] for row in given], scorer=options.scorer)
    expected = {row["conversation"]: report.to_dict() for row, report in zip(given, reports, strict=True)}
    found = {row["conversation"]: row for row in rows if row["error"] is None}
    assert {tuple(row) for row in rows} == {tuple(column.name for column in COLUMNS)}
    assert found.keys() == expected.keys()
    for row in given:
        name, flat = row["conversation"], found[row["conversation"]]
        report = json.loads(flat["report"])
        ids = report.pop("message_ids")
        assert report.pop("conversation") == name
        assert report == json.loads(json.dumps(expected[name]))
        assert (flat["outcome"], flat["probability"]) == (report["outcome"], report["probability"])
        assert all(row["messages"][int(index)]["message_id"] == identity for index, identity in ids.items())
        if report["first_flag"] is not None:
            assert flat["first_flag_id"] == row["messages"][report["first_flag"]]["message_id"]
    assert any(row["outcome"] == "review" for row in rows)
    errors = [row for row in rows if row["error"] is not None]
    assert sorted(str(row["conversation"]) for row in errors) == sorted(map(str, bad))
    assert {row["error"] for row in errors} <= {"InvalidConversationError", "InputTooLargeError"}
    assert all(row["error_message"] for row in errors)
    assert examples.CANARY not in json.dumps(rows)


def steps_of(rows):
    """(conversation, message) → row, of live rows without errors."""
    assert {tuple(row) for row in rows} <= {tuple(column.name for column in LIVE_COLUMNS)}
    found = {(row["conversation"], row["message"]): row for row in rows if row["error"] is None}
    assert len(found) == sum(row["error"] is None for row in rows), "a message was read twice"
    return found


def monitored(first=0):
    """(conversation, message) → step, of the library's monitor; from the message `first` on it goes on from a state."""
    options, found = examples.options(), {}
    for row in examples.conversations():
        monitor = ConversationMonitor(options.scorer)
        for index, message in enumerate(row["messages"]):
            if first and index == first:
                monitor = ConversationMonitor.from_state(monitor.to_state(), options.scorer)
            found[row["conversation"], index] = monitor.update(message)
    return found


def check_steps(rows, steps):
    """Check live rows against steps."""
    found = steps_of(rows)
    assert found.keys() == steps.keys()
    for place, step in steps.items():
        row = found[place]
        assert (row["outcome"], row["probability"], row["first_flag"]) == (
            step.outcome.value, step.probability, step.first_flag
        )  # fmt: skip
        assert (row["flag"] is not None) == step.raised
        if step.raised:
            assert json.loads(row["flag"])["message"] == step.message
    assert any(step.raised for step in steps.values())
