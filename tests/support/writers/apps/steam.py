"""The page of friends' messages of a Steam account."""

from html import escape


def write(conversation, path, names, identifier):
    """The format has a recipient for each message, here the other of two people, and no kinds."""
    people = sorted({message.speaker for message in conversation})
    rows = "".join(
        f"<tr><td>{escape(names[message.speaker])}</td>"
        f"<td>{escape(names[next((other for other in people if other != message.speaker), message.speaker)])}</td>"
        f"<td>{message.sent_at:%Y-%m-%d %H:%M:%S}</td><td>{escape(message.text)}</td></tr>"
        for message in conversation
    )
    head = '<!DOCTYPE html><html><head><link href="https://help.steampowered.com/x.css"></head><body>'
    table = '<table class="AccountDataTable"><tr><th>Sender</th><th>Recipient</th><th>Time</th><th>Message</th></tr>'
    path.write_text(f"{head}{table}{rows}</table></body></html>", encoding="utf-8", newline="")
