"""Distinguish the text of a WhatsApp message from WhatsApp's own placeholders."""

from __future__ import annotations

import re
from collections.abc import Set

from grooming_risk.conversation import MessageKind
from grooming_risk.readers.whatsapp.phrases import (
    ATTACHED,
    CALLS,
    DELETED,
    EDITED,
    FILE_ATTACHED,
    LOCATION,
    MARKS,
    OMITTED,
    OPENINGS,
    plain,
)

# Longer texts are not placeholders.
_LONGEST = 200
# `IMG-20220323-WA0002.jpg` (Android), `00000012-PHOTO-2023-11-13-21-05-11.jpg` (iPhone).
_OWN_NAME = re.compile(r"[A-Z]{2,7}-\d{8}-WA\d{1,6}\.\w{1,5}|\d{5,9}-[^\n]{1,150}\.\w{1,5}")
_NO_BLANKS = re.compile(r"\S{1,150}\.\w{1,5}")
_ANDROID_FILE = re.compile(r"(?P<name>[^\n]{1,180}) \((?P<words>[^()\n]{1,40})\)")
_IPHONE_FILE = re.compile(r"<(?P<words>[^<>:\n]{1,24}): ?(?P<name>[^<>\n]{1,180})>")
# A document keeps its name before the marker: `Plan.pdf • 2 pages <attached: 00000002-Plan.pdf>`.
_PAGES = re.compile(r" • [^\n]{0,30}$")
_LOCATION = re.compile(r"(?P<word>[^\n:]{1,24}?):? ?https://maps\.google\.com/\?q=-?[\d.]{1,20},-?[\d.]{1,20}")
_POLL = re.compile(r"[^\s:]{2,20}:")
_OPTION = re.compile(r"[^\s:]{2,20}: (?P<option>[^\n]{1,150}?) \(\d{1,5} [^()\n]{1,24}\)")
# The last characters of what stands for a file or a place: a bracket of the patterns above, or a coordinate.
_FILE_ENDS = (")", ">", ".", *"0123456789")
# The text before and after the name in `Your security code with NAME changed. Tap to learn more.` (iPhone G)W)p).
_LONGEST_NAME = 40
_SECURITY = (
    ("your security code with ", "changed. tap to learn more"),
    ("ваш код безопасности с контактом ", "изменился. подробнее"),
    ("votre code de sécurité avec ", "a changé. appuyez pour en savoir plus"),
    ("il tuo codice di sicurezza con ", "è cambiato. tocca per saperne di più"),
    ("cambió tu código de seguridad con ", "pulsa para obtener más información"),
    ("код безпеки з контактом ", "торкніться, щоб дізнатися більше"),
    ("deine sicherheitsnummer für ", "hat sich geändert. tippe, um mehr zu erfahren"),
    ("twój kod zabezpieczeń z użytkownikiem ", "stuknij, aby dowiedzieć się więcej"),
    ("seu código de segurança com ", "mudou. toque para saber mais"),
    ("uw beveiligingscode voor ", "is gewijzigd. tik voor meer informatie"),
    ("kode keamanan anda dengan ", "telah berubah. ketuk untuk info selengkapnya"),
)
_SECURITY_BEGINS = tuple(before for before, _ in _SECURITY)


def content_of(body: str, files: Set[str], *, first: bool) -> tuple[str, MessageKind]:
    """Return the text and kind of a message.

    Args:
        body: Everything behind the name.
        files: Names of the files exported beside the chat.
        first: Whether this is the first message of the file, where WhatsApp puts its notice on encryption.

    Returns:
        The sender's text and the kind of the message.
    """
    edited = _without_edit(body)
    if edited is not None:
        return edited, MessageKind.EDITED
    line, _, caption = body.partition("\n")
    if len(line) <= _LONGEST or first:
        words = plain(line)
        kind = _placeholder(words, caption, first=first)
        if kind is not None:
            return "", kind
        if _stands_for_file(line, words, files):
            return caption, MessageKind.TEXT if caption.strip() else MessageKind.MEDIA
    return _without_tail(body, files)


def _placeholder(line: str, caption: str, *, first: bool) -> MessageKind | None:
    if caption:
        return None
    if line in DELETED:
        return MessageKind.DELETED
    if line in CALLS or (first and line.startswith(OPENINGS)):
        return MessageKind.SYSTEM
    for before, after in _SECURITY if line.startswith(_SECURITY_BEGINS) else ():
        if line.startswith(before) and line.endswith(after) and len(line) <= len(before + after) + _LONGEST_NAME:
            return MessageKind.SYSTEM
    return None


def _stands_for_file(line: str, words: str, files: Set[str]) -> bool:
    """Return whether a line, `words` when plain, replaces a picture, recording, file or location."""
    if words in OMITTED:
        return True
    bare = line.strip(MARKS + " ")
    if not bare.endswith(_FILE_ENDS):  # as nearly every line
        return False
    place = _LOCATION.fullmatch(bare)
    if place is not None and plain(place["word"]) in LOCATION:
        return True
    name = _attached(bare)
    return name is not None and _is_file(name, files)


def _attached(bare: str) -> str | None:
    """Return the name of an attached file, or None when the line names none."""
    for form, phrases in ((_IPHONE_FILE, ATTACHED), (_ANDROID_FILE, FILE_ATTACHED)):
        match = form.fullmatch(bare)
        if match is not None and plain(match["words"]) in phrases:
            return match["name"].strip(MARKS + " ")
    return None


def _is_file(name: str, files: Set[str]) -> bool:
    """Return whether a name is a file name: anybody can type a sentence and `(file attached)` behind it."""
    return name in files or bool(_OWN_NAME.fullmatch(name) or _NO_BLANKS.fullmatch(name))


def _without_edit(body: str) -> str | None:
    """Return the text of an edited message, or None when it is not marked as edited."""
    start = body.rfind("<", -80)
    end = body.rstrip(MARKS)
    if start < 0 or not end.endswith(">") or plain(body[start:]) not in EDITED:
        return None
    return body[:start].removesuffix("\u200e").removesuffix(" ")


def _without_tail(body: str, files: Set[str]) -> tuple[str, MessageKind]:
    """Remove the placeholder that an iPhone writes behind a caption or the name of a document."""
    before, mark, tail = body.rpartition("\u200e")
    if mark and len(tail) <= _LONGEST and "\n" not in tail:
        start = before.rfind("\u200e<")
        if start >= 0 and _IPHONE_FILE.fullmatch(before[start + 1 :] + tail):  # the file's name may contain the mark
            before, tail = before[:start], before[start + 1 :] + tail
        if _stands_for_file(tail, plain(tail), files):
            words = _PAGES.sub("", before.replace("\u200e", "").strip(MARKS + " "))
            if not words or _is_file(words, files):
                return "", MessageKind.MEDIA
            return before.rstrip("\u200e").removesuffix(" "), MessageKind.TEXT
    return _without_poll(body), MessageKind.TEXT


def _without_poll(body: str) -> str:
    """Return the question and options of a poll without WhatsApp's own words around them."""
    head, _, rest = body.partition("\n")
    lines = [line.strip(MARKS + " ").replace("(\u200e", "(") for line in rest.split("\n")] if rest else []
    options = [_OPTION.fullmatch(line) for line in lines]
    if not any(options) or not _POLL.fullmatch(head.strip(MARKS + " ")):
        return body
    return "\n".join(match["option"] if match else line for line, match in zip(lines, options, strict=True) if line)
