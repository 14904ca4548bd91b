"""Reader of the XML of the Android app SMS Backup & Restore (SyncTech), with its MMS.

Schema, as synctech.com.au describes it and readers in public repositories read it:
  <smses count="2"><sms address="+1555" date="1646247723000" type="1" body="hi" contact_name="Ann"/>
  <mms address="+1555~+1666" date="…" msg_box="1"><parts><part ct="text/plain" text="hi"/></parts>
       <addrs><addr address="+1555" type="137"/></addrs></mms></smses>
`type` and `msg_box` are 1 for received and 2 for sent; 3 to 6 are drafts and messages that were not sent, which count
as sent. An `addr` of type 137 is the sender. The app writes emoji as two character references that are not XML; they
are repaired. `address` identifies a conversation; the owner of the phone has the empty name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.base.xml_events import Element, xml_elements

_BEGINS = re.compile(
    r"\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,600}?-->\s*)?(?:<\?xml-[^>]{0,200}\?>\s*)?<smses\b", re.DOTALL
)
_PAIR = re.compile(rb"&#(5[56]\d{3});&#(5[67]\d{3});")
_SINGLE = re.compile(rb"&#(?:5[5-7]\d{3}|0{0,3}[0-8]|1[1-24-9]|2[0-9]|3[01]|1[12]);")
_LONGEST_REFERENCE = 16
_SENDER = "137"
_RECEIVED = "1"
_NONE = ("null", "")
_UNKNOWN = "(Unknown)"


def _recognizes(export: Export) -> bool:
    return len(export.names) == 1 and _BEGINS.match(export.head()) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    yield from gather_by_time(_rows(xml_elements(_repaired(export.chunks()), export.where())), options.limits)


def _repaired(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the document with pairs of character references for one emoji replaced by the character."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        cut = data.rfind(b"&", max(0, len(data) - 2 * _LONGEST_REFERENCE))
        cut = len(data) if cut < 0 else data.rfind(b"&", max(0, cut - _LONGEST_REFERENCE), cut)
        cut = len(data) if cut < 0 else cut
        yield _mended(data[:cut])
        rest = data[cut:]
    yield _mended(rest)


def _mended(data: bytes) -> bytes:
    return _SINGLE.sub(b"\xef\xbf\xbd", _PAIR.sub(_character, data))


def _character(pair: re.Match[bytes]) -> bytes:
    high, low = int(pair[1]), int(pair[2])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return b"\xef\xbf\xbd"
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()


def _rows(elements: Iterable[Element]) -> Iterator[Row]:
    number, texts, media, sender = 0, list[str](), False, ""
    for element in elements:
        attributes = element.attributes
        if element.text is not None:
            if element.name == "mms":
                number += 1
                yield _row(number, attributes, attributes.get("msg_box"), "\n".join(texts), media, sender)
        elif element.name == "sms":
            number += 1
            yield _row(number, attributes, attributes.get("type"), attributes.get("body", ""), False, "")
        elif element.name == "mms":
            texts, media, sender = [], False, ""
        elif element.name == "part" and attributes.get("ct") == "text/plain":
            texts += [attributes["text"]] if attributes.get("text") not in (None, *_NONE) else []
        elif element.name == "part" and attributes.get("ct") != "application/smil":
            media = True
        elif element.name == "addr" and attributes.get("type") == _SENDER:
            sender = attributes.get("address", "")


def _row(number: int, row: dict[str, str], box: str | None, text: str, media: bool, sender: str) -> Row:
    address, name = row.get("address", ""), row.get("contact_name")
    received = box == _RECEIVED
    single = "~" not in address
    speaker = (address if single or sender in _NONE else sender) if received else ""
    known = name not in (None, _UNKNOWN, *_NONE)
    return Row(
        place=f"message {number}",
        conversation=address,
        speaker=speaker,
        text=text if text != "null" or not media else "",
        sent_at=int(row["date"]) if row.get("date", "").isdecimal() and len(row["date"]) < 16 else row.get("date"),
        name=name if known and received and single else None,
    )


READER = Reader(
    name="sms_backup",
    attribution=Attribution.ACCOUNT,
    description="SMS Backup & Restore (Android): sms-….xml, with MMS",
    accepts=("file", "zip"),
    keeps=("times", "media"),
    limit="the owner of the phone has the empty name; drafts count as sent",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Install SMS Backup & Restore (SyncTech) on the Android phone.",
            "Set up a backup > Messages, and save it on the phone.",
            "Give the file sms-….xml.",
        ),
        kept=("SMS and MMS", "times", "phone numbers and names of contacts"),
        lost=("deleted messages", "RCS chats that the app cannot see", "edits"),
        source="synctech.com.au and readers in public repositories; unverified on a file of the app itself",
        seen="fields of version 10",
    ),
)
