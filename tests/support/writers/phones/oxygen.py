"""A CSV export of Oxygen Forensic Detective."""

import csv


def write(conversation, path, names, identifier):
    """The format has no kinds; times have seconds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(("Type", "Time stamp (UTC)", "From", "Remote party", "Text", "Thread", "Deleted"))
        for message in conversation:
            at = f"{message.sent_at:%Y-%m-%d %H:%M:%S}"
            rows.writerow(("Message", at, names[message.speaker], "x", message.text, identifier, "No"))
