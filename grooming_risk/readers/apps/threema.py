"""Reader of Threema's data backup of Android after it was unpacked: `message_*.csv` and `group_message_*.csv`.

Schema: Tags.java and BackupService.java of threema-ch/threema-android (versions 4 to 5, through public copies), and
openmittsu's import: columns apiid, uid, isoutbox, …, posted_at, created_at (milliseconds), type, body, isstatusmessage,
caption; group messages also have identity. The name of a file ends in the contact's Threema ID, since version 19 of the
format in an id that `contacts.csv` explains. The backup is a zip with a password: unpack it with a program that knows
AES (7-Zip) and give the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.tables.csv_members import csv_members, csv_rows

_COLUMNS = frozenset(("apiid", "uid", "isoutbox", "type", "body", "created_at"))
_FILES = {"message_*.csv": _COLUMNS, "group_message_*.csv": _COLUMNS}
_CHAT = re.compile(r"(?:group_)?message_(?P<key>[^/]{1,100})\.csv\Z")
_TRUE = ("1", "true")
_TEXT = ("TEXT", "")


def _recognizes(export: Export) -> bool:
    return bool(csv_members(export, _FILES))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = csv_members(export, _FILES)
    if not members:
        raise UnsupportedFormatError(f"{export.name} has no messages file of Threema; choose a format with --from")
    contacts = dict(_contacts(export))
    yield from gather_by_time((row for member in members for row in _rows(export, member, contacts)), options.limits)


def _contacts(export: Export) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield for each contact its Threema ID and name, under the ID and under the id of newer backups."""
    for member in export.named("contacts.csv")[:1]:
        for _, row in csv_rows(export, member):
            key = row.get("identity", "")
            names = (row.get("firstname", ""), row.get("lastname", ""))
            shown = " ".join(filter(None, names)) or row.get("nick_name", "")
            for index in (key, row.get("identity_id", "")):
                if index:
                    yield index, (key, shown)


def _rows(export: Export, member: str, contacts: dict[str, tuple[str, str]]) -> Iterator[Row]:
    found = _CHAT.search(member.rpartition("/")[2])
    chat = found["key"] if found else "1"
    for number, row in csv_rows(export, member):
        own = row.get("isoutbox", "").lower() in _TRUE
        given = row.get("identity") or chat
        key, shown = contacts.get(given, (given, ""))
        sort, notice = row.get("type", "").upper(), row.get("isstatusmessage", "").lower() in _TRUE
        yield Row(
            place=f"{export.where(member)} line {number}",
            conversation=contacts.get(chat, (chat, ""))[0],
            speaker="" if own else key,
            text=row.get("body", "") if sort in _TEXT else row.get("caption", ""),
            sent_at=row.get("posted_at") or row.get("created_at") or None,
            kind="system" if notice or sort == "GROUP_STATUS" else None,
            name=shown or None if not own else None,
        )


READER = Reader(
    name="threema",
    attribution=Attribution.ACCOUNT,
    description="Threema data backup of Android, unpacked: the folder, or one message_….csv",
    accepts=("folder", "zip", "file"),
    keeps=("times", "media", "system notices"),
    limit="the owner has the empty name; the backup has a password and must be unpacked first",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Android: ⋮ > My backups > Data backup; choose a password.",
            "Unpack the zip with 7-Zip and the password, and give the folder.",
            "On an iPhone, or for one chat: its name > Export chat; unpack the zip and give the text.",
        ),
        kept=("Threema IDs", "names of contacts", "times to the millisecond", "notices, without text"),
        lost=("deleted messages", "pictures", "quoted messages as such"),
        source="Tags.java of Threema for Android and openmittsu's import",
        seen="formats 12 to 22",
    ),
)
