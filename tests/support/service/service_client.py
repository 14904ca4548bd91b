"""A service in this process, and conversations to send to it."""

import random
from contextlib import contextmanager

from starlette.testclient import TestClient

from grooming_risk.outcome import Outcome
from grooming_risk.service.application import create_application
from grooming_risk.service.options import ServiceOptions
from grooming_risk.service.tokens import Tokens
from grooming_risk.testing import CONVERSATIONS, StandInScorer

CHAT = [{"speaker": speaker, "text": text} for speaker, text in CONVERSATIONS[Outcome.REVIEW]]
HARMLESS = [*CHAT[:3], CHAT[4]]
IDENTIFIED = [{**message, "message_id": f"m{number}"} for number, message in enumerate(CHAT)]


@contextmanager
def service(folder, tokens=(), scorer=None, **options):
    """A client of a service whose state is in a folder, or elsewhere."""
    options.setdefault("state", str(folder / "live.db"))
    application = create_application(scorer or StandInScorer(), ServiceOptions(**options), Tokens(tokens))
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


def stream(seed, conversations=8, messages=12):
    """Messages of several conversations, none of them a short one, in an order that keeps that of each."""
    source = random.Random(seed)
    turns = [name for name in range(conversations) for _ in range(messages)]
    source.shuffle(turns)
    sent = dict.fromkeys(range(conversations), 0)
    found = []
    for name in turns:
        sent[name] += 1
        text = f"what about {source.randrange(10**6)} and the other one?"
        found.append((f"chat-{name}", f"{name}-{sent[name]}", {"speaker": source.choice(["ann", "ben"]), "text": text}))
    return found


def send(client, name, messages, key=None, **more):
    """Send messages of a live conversation."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"/v1/conversations/{name}/messages", json={"messages": messages, **more}, headers=headers)
