import csv

HEADER = ("conversation_id", "speaker_id", "speaker_name", "sent_at", "kind", "text")


def write(conversation, path, names, identifier):
    """As spreadsheets and `DataFrame.to_csv` write: quotes where they are needed, CRLF, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(HEADER)
        for message in conversation:
            sent_at = message.sent_at.isoformat() if message.sent_at else ""
            speaker = message.speaker
            table.writerow((identifier, speaker, names.get(speaker, ""), sent_at, message.kind.value, message.text))
