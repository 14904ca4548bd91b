"""Recognize sentences that Facebook and Instagram write into `content` for an event, in the account's language.

They are stored like a person's words, and no field marks them. A sentence is recognized as a whole: every word that is
not a name of the conversation or an emoji must match, so nobody can hide words in one.

Sources, public repositories read in 2026-11. Parsers of real exports: English (chat-miner 0.6.0 and others), Polish
(a reader of Polish Messenger pages), Spanish, Turkish. An example in a README: German. Patterns of tools, not
checked against an export: French, Portuguese, the reactions in Spanish. In other languages, such a sentence counts as
its sender's words, unless the row is a call or a share (see `reader`).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from grooming_risk.conversation import MessageKind

# Longer texts are a person's words; the longest sentence below has 95 characters without names.
_LONGEST = 200

# {} is a name of the conversation or "you"; * is an emoji. Without the full stop at the end.
_MEDIA = """
{} sent an attachment|{} sent a photo|{} sent a video|{} sent a sticker|{} sent a voice message|{} sent a GIF
{} sent a link|{} sent a live location|{} shared a story|{} shared a post|{} shared a reel|{} shared a link
{} hat einen Anhang gesendet|Du hast einen Anhang gesendet
Enviaste un archivo adjunto|{} envió un archivo adjunto|Te envió un archivo adjunto
{} a envoyé une pièce jointe|{} a envoyé une photo|{} a envoyé une vidéo|{} a envoyé un message vocal
{} a envoyé un autocollant|{} a envoyé un GIF
{} enviou um anexo|{} enviou uma foto|{} enviou um vídeo|{} enviou uma mensagem de voz|{} enviou um GIF
Você enviou um anexo|Você enviou uma foto|Você enviou um vídeo|Você enviou uma mensagem de voz|Você enviou um GIF
{} wysłał załącznik|{} wysłała załącznik|{} przesyła załącznik|{} wysłał link
Wysłałeś(aś) załącznik|Wysłałeś(aś) link
"""
_DELETED = """
{} unsent a message|{} removed a message|This message was deleted|Message deleted
Esta mensagem foi apagada|Mensagem apagada
"""
_SYSTEM = """
Liked a message|{} liked a message|{} liked your message|Reacted * to your message|{} reacted * to your message
{} reacted * to a message|You are now connected on Messenger|Say hi to your new Facebook friend, {}
You can now message and call each other and see info like Active Status and when you've read messages
{} and {} waved at each other!|You called {}|{} missed your call|You missed a call from {}|{} missed a call
{} missed an audio call|{} missed a video call|Missed call|Missed audio call|Missed video call|{} started a call
{} started a video chat|{} started an audio call|{} joined the video chat|{} ended the call|Call ended|The call ended
Video chat ended|The video chat ended|Audio call ended|The audio call ended|{} created the group|{} left the group
{} joined the group|{} added {} to the group|{} removed {} from the group|{} changed the group photo
{} changed the theme|{} is now an admin|{} is no longer an admin|{} set the quick reaction to *|{} took a screenshot
{} wasn't notified about this message because they're in quiet mode
This poll is no longer available|{}'s poll has multiple updates
{} gefällt eine Nachricht
Le gustó un mensaje|Reaccionó * a tu mensaje|Reaccionó con * a tu mensaje
A aimé un message|{} a aimé votre message|A réagi * à votre message|{} a réagi * à votre message
{} a commencé un appel|{} a raté un appel|{} a terminé l'appel|{} a quitté le groupe|{} a rejoint le groupe
{} a ajouté {} au groupe|Vous avez créé le groupe
Curtiu uma mensagem|Reagiu * à sua mensagem|{} reagiu * à sua mensagem|{} iniciou uma chamada de vídeo
{} iniciou uma chamada de áudio|Chamada de vídeo encerrada|Chamada de áudio encerrada
{} saiu do grupo|{} entrou no grupo
{} usunął członka grupy|Opuściłeś(aś) grupę|{} usunął(ęła) Ciebie z grupy|{} utworzył plan
Bir mesajı beğendi
"""


def _kinds() -> dict[str, MessageKind]:
    blocks = {MessageKind.MEDIA: _MEDIA, MessageKind.DELETED: _DELETED, MessageKind.SYSTEM: _SYSTEM}
    return {
        sentence.casefold(): kind
        for kind, block in blocks.items()
        for line in block.strip().splitlines()
        for sentence in line.split("|")
    }


def _pattern(sentence: str) -> re.Pattern[str]:
    literal = re.escape(sentence)
    # Bounded, so that matching stays linear in the text.
    return re.compile(literal.replace(r"\{\}", r"(.{1,100}?)").replace(r"\*", r"[^\w\s][^\w]{0,19}"), re.DOTALL)


def _mark(sentence: str) -> str:
    """Return the longest fixed part of a sentence, which a text must contain to match."""
    return max(re.split(r"\{\}|\*", sentence), key=len)


_FIXED = {sentence: kind for sentence, kind in _kinds().items() if "{}" not in sentence and "*" not in sentence}
_SLOTTED = [(_mark(text), _pattern(text), kind) for text, kind in _kinds().items() if text not in _FIXED]


def known_names(names: Collection[str]) -> frozenset[str]:
    """Return names as sentences use them: the whole name or its first word."""
    folded = {name.casefold().strip() for name in names}
    return frozenset({"you", *folded, *(name.split()[0] for name in folded if name.split())})


def sentence_kind(text: str, names: frozenset[str]) -> MessageKind | None:
    """Return the kind of event that a sentence of the platform reports.

    Args:
        text: Content of a row.
        names: Names of the conversation, from `known_names`.

    Returns:
        The kind, or None when the text is a person's own.
    """
    if len(text) > _LONGEST:
        return None
    plain = text.strip().removesuffix(".").casefold()
    if plain in _FIXED:
        return _FIXED[plain]
    for mark, pattern, kind in _SLOTTED:
        if mark in plain:
            found = pattern.fullmatch(plain)
            if found and all(name in names for name in found.groups()):
                return kind
    return None
