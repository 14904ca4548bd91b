"""The same conversations and messages for every engine, bad rows among them."""

import json
import random
from pathlib import Path

from grooming_risk import RiskScorer
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.engines import EngineOptions

SAMPLES = Path(__file__).parents[3] / "grooming_risk" / "samples"
CANARY = "zebra-canary-text"
# A text that is not a string would not fit a column; what engines can hold is bad in other ways.
MESSAGE = {"message_id": "m1", "speaker": "a", "text": CANARY, "sent_at": None}
BAD = (
    {"conversation": "empty", "messages": []},
    {"conversation": "nothing", "messages": None},
    {"conversation": "no-speaker", "messages": [{**MESSAGE, "speaker": None}]},
    {"conversation": "bad-time", "messages": [{**MESSAGE, "sent_at": "soon"}]},
    {"conversation": "twice", "messages": [MESSAGE, {**MESSAGE, "speaker": "b"}]},
)
BAD_NAMES = [row["conversation"] for row in BAD]


def options(**more):
    """Options whose digests are the same in every process."""
    return EngineOptions(scorer=RiskScorer(threads=1, digest_key=b"a key of the tests only"), **more)


def conversations():
    """Conversations with ids, without the bad ones: the bundled samples, and some real benign chat."""
    found = []
    for path in sorted(SAMPLES.glob("*.json")):
        rows = [_row(f"{path.stem}-{n}", row) for n, row in enumerate(json.loads(path.read_text(encoding="utf-8")))]
        found.append({"conversation": path.stem, "messages": rows})
    for number, rows in enumerate(Sample().conversations(120)):
        rows = [_row(f"s{number}-{n}", row) for n, row in enumerate(rows)]
        found.append({"conversation": f"sample-{number}", "messages": rows})
    return found


def _row(name, message):
    return {"message_id": name, **{key: message.get(key) for key in ("speaker", "text", "sent_at")}}


def with_bad_rows():
    """All conversations, with the bad ones between the others."""
    rows = conversations()
    for place, row in enumerate(BAD):
        rows.insert(2 * place, row)
    return rows


def messages(seed=1):
    """The messages of all conversations as rows of a table, in any order; two of them belong to no conversation."""
    rows = [
        {"conversation": row["conversation"], "sequence": n, **message}
        for row in conversations()
        for n, message in enumerate(row["messages"])
    ]
    rows += [{"conversation": None, "sequence": 0, "message_id": None, "speaker": "a", "text": CANARY, "sent_at": None}]
    rows += [{"conversation": "", "sequence": 0, "message_id": None, "speaker": "a", "text": CANARY, "sent_at": None}]
    random.Random(seed).shuffle(rows)
    return rows
