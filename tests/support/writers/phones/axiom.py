"""A CSV export of Magnet AXIOM."""

import csv


def write(conversation, path, names, identifier):
    """The format has no kinds; times have seconds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("Sender", "Message", "Message Sent Date/Time - UTC+00:00 (M/d/yyyy)", "_ThreadID", "Source"))
        for message in conversation:
            at = f"{message.sent_at:%m/%d/%Y %I:%M:%S %p}"
            rows.writerow((names[message.speaker], message.text, at, identifier, "image.zip"))
