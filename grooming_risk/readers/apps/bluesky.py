"""Reader of Bluesky's direct messages: answers of its API (`chat.bsky.convo.getMessages`), or an export as JSON lines.

Schema: the lexicons chat.bsky.convo.defs of bluesky-social/atproto (2024 to 2026): a message is {"id", "rev", "text",
"sender": {"did"}, "sentAt", "embed"?}; a deleted one has no text and "$type" "…#deletedMessageView". Answers are
{"messages": […]} with the newest first; {"convos": [{"id", "members": [{"did", "handle"}], "messages"?}]} may surround
them. Lines of an export may name their conversation as "convoId". The repository of an account (a .car file) contains
no direct messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.json_text import parse_json_lines
from grooming_risk.readers.base.rows import Row, gather_by_time

_DID = re.compile(r'"did"\s*:\s*"did:(?:plc|web):')
_KEYS = ('"sentAt"', '"sender"', "chat.bsky.convo")


def _is_chat(head: str) -> bool:
    return _DID.search(head) is not None and any(key in head for key in _KEYS)


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, ("*.json", "*.jsonl"), _is_chat))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = members_of(export, ("*.json", "*.jsonl"), _is_chat) or [export.member()]
    rows = [row for member in members for row in _rows(export, member, "1" if len(members) == 1 else member)]
    if not rows:
        raise UnsupportedFormatError(
            f"{export.where(members[0])} has no direct messages of Bluesky; choose a format with --from"
        )
    yield from gather_by_time(rows, options.limits)


def _rows(export: Export, member: str, conversation: str) -> Iterator[Row]:
    first = next((line.strip() for line in export.lines(member) if line.strip()), "")
    if first.startswith("{") and first.endswith("}") and '"messages"' not in first and '"convos"' not in first:
        documents: Any = [row for _, row in parse_json_lines(export.lines(member), export.where(member))]
        yield from _of_list(documents, conversation, {})
        return
    document = export.json(member)
    convos = rows_of(mapping(document).get("convos")) or ([document] if isinstance(document, dict) else [])
    if isinstance(document, list):
        yield from _of_list(document, conversation, {})
    for position, convo in enumerate(map(mapping, convos), start=1):
        names = dict(_names(convo))
        key = name(convo.get("id")) or (conversation if len(convos) == 1 else str(position))
        yield from _of_list(rows_of(convo.get("messages")) or rows_of(convo.get("logs")), key, names)


def _names(convo: Any) -> Iterator[tuple[str, str]]:
    for member in map(mapping, rows_of(convo.get("members"))):
        key = name(member.get("did"))
        if key:
            yield key, text(member.get("handle")) or text(member.get("displayName")) or ""


def _of_list(rows: Sequence[Any], conversation: str, names: dict[str, str]) -> Iterator[Row]:
    for number, row in enumerate(map(mapping, rows)):
        message = mapping(row["message"]) if isinstance(row.get("message"), dict) else row
        sender = name(mapping(message.get("sender")).get("did"))
        if sender is None:  # a line about a conversation or a member
            continue
        words, deleted = text(message.get("text")), str(message.get("$type", "")).endswith("deletedMessageView")
        yield Row(
            place=f"message {number}",
            conversation=name(row.get("convoId")) or conversation,
            speaker=sender,
            text=words,
            sent_at=message.get("sentAt"),
            kind="deleted" if deleted else "text",
            name=names.get(sender) or None,
            fault="" if words is not None else "the text is not a string; export it again",
        )


READER = Reader(
    name="bluesky",
    attribution=Attribution.ACCOUNT,
    description="Bluesky direct messages: JSON of its chat API, or JSON lines of a chat export",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media"),
    limit="the repository of an account (.car) contains no direct messages",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Ask a developer for the answers of chat.bsky.convo.getMessages, or for "
            "chat.bsky.actor.exportAccountData; the app has no menu for it.",
            "Give the JSON, or the folder of all answers.",
        ),
        kept=("ids of senders, and handles where members are listed", "times in UTC", "deletions, without text"),
        lost=("text of deleted messages", "reactions", "embedded posts"),
        source="lexicons of bluesky-social/atproto; lines of the account's export are unverified",
        seen="lexicons of 2024 to 2026",
    ),
)
