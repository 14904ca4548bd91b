"""Find the columns of a table that hold speaker, text, time, conversation and kind by their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns, DateOrder

# Names of columns, most specific first. The English ones are those of our own rows, of DiscordChatExporter's CSV
# (AuthorID, Author, Date, Content: its CsvMessageWriter.cs), of iMazing's (Chat Session, Message Date, Edited Date,
# Type, Sender ID, Sender Name, Text: headers in tests of public importers), of ConvoKit's from_pandas (conversation_id,
# speaker, timestamp, text) and of database dumps. Those of other languages are the common words in spreadsheets.
# An id distinguishes speakers better than a name, which may be changed.
_SPELLINGS = {
    "speaker": "speaker speaker_id author_id sender_id user_id from_id member_id author sender user from from_user "
    "username nickname nick who participant member sender_name from_name author_name name "
    "handle absender autor verfasser von auteur expéditeur de "
    "remitente usuario remetente mittente autore utente afzender gebruiker nadawca użytkownik gönderen kullanıcı "
    "отправитель автор пользователь المرسل المستخدم प्रेषक pengirim pengguna nagpadala",
    "name": "display_name sender_name author_name speaker_name from_name author sender user username name",
    "text": "text message body content message_text message_body message_content text_content msg utterance comment "
    "nachricht nachrichtentext inhalt texte contenu texto mensaje contenido mensagem conteúdo testo messaggio "
    "contenuto bericht tekst wiadomość treść mesaj metin сообщение текст النص الرسالة رسالة संदेश पाठ pesan teks isi "
    "mensahe",
    "sent_at": "sent_at timestamp message_sent_date_time sent_date_time ts created_at datetime message_date sent_date "
    "sent_time sent send_time timestamp_time timestamp_date_time created_date_time date_time date time "
    "when datum zeit zeitstempel horodatage fecha data tarih дата التاريخ तारीख tanggal petsa",
    "conversation": "conversation conversation_id conv_id thread thread_id chat chat_id chat_session channel "
    "channel_id room room_id dialogue dialogue_id dialog dialog_id session_id unterhaltung gespräch conversación "
    "conversa conversazione gesprek rozmowa sohbet чат беседа محادثة percakapan",
    "kind": "kind message_kind",
    "recipient": "to recipient recipients receiver to_user recipient_id empfänger destinataire destinatario ontvanger "
    "odbiorca alıcı получатель",
}
# Columns that say only whether the owner of the phone or the other person wrote a row; used when no speaker is named.
_DIRECTIONS = (
    "direction incoming_outgoing in_out sent_received from_me is_from_me richtung dirección direção sens direzione "
    "richting kierunek yön направление folder box type message_type status"
)
_CONTACTS = (
    "contact contact_name address phone phone_number number other_party remote_party name kontakt nummer "
    "telefonnummer contacto número numéro contatto numero telefono telefoon telefon контакт номер"
)
# Column of the date → columns of the time of day.
_CLOCKS = {
    "date": "time",
    "day": "time hour",
    "messagedate": "message_time",
    "sentdate": "sent_time",
    "datum": "zeit uhrzeit tijd",
    "fecha": "hora",
    "data": "hora ora czas godzina",
    "tarih": "saat",
    "дата": "время",
    "tanggal": "waktu jam",
}
_BY_POSITION = "#"
# Cellebrite writes id and name into one cell; as people's ids are those of their accounts, nobody can take this name.
_CELLEBRITE_NOTICES = "System Message System Message"
# Forensic programs write the zone and form of times into the name: "Sent Date/Time - UTC+00:00 (dd/MM/yyyy)".
_FORM = re.compile(r"(?: - (?:UTC|GMT)[^()]{0,20})?(?: ?\([^()]{0,40}\))?\Z")
_ORDER = re.compile(r"\((d{1,2})?.?(M{1,2}).?(d{1,2})?.?(y{2,4})?[^()]{0,20}\)\Z")
# How columns are given, for error messages.
IN_A_FILE = "as in --columns speaker=NAME,text=NAME or, without a header line, speaker=#1,text=#2"
IN_A_CALL = 'as in read_table(table, speaker="NAME", text="NAME")'


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Positions of a table's columns, from 0; None for missing columns.

    Attributes:
        speaker: Column that distinguishes speakers.
        text: Column of the message text.
        name: Column of the speaker's display name.
        sent_at: Column of the time, or of the date alone.
        clock: Column of the time of day, where `sent_at` is the date alone.
        conversation: Column of the conversation identifier.
        kind: Column of the message kind.
        direction: Column of "Incoming", "Outgoing" or similar words: the owner of the phone wrote outgoing messages.
        contact: Column of the other person, where only the direction tells who wrote a message.
        recipient: Column of who received a message.
        edited_at: Column of the time of the last edit in iMazing's CSV.
        notices: Speaker whose rows are notices, in tables of Cellebrite.
    """

    speaker: int | None
    text: int
    name: int | None = None
    sent_at: int | None = None
    clock: int | None = None
    conversation: int | None = None
    kind: int | None = None
    direction: int | None = None
    contact: int | None = None
    recipient: int | None = None
    edited_at: int | None = None
    notices: str | None = None


