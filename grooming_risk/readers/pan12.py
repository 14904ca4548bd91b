"""Reader of PAN12 XML, the format of the Sexual Predator Identification task of PAN at CLEF 2012.

Schema, read in loaders of public repositories: `<conversations><conversation id><message line><author/><time/><text/>`.
`time` is a clock without a date; times that go back by more than two hours begin the next day, counted from 2000-01-01.
Texts are escaped once or twice (`&amp;lt;`), which is undone. Authors are hashes, shared over conversations.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.xml_events import xml_elements

_BEGINS = re.compile(r"\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?<conversations>\s*<conversation\s")
_CLOCK = re.compile(r"\A(\d{1,2}):(\d{2})\Z")
_START = datetime(2000, 1, 1, tzinfo=UTC)
_NEXT_DAY = timedelta(hours=2)
_WITHOUT_DATES = "the file contains clock times without dates; days were counted from 2000-01-01"


def _recognizes(export: Export) -> bool:
    return len(export.names) == 1 and _BEGINS.match(export.head()) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    builder, parts, latest = ConversationBuilder("1", options.limits), dict[str, str](), _START
    for element in xml_elements(export.chunks(), export.where()):
        if element.name == "conversation" and element.text is None:
            builder, latest = ConversationBuilder(element.attributes.get("id", "1"), options.limits), _START
        elif element.name == "conversation":
            yield from builder.build()
        elif element.name == "message" and element.text is None:
            parts = {}
        elif element.name == "message":
            latest = _add(builder, parts, latest)
        elif element.text is not None:
            parts[element.name] = element.text


def _add(builder: ConversationBuilder, parts: dict[str, str], latest: datetime) -> datetime:
    author = parts.get("author", "").strip()
    if not author:
        builder.refuse_row(len(builder), "an author")
        return latest
    moment = _moment(parts.get("time", ""), latest)
    if moment is not None and not len(builder):
        builder.warn(_WITHOUT_DATES)
    builder.add(author, html.unescape(html.unescape(parts.get("text", ""))), moment)
    return moment or latest


def _moment(text: str, latest: datetime) -> datetime | None:
    found = _CLOCK.match(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    moment = latest.replace(hour=int(found[1]), minute=int(found[2]))
    return moment + timedelta(days=1) if latest - moment > _NEXT_DAY else moment


READER = Reader(
    name="pan12",
    attribution=Attribution.ACCOUNT,
    description="PAN12 XML: conversations with messages, authors and clock times",
    accepts=("file", "zip"),
    keeps=("times",),
    limit="times have no dates; kinds of messages are not marked",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Request the corpus from its organizers (pan.webis.de).", "Give the XML file of a corpus."),
        kept=("ids of authors", "clock times"),
        lost=("dates", "notices, media, edits and deletions"),
        source="loaders of the corpus in public repositories",
        seen="the training and test corpora of 2012",
    ),
)
