"""messages.csv: the chat attachment that ROOST Coop uploads, eight columns, with the three that it lacks.

RFC 4180: fields are quoted where needed, lines end with CR LF. It begins with a byte order mark, without which
spreadsheets on Windows read UTF-8 as something else.
"""

from __future__ import annotations

import csv
import io

from grooming_risk.handover.case.case import Case, CaseMessage
from grooming_risk.handover.case.facts import Participant
from grooming_risk.handover.language.plain import cell

COLUMNS = (
    *("content", "src", "target", "thread", "type", "contentId", "chat_type", "ip"),
    *("sent_at", "message_id", "index"),
)
_MARK = "\ufeff"


def messages_csv(case: Case) -> str:
    """Return the messages of a case as a table.

    Args:
        case: the case.

    Returns:
        One row for each message. `src` and `target` are the accounts' ids on the platform, or their neutral letters
        where no id is known; `ip` stays empty, because no message has an address of its own.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names = {participant.speaker: participant.platform_id or participant.speaker for participant in case.participants}
    writer.writerows([cell(value) for value in _row(case, message, names)] for message in case.messages)
    return _MARK + stream.getvalue()


def _row(case: Case, message: CaseMessage, names: dict[str, str]) -> tuple[str, ...]:
    others = [names[item.speaker] for item in _others(case, message.speaker)]
    group = len(case.participants) > 2
    return (
        message.text or "",
        names[message.speaker],
        "" if group else "".join(others),
        case.conversation_id or case.case_id,
        "text" if message.kind == "edited" else message.kind,
        "" if message.kind in ("text", "edited") else message.message_id or "",
        "group" if group else "private",
        "",
        message.sent_at or "",
        message.message_id or "",
        str(message.index),
    )


def _others(case: Case, speaker: str) -> list[Participant]:
    return [participant for participant in case.participants if participant.speaker != speaker]
