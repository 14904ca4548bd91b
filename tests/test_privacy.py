"""A canary in the messages must turn up nowhere: not in logs, errors, repr, warnings, files or the JSON."""

import io
import json
import logging
import traceback
import warnings

import pytest

from grooming_risk import Conversation, GroomingRiskError, Message, RiskScorer, score_conversation, score_conversations
from grooming_risk.cli import main
from grooming_risk.masking import mask_explicit
from grooming_risk.normalization import normalize
from grooming_risk.readers import read_file

CANARY = "xylophonecanary"
CHAT = [
    (f"speaker-{CANARY}", f"how old are you {CANARY}, don't tell your parents"),
    ("b", f"{CANARY} 12 why"),
    (f"speaker-{CANARY}", f"send me a pic {CANARY} and keep it secret"),
] * 3


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Everything logged by anybody at DEBUG, every warning, and a private home and temporary folder."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield tmp_path, stream, caught
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_score_leaves_no_text_anywhere(watched, capfd):
    folder, stream, caught = watched
    scorer = RiskScorer()
    report = scorer.score(CHAT)
    list(score_conversations([CHAT], scorer=scorer))
    shown = [
        repr(report),
        report.to_json(),
        repr(scorer),
        repr(Conversation.from_messages(CHAT)),
        repr(Message(*CHAT[0])),
    ]
    captured = capfd.readouterr()
    shown += [stream.getvalue(), captured.out, captured.err, *map(str, caught)]
    shown += [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
    assert not any(CANARY in text for text in shown)


@pytest.mark.parametrize(
    "rows",
    [
        [*CHAT, (CANARY, 7)],
        [*CHAT, (CANARY, CANARY, CANARY)],
        [*CHAT, {CANARY: CANARY}],
        [*CHAT, CANARY],
        [(CANARY, CANARY * 1000)],
        [{"speaker": "a", "text": CANARY, "kind": CANARY}],
    ],
)
def test_no_error_holds_text(rows):
    with pytest.raises(GroomingRiskError) as caught:
        score_conversation(rows)
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True))


def test_no_reader_error_holds_text(tmp_path, capsys):
    path = tmp_path / "chat.json"
    for content in (f'[{{"speaker": "a", "text": "{CANARY}"', f'{{"{CANARY}": ["{CANARY}"]}}', f'"{CANARY}"', CANARY):
        path.write_text(content)
        try:
            (item,) = read_file(path)
            error = item.error
        except GroomingRiskError as caught:
            error = caught
        assert CANARY not in "".join(traceback.format_exception(error))
        assert main(["score", str(path)]) == 1
        assert CANARY not in capsys.readouterr().err


def test_the_command_line_prints_no_text(tmp_path, capsys):
    path = tmp_path / "chat.json"
    path.write_text(json.dumps(CHAT))
    for options in ([], ["--explain"], ["--format", "json"], ["--format", "jsonl"]):
        main(["score", str(path), *options])
        captured = capsys.readouterr()
        assert CANARY not in captured.out + captured.err


def test_intermediate_results_hide_their_text(artifact):
    masked = mask_explicit(normalize(CANARY), artifact.vocabulary)
    assert CANARY not in repr(masked)