def find_columns(names: Sequence[str], given: Columns, where: str, how: str = IN_A_FILE) -> FoundColumns:
    """Find the columns of a table.

    Args:
        names: Column names, in order.
        given: Names from the caller, or positions from 1 as "#1"; the other columns are detected.
        where: Name of the table for error messages. They cite column numbers, never names, because the first row of a
            table without names is a message.
        how: How the caller gives columns, for error messages.

    Returns:
        The positions.

    Raises:
        InvalidOptionError: If a given column does not exist or exists twice.
        UnsupportedFormatError: If the speaker or text column is neither given nor found.
    """
    # Without a header line, the first row is a message and contains no names.
    plain = [] if by_position(given) else [_plain(name) for name in names]
    found: dict[str, int | None] = {role: _usual(plain, spellings) for role, spellings in _SPELLINGS.items()}
    for field in fields(Columns):
        name = getattr(given, field.name)
        if name is not None:
            found[field.name] = _given(names, name, field.name, where, how)
    speaker, text = found.pop("speaker"), found.pop("text")
    if speaker is None and text is not None:
        found["direction"], found["contact"] = _usual(plain, _DIRECTIONS), _usual(plain, _CONTACTS)
    if (speaker is None and found.get("direction") is None) or text is None or speaker == text:
        lacking = " and ".join(role for role, at in (("speaker", speaker), ("text", text)) if at is None) or "text"
        raise UnsupportedFormatError(
            f"{where}: none of its {len(names)} columns is named like {lacking}; name the columns, {how}"
        )
    if found["name"] == speaker or speaker is None:
        found["name"] = None
    sent_at = found["sent_at"]
    found["clock"] = _usual(plain, _CLOCKS.get(plain[sent_at], "")) if plain and sent_at is not None else None
    if "chatsession" in plain and "messagedate" in plain:
        found["direction"], found["edited_at"] = _usual(plain, "type"), _usual(plain, "edited_date")
    notices = _CELLEBRITE_NOTICES if "instantmessage" in plain and "participants" in plain else None
    return FoundColumns(speaker, text, **found, notices=notices)


def order_in(name: str) -> DateOrder | None:
    """Return the order of dates that a column's name shows, as in "Sent (dd/MM/yyyy)", or None."""
    found = _ORDER.search(name[:200])
    if found is None or (found[1] is None) == (found[3] is None):
        return None
    return DateOrder.DAY_MONTH_YEAR if found[1] else DateOrder.MONTH_DAY_YEAR if found[3] and found[4] else None


def by_position(given: Columns) -> bool:
    """Return whether columns are given by position, which means that the table has no header line."""
    return any((getattr(given, field.name) or "").startswith(_BY_POSITION) for field in fields(Columns))


def _plain(name: str) -> str:
    """Return a column name without case, accents, blanks and punctuation, and without a zone or form in brackets."""
    decomposed = unicodedata.normalize("NFKD", _FORM.sub("", name[:100])).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def _usual(plain: Sequence[str], spellings: str) -> int | None:
    wanted = (_plain(spelling) for spelling in spellings.split())
    return next((plain.index(spelling) for spelling in wanted if spelling in plain), None)


def _given(names: Sequence[str], name: str, role: str, where: str, how: str) -> int:
    if name.startswith(_BY_POSITION) and name[1:].isdecimal():
        at = int(name[1:6]) - 1
        if 0 <= at < len(names):
            return at
        raise InvalidOptionError(
            f"{where}: the {role} column is not one of its {len(names)} columns, which are counted from 1"
        )
    found = [at for at, other in enumerate(names) if other.strip() == name.strip()]
    if len(found) != 1:
        fault = f"columns {', '.join(str(at + 1) for at in found)} have" if found else "no column has"
        raise InvalidOptionError(f"{where}: {fault} the name given for {role}; name it {how}")
    return found[0]
