"""`user_data_tiktok.json` with one chat."""

import json


def write(conversation, path, names, identifier):
    """The format has no kinds; times have whole seconds."""
    rows = [
        {"Date": f"{message.sent_at:%Y-%m-%d %H:%M:%S} UTC", "From": names[message.speaker], "Content": message.text}
        for message in conversation
    ]
    history = {"ChatHistory": {f"Chat History with {identifier}:": rows}}
    path.write_text(json.dumps({"Direct Message": {"Direct Messages": history}}), encoding="utf-8")
