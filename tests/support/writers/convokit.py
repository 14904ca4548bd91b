"""ConvoKit corpus folder, as its `dump_utterances` writes it."""

import json
from collections.abc import Mapping
from pathlib import Path

from grooming_risk.conversation import Conversation, MessageKind


def write(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    """Times and texts are held; of the kinds only what Reddit's corpora do, "[deleted]"; others have no text."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / "utterances.jsonl").open("w", encoding="utf-8") as stream:
        for number, message in enumerate(conversation):
            row = {
                "id": f"{identifier}-{number}",
                "conversation_id": identifier,
                "text": "[deleted]" if message.kind is MessageKind.DELETED else message.text,
                "speaker": message.speaker,
                "meta": {},
                "reply-to": f"{identifier}-{number - 1}" if number else None,
                "timestamp": message.sent_at.timestamp() if message.sent_at else None,
                "vectors": [],
            }
            stream.write(json.dumps(row) + "\n")
    speakers = {
        message.speaker: {"meta": {"name": names.get(message.speaker, message.speaker)}, "vectors": []}
        for message in conversation
    }
    (path / "speakers.json").write_text(json.dumps(speakers), encoding="utf-8")
    (path / "conversations.json").write_text(json.dumps({identifier: {"meta": {}, "vectors": []}}), encoding="utf-8")
    (path / "corpus.json").write_text("{}", encoding="utf-8")
    parts = ("utterances", "speakers", "conversations", "overall")
    index = {**{f"{part}-index": {} for part in parts}, "version": 1, "vectors": []}
    (path / "index.json").write_text(json.dumps(index), encoding="utf-8")
