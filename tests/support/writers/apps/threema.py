"""A folder of Threema's data backup, with one group."""

import csv

from grooming_risk.conversation import MessageKind

COLUMNS = (
    "apiid",
    "uid",
    "identity",
    "isoutbox",
    "isread",
    "posted_at",
    "created_at",
    "type",
    "body",
    "isstatusmessage",
)


def write(conversation, path, names, identifier):
    """The format has no edits and no deletions; times have milliseconds."""
    path.mkdir()
    ids = {speaker: f"ID{number:06}" for number, speaker in enumerate(names)}
    with (path / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(("identity", "firstname", "lastname", "nick_name"))
        rows.writerows((ids[speaker], name, "", "") for speaker, name in names.items())
    with (path / f"group_message_{identifier}-IDX.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(COLUMNS)
        for number, message in enumerate(conversation):
            sort = "IMAGE" if message.kind is MessageKind.MEDIA else "TEXT"
            at = round(message.sent_at.timestamp() * 1_000)
            notice = int(message.kind is MessageKind.SYSTEM)
            rows.writerow((number, number, ids[message.speaker], 0, 1, at, at, sort, message.text, notice))
