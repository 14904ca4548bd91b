"""Which columns of a table hold speaker, text, time, conversation and kind, by their names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns

# Names of columns, most telling first. The English ones are those of our own rows, of DiscordChatExporter's CSV
# (AuthorID, Author, Date, Content: its CsvMessageWriter.cs), of iMazing's (Chat Session, Message Date, Edited Date,
# Type, Sender ID, Sender Name, Text: headers in tests of public importers), of ConvoKit's from_pandas (conversation_id,
# speaker, timestamp, text) and of database dumps. Those of other languages are the plain words a spreadsheet would
# have. An id tells speakers apart better than a name, which may be changed.
_SPELLINGS = {
    "speaker": "speaker speaker_id author_id sender_id user_id from_id member_id author sender user from from_user "
    "username nickname nick who participant member name handle absender autor verfasser von auteur expéditeur de "
    "remitente usuario remetente mittente autore utente afzender gebruiker nadawca użytkownik gönderen kullanıcı "
    "отправитель автор пользователь المرسل المستخدم प्रेषक pengirim pengguna nagpadala",
    "name": "display_name sender_name author_name speaker_name from_name author sender user username name",
    "text": "text message body content message_text message_body message_content text_content msg utterance comment "
    "nachricht nachrichtentext inhalt texte contenu texto mensaje contenido mensagem conteúdo testo messaggio "
    "contenuto bericht tekst wiadomość treść mesaj metin сообщение текст النص الرسالة رسالة संदेश पाठ pesan teks isi "
    "mensahe",
    "sent_at": "sent_at timestamp ts created_at datetime message_date sent_date sent_time sent send_time date time "
    "when datum zeit zeitstempel horodatage fecha data tarih дата التاريخ तारीख tanggal petsa",
    "conversation": "conversation conversation_id conv_id thread thread_id chat chat_id chat_session channel "
    "channel_id room room_id dialogue dialogue_id dialog dialog_id session_id unterhaltung gespräch conversación "
    "conversa conversazione gesprek rozmowa sohbet чат беседа محادثة percakapan",
    "kind": "kind message_kind",
}
# Where the day stands in one column and the clock in another.
_CLOCKS = {
    "date": "time",
    "datum": "zeit uhrzeit tijd",
    "fecha": "hora",
    "data": "hora ora czas godzina",
    "tarih": "saat",
    "дата": "время",
    "tanggal": "waktu jam",
}
_BY_POSITION = "#"
# How columns are named, for messages to people.
IN_A_FILE = "as in --columns speaker=NAME,text=NAME or, without a line of names, speaker=#1,text=#2"
IN_A_CALL = 'as in read_table(table, speaker="NAME", text="NAME")'


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Positions of a table's columns, from 0; None for those that it lacks.

    Attributes:
        speaker: what tells speakers apart.
        text: what was written.
        name: what people call the speaker.
        sent_at: when it was sent, or the day alone.
        clock: the time of day, where `sent_at` is the day alone.
        conversation: to which conversation a row belongs.
        kind: of message.
        direction: "Incoming", "Outgoing" or "Notification" in iMazing's CSV, which leaves the speaker of outgoing
            messages empty.
        edited_at: when it was edited last, in iMazing's CSV.
    """

    speaker: int
    text: int
    name: int | None = None
    sent_at: int | None = None
    clock: int | None = None
    conversation: int | None = None
    kind: int | None = None
    direction: int | None = None
    edited_at: int | None = None


def find_columns(names: Sequence[str], given: Columns, where: str, how: str = IN_A_FILE) -> FoundColumns:
    """Find the columns.

    Args:
        names: of the columns, in order.
        given: names that the caller gives, or positions from 1 as "#1"; the others are looked for.
        where: how messages to people call the table. They say numbers of columns and no names: the first row of a table
            without names is a message.
        how: how the caller names columns.

    Raises:
        InvalidOptionError: a column that was given is not there, or twice.
        UnsupportedFormatError: speaker or text are neither given nor found.
    """
    # Without a line of names, the first row is a message: nothing in it is a name.
    plain = [] if by_position(given) else [_plain(name) for name in names]
    found: dict[str, int | None] = {role: _usual(plain, spellings) for role, spellings in _SPELLINGS.items()}
    for field in fields(Columns):
        name = getattr(given, field.name)
        if name is not None:
            found[field.name] = _given(names, name, field.name, where, how)
    speaker, text = found.pop("speaker"), found.pop("text")
    if speaker is None or text is None or speaker == text:
        lacking = " and ".join(role for role, at in (("speaker", speaker), ("text", text)) if at is None) or "text"
        raise UnsupportedFormatError(
            f"{where}: no column (of {len(names)}) is named as the {lacking}; name them, {how}"
        )
    if found["name"] == speaker:
        found["name"] = None
    sent_at = found["sent_at"]
    found["clock"] = _usual(plain, _CLOCKS.get(plain[sent_at], "")) if plain and sent_at is not None else None
    if "chatsession" in plain and "messagedate" in plain:
        found["direction"], found["edited_at"] = _usual(plain, "type"), _usual(plain, "edited_date")
    return FoundColumns(speaker, text, **found)


def by_position(given: Columns) -> bool:
    """Whether columns are given by position, which means that the table has no line of names."""
    return any((getattr(given, field.name) or "").startswith(_BY_POSITION) for field in fields(Columns))


def _plain(name: str) -> str:
    """A column's name without case, accents, blanks and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name[:100]).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def _usual(plain: Sequence[str], spellings: str) -> int | None:
    wanted = (_plain(spelling) for spelling in spellings.split())
    return next((plain.index(spelling) for spelling in wanted if spelling in plain), None)


def _given(names: Sequence[str], name: str, role: str, where: str, how: str) -> int:
    if name.startswith(_BY_POSITION) and name[1:].isdecimal():
        at = int(name[1:6]) - 1
        if 0 <= at < len(names):
            return at
        raise InvalidOptionError(f"{where}: the {role} column given is not one of its {len(names)}; they count from 1")
    found = [at for at, other in enumerate(names) if other.strip() == name.strip()]
    if len(found) != 1:
        fault = f"columns {', '.join(str(at + 1) for at in found)} are" if found else "no column is"
        raise InvalidOptionError(f"{where}: {fault} named as the {role} column given; name it {how}")
    return found[0]
