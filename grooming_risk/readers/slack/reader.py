"""Reader of Slack exports, the zip or its folder: an index of channels and a folder for each with one file per day.

Sources: slack.com/help 220556107 ("How to read Slack data exports"), docs.slack.dev (message event, subtypes),
slackdump's writer (rusq/slackdump export/index.go, 2023) and Zulip's importer (zerver/data_import/slack.py, 2025).
  channels.json groups.json dms.json mpims.json   [{"id", "name"?, "members"}]; folders are called by name, DMs by id
  users.json (org_users.json on Enterprise Grid)  [{"id", "name", "real_name"?, "profile": {"display_name", …}}]
  <folder>/<YYYY-MM-DD>.json                      [{"type": "message", "subtype"?, "user" | "bot_id", "text", "ts", …}]
`ts` is a string that serves as time and id. Replies of threads and their broadcasts are stored among the messages of
the channel; messages are sorted by time, as Zulip does, so a thread is read where it was written. A duplicate broadcast
is read once. Texts that Slack writes (joins, topics, "uploaded a file", tombstones) are not scored. The author of a
tombstone is Slackbot; the export does not say who deleted the message. Edit logs (unverified on a real export):
`message_changed` gives its message the latest text, `message_deleted` is a separate deleted message, and the text is
kept where the export still has it. A single day file, or the folder of one channel, is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.times import by_time, known_time
from grooming_risk.readers.slack.text import Directory, written

_INDEXES = ("channels.json", "groups.json", "dms.json", "mpims.json")
_PEOPLE = ("users.json", "org_users.json")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_ROW = re.compile(r'"ts"\s*:\s*"\d{9,11}\.\d{6}"|"client_msg_id"')
_MESSAGE = re.compile(r'"type"\s*:\s*"message"')
# Subtypes with a person's words and subtypes with Slack's; any other subtype is counted in a warning.
_WORDS: frozenset[str | None] = frozenset(
    (None, "bot_message", "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment")
)
_NOTICES: frozenset[str | None] = frozenset(
    f"{place}_{what}"
    for place, changes in {
        "channel": "join leave topic purpose name archive unarchive posting_permissions canvas_updated",
        "channel_convert": "to_private to_public",
        "group": "join leave topic purpose name archive unarchive",
        "bot": "add remove enable disable",
        "app": "conversation_join conversation_leave",
        "joiner": "notification notification_for_inviter",
        "reminder": "add delete",
        "sh": "room_created room_shared",
        "tabbed": "canvas_updated",
        "ekm": "access_denied",
        "file": "mention",
        "huddle": "thread",
        "message": "replied",
        "pinned": "item",
        "unpinned": "item",
        "share": "shortcut",
        "slackbot": "response",
    }.items()
    for what in changes.split()
)
_DELETED = ("tombstone", "message_deleted")


@dataclass(frozen=True, slots=True)
class _Post:
    stamp: str  # "ts", which is also the message's id
    at: datetime | None
    speaker: str = field(repr=False)
    name: str | None = field(repr=False)
    text: str = field(repr=False)
    kind: MessageKind
    subtype: object
    changes: str | None = None  # "ts" of the message that this one edits
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class _Index:
    directory: Directory
    identifiers: dict[str, str]  # path of a conversation's folder → id


def _recognizes(export: Export) -> bool:
    days = [day for files in _days(export).values() for day in files]
    if not days:
        return _is_day(export.head())
    # Without an index, a folder with other files may contain other chats as well.
    alone = len(days) == len(export.names)
    return _has_index(export) or (alone and any(_is_day(export.head(day)) for day in days[:3]))


def _is_day(head: str) -> bool:
    return head.lstrip().startswith("[") and _MESSAGE.search(head) is not None and _ROW.search(head) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    days = _days(export) or ({"": list(export.names)} if len(export.names) == 1 else {})
    index = _index(export)
    for folder, files in days.items():
        identifier = index.identifiers.get(folder) or PurePosixPath(folder).name or "1"
        yield from _conversation(export, index.directory, identifier, files, options)


def is_day_file(name: str) -> bool:
    """Return whether a member has the name of a day file."""
    return _DAY.fullmatch(PurePosixPath(name).name) is not None


def _days(export: Export) -> dict[str, list[str]]:
    """Map folders to their day files, in order; uploaded files lie deeper and are skipped."""
    root, indexed = export.root(), _has_index(export)
    paths = [PurePosixPath(name) for name in export.names]
    days = [path for path in paths if is_day_file(path.name)]
    found: dict[str, list[str]] = {}
    for path in days:
        if (path.parent.parent if indexed else path.parent) == root:
            found.setdefault("" if path.parent == PurePosixPath() else str(path.parent), []).append(str(path))
    return found


def _has_index(export: Export) -> bool:
    root = export.root()
    return any(str(root / file) in export.names for file in _INDEXES)


def _index(export: Export) -> _Index:
    people: dict[str, str] = {}
    channels: dict[str, str] = {}
    identifiers: dict[str, str] = {}
    root = export.root()
    for member in export.names:
        path = PurePosixPath(member)
        if path.parent != root:
            continue
        if path.name in _PEOPLE:
            people.update((entry["id"], name) for entry in _entries(export, member) if (name := _display_name(entry)))
        elif path.name in _INDEXES:
            for entry in _entries(export, member):
                for name in (entry.get("name"), entry["id"]):
                    if isinstance(name, str):
                        channels.setdefault(entry["id"], name)
                        identifiers.setdefault(str(path.parent / name), entry["id"])
    return _Index(Directory(people, channels), identifiers)


def _entries(export: Export, member: str) -> list[dict[str, Any]]:
    entries = export.json(member)
    if not isinstance(entries, list):
        raise UnsupportedFormatError(f"{export.where(member)} is not a list; export it again")
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]


def _display_name(entry: dict[str, Any]) -> str | None:
    profile = entry.get("profile")
    for holder in (profile if isinstance(profile, dict) else {}, entry):
        for key in ("display_name", "real_name", "name"):
            if isinstance(name := holder.get(key), str) and name:
                return name
    return None


def _conversation(
    export: Export, directory: Directory, identifier: str, days: list[str], options: ReadingOptions
) -> Iterator[ReadConversation]:
    builder = ConversationBuilder(identifier, options.limits)
    posts: list[_Post] = []
    try:
        for day in days:
            rows = export.json(day)
            if not isinstance(rows, list):
                raise UnsupportedFormatError(f"{export.where(day)} is not a list of messages; export it again")
            for row in rows:
                try:
                    posts.append(_post(row, directory))
                except (TypeError, AttributeError):
                    builder.refuse_row(len(posts), "the structure of a Slack message")
    except UnsupportedFormatError as error:
        builder.refuse(error)
    kept = _changed(posts)
    for post in by_time(kept, [post.at for post in kept]):
        if post.notice:
            builder.notice(post.notice)
        builder.add(post.speaker, post.text, post.at or (post.stamp or None), post.kind, name=post.name)
    yield from builder.build()


def _post(row: Any, directory: Directory) -> _Post:
    """Parse one row. Raises TypeError or AttributeError when its structure is invalid."""
    subtype, inner, changes = row.get("subtype"), row, None
    if subtype == "message_changed" and isinstance(row.get("message"), dict):
        inner = {**row["message"], "edited": True}
        subtype, changes = inner.get("subtype"), _stamp(inner)
    subtype = subtype if isinstance(subtype, str) else None
    speaker, name = _author(inner, directory)
    text, kind, notice = "", MessageKind.SYSTEM, None
    if subtype in _DELETED:
        kind = MessageKind.DELETED
    elif inner.get("type", "message") != "message" or subtype not in _WORDS | _NOTICES:
        notice = "rows of unknown type"
    elif subtype in _WORDS:
        text, kind = written(inner, directory), MessageKind.EDITED if inner.get("edited") else MessageKind.TEXT
        notice = None if speaker else "messages without an author"
    return _Post(_stamp(inner), known_time(_stamp(inner)), speaker, name, text, kind, subtype, changes, notice)


def _author(row: dict[str, Any], directory: Directory) -> tuple[str, str | None]:
    """Return id and name of the author: apps have a bot id, comments on files keep their author beside the text."""
    comment, previous = row.get("comment"), row.get("previous_message")
    holders = [holder for holder in (comment, row, previous) if isinstance(holder, dict)]
    for key in ("user", "bot_id", "username"):
        for holder in holders:
            if isinstance(speaker := holder.get(key), str) and speaker:
                return speaker, directory.people.get(speaker) or _own_name(row)
    return "", None


def _own_name(row: dict[str, Any]) -> str | None:
    for profile in (row.get("user_profile"), row.get("bot_profile")):
        if isinstance(profile, dict) and (name := _display_name(profile)):
            return name
    return name if isinstance(name := row.get("username"), str) and name else None


def _stamp(row: dict[str, Any]) -> str:
    stamp = row.get("ts")
    return stamp if isinstance(stamp, str) else "" if stamp is None else repr(stamp)


def _changed(posts: list[_Post]) -> list[_Post]:
    """Apply later texts at the place of the first one, and drop duplicate broadcasts."""
    latest = {post.changes: post for post in posts if post.changes}
    originals = {(post.stamp, post.speaker) for post in posts if not post.changes}
    kept: list[_Post] = []
    broadcast: set[tuple[str, str]] = set()
    twice = {(post.stamp, post.speaker) for post in posts if post.subtype == "thread_broadcast"}
    for post in posts:
        key = (post.stamp, post.speaker)
        later = latest.get(post.stamp)
        if key in broadcast or (post.changes and (key in originals or later is not post)):
            continue
        if key in twice:
            broadcast.add(key)
        if later and later.speaker == post.speaker and post.kind.carries_text:
            post = replace(post, text=later.text, kind=later.kind)
        kept.append(post)
    return kept


READER = Reader(
    name="slack",
    attribution=Attribution.ACCOUNT,
    description="Slack export: the zip or its folder (also a channel's folder or one day file)",
    accepts=("zip", "folder", "file"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="who wrote a deleted message is not in the export; threads are read by time among the other messages",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "An owner opens Workspace settings > Import/export data > Export.",
            "Direct messages need a plan with full export.",
            "Give the zip.",
        ),
        kept=("ids of senders", "times", "edits", "deletions", "threads"),
        lost=("who wrote a deleted message", "direct messages in the standard export"),
        source="slack.com/help 220556107, docs.slack.dev, rusq/slackdump and Zulip's importer",
        seen="writers and importers of 2023 and 2025",
    ),
)
