"""Reader of ConvoKit corpora: a folder or zip with utterances.jsonl (utterances.json in old versions), or that file.

Source of the schema: convokit.cornell.edu "Data Format" and ConvoKit's own loader (convokit/model/corpusHelper.py and
corpus_helpers.py, versions 2 and 3).
  utterances.jsonl                 {"id", "conversation_id" (old: "root"), "text", "speaker" (old: "user"), "meta",
                                    "reply-to" (also "reply_to"), "timestamp", "vectors"}
  utterances.json (old)            a list of them
  speakers.json (old: users.json)  {id: {"meta": {…}, "vectors"}}, in old versions {id: {…}}
No other file is opened: `*-bin.p` files are pickles, which run code when loaded, and conversations.json holds labels.
The utterances of a conversation may be scattered over the file, so it is read twice: first to find where each
conversation ends, then to yield each conversation as soon as it and all before it are complete. Memory holds only
conversations that overlap. Utterances are sorted stably by time when all have a readable one; otherwise they keep the
order of the file. In corpora of threads, a branch is therefore read between others. A row without a conversation
belongs to that of the row it answers, if that row comes first. Reddit's "[deleted]" and "[removed]" mark deleted
messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_text import parse_json_lines
from grooming_risk.readers.base.times import known_time

_FILES = ("utterances.jsonl", "utterances.json")
_SPEAKERS = ("speakers.json", "users.json")
_KEYS = (
    re.compile(r'"reply[-_]to"\s*:'),
    re.compile(r'"(conversation_id|root)"\s*:'),
    re.compile(r'"(speaker|user)"\s*:'),
)
_GONE = ("[deleted]", "[removed]")

_Row = dict[str, Any]


class _Utterance(NamedTuple):
    """The fields of a row that are kept; annotations and vectors can be many times longer."""

    speaker: str | None
    text: object
    timestamp: object


def _recognizes(export: Export) -> bool:
    corpus = _corpus(export)
    beside = (name for pattern in ("*.json", "*.jsonl") for name in export.named(pattern) if name != corpus)
    alone = corpus is None or not any(_is_utterances(export.head(name)) for name in beside)
    return alone and _is_utterances(export.head(corpus))


def _is_utterances(head: str) -> bool:
    return head.lstrip().startswith(("{", "[")) and all(key.search(head) for key in _KEYS)


def _corpus(export: Export) -> str | None:
    """Return the file of utterances, or None when the export is a single file or has no such file."""
    if len(export.names) == 1:
        return None
    members = (str(export.root() / file) for file in _FILES)
    return next((member for member in members if member in export.names), None)


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = _corpus(export)
    if member is None and len(export.names) != 1:
        raise UnsupportedFormatError(f"{export.name} has no {' or '.join(_FILES)}; give the folder that contains it")
    member = member or export.names[0]
    yield from _conversations(_rows(export, member), _names(export, PurePosixPath(member).parent), options)


def _rows(export: Export, member: str) -> Callable[[], Iterator[_Row]]:
    """Return a function that reads the rows from the start on each call."""
    where = export.where(member)
    if not export.head(member).lstrip().startswith("["):
        return lambda: (row for _, row in parse_json_lines(export.lines(member), where))
    rows = export.json(member)
    if not all(isinstance(row, dict) for row in rows):
        raise UnsupportedFormatError(f"{where} is not a list of utterances; export it again")
    return lambda: iter(rows)


def _names(export: Export, folder: PurePosixPath) -> dict[str, str]:
    """Map speaker ids to names, where the corpus has them."""
    member = next((name for file in _SPEAKERS if (name := str(folder / file)) in export.names), None)
    if member is None:
        return {}
    speakers = export.json(member)
    names = {}
    for speaker, entry in speakers.items() if isinstance(speakers, dict) else ():
        meta = entry.get("meta", entry) if isinstance(entry, dict) else None
        called = meta.get("name") if isinstance(meta, dict) else None
        if isinstance(called, str) and called:
            names[speaker] = called
    return names


def _conversations(
    rows: Callable[[], Iterator[_Row]], names: dict[str, str], options: ReadingOptions
) -> Iterator[ReadConversation]:
    last = {conversation: number for number, (conversation, _) in enumerate(_placed(rows()))}
    order = iter(list(last))
    waiting: dict[str, list[_Utterance]] = {}
    current = next(order, None)
    for number, (conversation, utterance) in enumerate(_placed(rows())):
        waiting.setdefault(conversation, []).append(utterance)
        while current is not None and current in waiting and last[current] <= number:
            yield from _conversation(current, waiting.pop(current), names, options)
            current = next(order, None)


def _placed(rows: Iterator[_Row]) -> Iterator[tuple[str, _Utterance]]:
    """Yield each utterance with the id of its conversation."""
    answered: dict[str, str] = {}  # id of a row without a conversation → the conversation it belongs to
    for row in rows:
        named = _id(row.get("conversation_id", row.get("root")))
        if named is None:
            own, to = _id(row.get("id")) or "1", _id(row.get("reply-to", row.get("reply_to")))
            named = own if to is None else answered.get(to, to)
            answered[own] = named
        yield named, _Utterance(_id(row.get("speaker", row.get("user"))), row.get("text"), row.get("timestamp"))


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _conversation(
    identifier: str, utterances: list[_Utterance], names: dict[str, str], options: ReadingOptions
) -> Iterator[ReadConversation]:
    builder = ConversationBuilder(identifier, options.limits)
    for index, (speaker, text, timestamp) in enumerate(_in_order(utterances)):
        if speaker is None or not (text is None or isinstance(text, str)):
            builder.refuse_row(index, "speaker or text")
            break
        kind = MessageKind.DELETED if text in _GONE else MessageKind.TEXT
        builder.add(speaker, text or "", timestamp, kind, name=names.get(speaker))
    yield from builder.build()


def _in_order(utterances: list[_Utterance]) -> list[_Utterance]:
    timed = [(time, utterance) for utterance in utterances if (time := known_time(utterance.timestamp)) is not None]
    if len(timed) < len(utterances):
        return utterances
    return [utterance for _, utterance in sorted(timed, key=lambda item: item[0])]


READER = Reader(
    name="convokit",
    attribution=Attribution.ACCOUNT,
    description="ConvoKit corpus: its folder, a zip of it, or utterances.jsonl",
    accepts=("folder", "zip", "file"),
    keeps=("times", "deletions"),
    limit="media, edits and system notices are not distinguished; threads are read by time",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Use Corpus.dump of ConvoKit.", "Give the folder that contains utterances.jsonl."),
        kept=("ids of speakers", "times", "Reddit's deletions"),
        lost=("edits", "media", "system notices"),
        source="the data format page of convokit.cornell.edu and ConvoKit's corpus_helpers.py",
        seen="corpora of ConvoKit 2 and 3, and older ones",
    ),
)
