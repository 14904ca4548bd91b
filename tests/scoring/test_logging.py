"""Logs have numbers and names of classes, and never text."""

import logging

from grooming_risk.engines import EngineOptions, score_conversation_rows
from grooming_risk.testing import StandInScorer

CANARY = "zebra-canary-text"


def test_logs_of_scoring(caplog):
    chat = [{"speaker": CANARY, "text": f"{CANARY} {n}"} for n in range(3)]
    with caplog.at_level(logging.DEBUG, "grooming_risk"):
        list(
            score_conversation_rows(
                [{"conversation": CANARY, "messages": chat}, {"conversation": CANARY, "messages": []}],
                EngineOptions(scorer=StandInScorer(threads=1)),
            )
        )
    told = [record.getMessage() for record in caplog.records]
    assert any("1 conversations, 3 messages scored" in text for text in told)
    assert "a conversation cannot be used: InvalidConversationError" in told
    assert CANARY not in caplog.text


def test_the_load_of_the_model_is_logged(caplog, tiny_artifact):
    from grooming_risk import RiskScorer

    with caplog.at_level(logging.INFO, "grooming_risk"):
        RiskScorer(tiny_artifact).score([("a", "are you coming to the game tonight?")])
    assert any(record.getMessage().startswith("model ") for record in caplog.records)
