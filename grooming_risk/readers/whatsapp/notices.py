"""Recognize the notices that WhatsApp writes into a chat: lines with a head and without a name.

Nobody can be told from such a line, and the app does not escape what people type, so anybody can write one inside a
message. Only the wordings below are notices, and only with people of the chat in their places: everything else is
somebody's words. A name that a notice mentions must have written in the chat, or be a phone number or the exporter; a
quoted name of a group must be short. So a forged notice cannot hold more than a few words.

Source: notices quoted by public parsers and in public exports, 2016 to 2026, for the languages of the model; those in
Hindi, Urdu and Tagalog are unverified. In other languages, and where a wording changed, a notice is read as words of
the person before it, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

from grooming_risk.readers.whatsapp.phrases import CALLS, DELETED, OMITTED, OPENINGS, plain

_LONGEST = 400
_QUOTED_WORDS, _QUOTED_LETTERS = 4, 40
_LONGEST_OPENING = 330
# {} is a person or a list of people, "" a name of a group, # a number.
_WORDINGS = {
    "en": """{} left|{} added {}|{} removed {}|{} was added|{} were added|{} was removed|{} were removed|{} joined|
{} joined using this group's invite link|{} joined using a group link|{} joined from the community|
{} joined via an invite link|{} created group ""|{} created this group|{} created this community|
{} changed the subject from "" to ""|{} changed the subject to ""|{} changed the group name from "" to ""|
{} changed the group name to ""|{} changed this group's icon|{} deleted this group's icon|
{} changed the group description|{} deleted the group description|{} changed the group settings|{} changed to {}|
{} changed their phone number to a new number. tap to message or add the new number|
{} changed their phone number. tap to message or add the new number|you're now an admin|you're no longer an admin|
{} is now an admin|{} turned off disappearing messages|{} turned on disappearing messages|
{} turned on disappearing messages. new messages will disappear from this chat # hours after they're sent|
{} turned on disappearing messages. new messages will disappear from this chat # days after they're sent|
{} updated the message timer. new messages will disappear from this chat # hours after they're sent|
{} updated the message timer. new messages will disappear from this chat # days after they're sent|
{} turned on disappearing messages. all new messages will disappear from this chat # days after they're sent|
{} pinned a message|your security code with {} changed|your security code with {} changed. tap to learn more|
{} is a contact|you blocked this contact|you blocked this contact. tap to unblock|you unblocked this contact|
you blocked this contact. tap to change|this chat is with a business account|{} started a call|
{} started a video call|
this chat is with a business account. tap to learn more|tap to learn more|
{} changed this group's settings to allow only admins to edit this group's info|
{} changed this group's settings to allow all participants to edit this group's info|
{} changed this group's settings to allow only admins to send messages to this group|
{} changed this group's settings to allow all participants to send messages to this group""",
    "es": """{} salió|{} salió del grupo|{} añadió a {}|{} te añadió|{} eliminó a {}|{} te eliminó|{} fue añadido|
{} se unió|
{} fue eliminado|{} creó el grupo ""|{} creó este grupo|{} cambió el asunto de "" a ""|{} cambió el asunto a ""|
{} cambió el nombre del grupo de "" a ""|{} cambió el nombre del grupo a ""|{} cambió el ícono de este grupo|
{} cambió el icono de este grupo|{} cambió la descripción del grupo|{} eliminó el ícono de este grupo|
{} se unió usando el enlace de invitación de este grupo|{} se unió usando un enlace de invitación|
{} se unió con el enlace de invitación del grupo|{} cambió su número de teléfono|{} cambió a {}|ahora eres admin|
ahora eres administrador|ya no eres administrador|cambió tu código de seguridad con {}|bloqueaste a este contacto|
desbloqueaste a este contacto|{} fijó un mensaje|{} activó los mensajes temporales|
{} desactivó los mensajes temporales|
{} agregó a {}|{} te agregó|{} eliminó el icono de este grupo""",
    "pt": """{} saiu|{} saiu do grupo|{} adicionou {}|{} adicionou você|{} removeu {}|{} removeu você|
{} foi adicionado|
{} criou o grupo ""|{} criou este grupo|{} mudou o nome de "" para ""|{} mudou o assunto de "" para ""|
{} alterou o nome do grupo de "" para ""|{} mudou o nome do grupo para ""|{} mudou a imagem deste grupo|
{} mudou a imagem do grupo|{} mudou a descrição do grupo|{} entrou usando o link de convite deste grupo|{} entrou|
{} entrou usando um link de convite|{} mudou de número de telefone|{} mudou para {}|agora você é um admin|
você não é mais um admin|seu código de segurança com {} mudou|você bloqueou este contato|
você desbloqueou este contato|
{} fixou uma mensagem|{} ativou as mensagens temporárias|{} desativou as mensagens temporárias|
{} removeu a imagem do grupo""",
    "fr": """{} a quitté|{} a quitté le groupe|{} est parti|{} a ajouté {}|{} vous a ajouté|{} a supprimé {}|
{} a retiré {}|
{} a été ajouté|{} a été retiré|{} a créé le groupe ""|{} a créé ce groupe|{} a changé le sujet de "" à ""|
{} a changé le sujet pour ""|{} a changé le nom du groupe de "" à ""|{} a changé l'icône de ce groupe|
{} a changé l'icône du groupe|{} a changé la description du groupe|{} a supprimé l'icône de ce groupe|
{} a rejoint le groupe en utilisant un lien d'invitation|{} a rejoint en utilisant le lien d'invitation de ce groupe|
{} a rejoint|{} a changé de numéro|{} a changé son numéro de téléphone|vous êtes maintenant admin|
vous n'êtes plus admin|votre code de sécurité avec {} a changé|vous avez bloqué ce contact|
vous avez débloqué ce contact|{} a épinglé un message|{} a activé les messages éphémères|
{} a désactivé les messages éphémères""",
    "de": """{} hat die gruppe verlassen|{} hat {} hinzugefügt|{} hat dich hinzugefügt|{} hat {} entfernt|
{} hat dich entfernt|{} wurde hinzugefügt|{} wurdest hinzugefügt|{} wurde entfernt|{} wurdest entfernt|
{} hat die gruppe "" erstellt|{} hat diese gruppe erstellt|{} hat die gruppe erstellt|
{} hat den betreff von "" zu "" geändert|{} hat den betreff zu "" geändert|
{} hat den gruppennamen von "" zu "" geändert|{} hat den gruppennamen zu "" geändert|{} hat das gruppenbild geändert|
{} hat das gruppenbild gelöscht|{} hat die gruppenbeschreibung geändert|{} ist der gruppe beigetreten|
{} ist beigetreten|
{} ist der gruppe mit dem einladungslink beigetreten|{} ist der gruppe über den einladungslink beigetreten|
{} ist über den einladungslink dieser gruppe beigetreten|{} hat die telefonnummer geändert|
{} hat die telefonnummer gewechselt. tippe, um eine nachricht zu senden oder die neue nummer hinzuzufügen|
{} hat zu {} gewechselt|du bist jetzt ein admin|du bist jetzt admin|du bist kein admin mehr|{} ist jetzt admin|
deine sicherheitsnummer für {} hat sich geändert|du hast diesen kontakt blockiert|
du hast die blockierung dieses kontakts aufgehoben|{} hat eine nachricht angepinnt|{} hat eine nachricht fixiert|
{} hat selbstlöschende nachrichten aktiviert|{} hat selbstlöschende nachrichten deaktiviert|{} ist ein kontakt""",
    "it": """{} ha abbandonato|{} ha abbandonato il gruppo|{} è uscito|{} ha aggiunto {}|{} ti ha aggiunto|
{} ha rimosso {}|{} ti ha rimosso|{} è stato aggiunto|{} ha creato il gruppo ""|{} ha creato questo gruppo|
{} ha cambiato l'oggetto da "" a ""|{} ha cambiato l'oggetto in ""|{} ha cambiato il nome del gruppo da "" a ""|
{} ha cambiato l'immagine del gruppo|{} ha cambiato l'immagine di questo gruppo|
{} ha cambiato la descrizione del gruppo|{} si è unito usando il link d'invito del gruppo|{} si è unito|
{} ha cambiato numero di telefono|ora sei amministratore|non sei più amministratore|
il tuo codice di sicurezza con {} è cambiato|hai bloccato questo contatto|hai sbloccato questo contatto|
{} ha fissato un messaggio|{} ha attivato i messaggi effimeri|{} ha disattivato i messaggi effimeri""",
    "nl": """{} heeft de groep verlaten|{} is vertrokken|{} heeft {} toegevoegd|{} heeft je toegevoegd|
{} heeft {} verwijderd|{} is toegevoegd|{} is verwijderd|{} heeft de groep "" gemaakt|{} heeft groep "" gemaakt|
{} heeft deze groep gemaakt|{} heeft het onderwerp gewijzigd van "" naar ""|{} heeft het onderwerp gewijzigd in ""|
{} heeft de groepsnaam gewijzigd van "" naar ""|{} heeft de groepsafbeelding gewijzigd|
{} heeft de groepsomschrijving gewijzigd|{} neemt nu deel via de uitnodigingslink van deze groep|
{} is toegetreden via de uitnodigingslink van de groep|{} heeft een nieuw telefoonnummer|je bent nu beheerder|
je bent geen beheerder meer|uw beveiligingscode voor {} is gewijzigd|je hebt dit contact geblokkeerd|
je hebt dit contact gedeblokkeerd|{} heeft een bericht vastgemaakt|{} heeft tijdelijke berichten ingeschakeld|
{} heeft tijdelijke berichten uitgeschakeld""",
    "pl": """{} opuścił grupę|{} opuściła grupę|{} opuścił(a) grupę|{} wyszedł|{} wyszła|{} dodał {}|{} dodała {}|
{} dodał(a) {}|{} usunął {}|{} usunęła {}|{} usunął(-ęła) {}|{} utworzył grupę ""|{} utworzyła grupę ""|
{} utworzył(a) grupę ""|{} utworzył(a) tę grupę|{} zmienił(a) temat z "" na ""|{} zmienił temat z "" na ""|
{} zmieniła temat z "" na ""|{} zmienił(a) ikonę grupy|{} zmienił ikonę grupy|{} zmieniła ikonę grupy|
{} zmienił(a) opis grupy|{} dołączył(a) za pomocą linku z zaproszeniem do grupy|jesteś teraz administratorem|
nie jesteś już administratorem|twój kod zabezpieczeń z użytkownikiem {} zmienił się""",
    "tr": """{} ayrıldı|{} gruptan ayrıldı|{} kişisini ekledi|{}, {} kişisini ekledi|{} {} kişisini ekledi|
{} sizi ekledi|{} eklendi|{}, {} kişisini çıkardı|{} {} kişisini çıkardı|{} çıkarıldı|{} "" grubunu oluşturdu|
{} bu grubu oluşturdu|{} grup konusunu "" konusundan "" olarak değiştirdi|{} konuyu "" olarak değiştirdi|
{} grup simgesini değiştirdi|{} grubun simgesini değiştirdi|{} grup açıklamasını değiştirdi|
{} bu grubun davet bağlantısını kullanarak katıldı|{} telefon numarasını değiştirdi|artık yöneticisiniz|
artık yönetici değilsiniz|{} ile güvenlik kodunuz değişti|bu kişiyi engellediniz|bu kişinin engelini kaldırdınız""",
    "ru": """{} вышел|{} вышла|{} вышел(-ла)|{} вышел(ла)|{} покинул группу|{} покинул(а) группу|{} добавил {}|
{} добавила {}|{} добавил(а) {}|{} добавил(-а) {}|{} удалил {}|{} удалила {}|{} удалил(а) {}|{} удалил(-а) {}|
{} создал группу ""|{} создала группу ""|{} создал(а) группу ""|{} создал(-а) группу ""|{} создал(-а) эту группу|
{} изменил(а) тему с "" на ""|{} изменил(-а) тему с "" на ""|{} изменил тему с "" на ""|{} изменил(а) тему на ""|
{} изменил(а) название группы с "" на ""|{} изменил(-а) название группы с "" на ""|{} изменил(а) иконку группы|
{} изменил(-а) иконку группы|{} изменил(а) картинку группы|{} изменил(-а) картинку группы|
{} изменил(а) описание группы|{} изменил(-а) описание группы|{} присоединился по ссылке-приглашению|
{} присоединился(-ась) к группе по ссылке-приглашению|теперь вы админ|теперь вы администратор|вы больше не админ|
вы больше не администратор|ваш код безопасности с контактом {} изменился|вы заблокировали этот контакт|
вы разблокировали этот контакт|{} сменил(а) номер телефона|{} сменил(-а) номер телефона""",
    "ar": """غادر {}|{} غادر|{} غادر المجموعة|{} أضاف {}|أضاف {} {}|أضافك {}|{} أزال {}|أزال {} {}|تمت إضافة {}|
تمت إزالة {}|
أنشأ {} المجموعة ""|{} أنشأ المجموعة ""|أنشأ {} هذه المجموعة|{} غيّر الموضوع من "" إلى ""|
غيّر {} الموضوع من "" إلى ""|
غيّر {} اسم المجموعة من "" إلى ""|غيّر {} أيقونة هذه المجموعة|{} غيّر أيقونة هذه المجموعة|غيّر {} وصف المجموعة|
{} غيّر وصف المجموعة|انضم {} باستخدام رابط دعوة هذه المجموعة|أنت الآن مشرف|لم تعد مشرفًا|
تغيّر رمز الأمان الخاص بـ {}""",
    "hi": """{} ने समूह छोड़ा|{} ने ग्रुप छोड़ा|{} ने ग्रुप छोड़ दिया|{} ने {} को जोड़ा|{} ने आपको जोड़ा|
{} ने {} को निकाला|
{} ने {} को हटाया|{} ने "" ग्रुप बनाया|{} ने ग्रुप "" बनाया|{} ने यह ग्रुप बनाया|{} ने विषय "" से "" में बदला|
{} ने ग्रुप का आइकन बदला|{} ने इस ग्रुप का आइकन बदला|{} ने ग्रुप का विवरण बदला|अब आप एडमिन हैं|
{} इस ग्रुप के आमंत्रण लिंक से शामिल हुए|{} के साथ आपका सुरक्षा कोड बदल गया है""",
    "ur": """{} نے گروپ چھوڑ دیا|{} نے {} کو شامل کیا|{} نے آپ کو شامل کیا|{} نے {} کو نکال دیا|{} نے "" گروپ بنایا|
{} نے یہ گروپ بنایا|{} نے موضوع "" سے "" میں تبدیل کیا|{} نے اس گروپ کا آئیکن تبدیل کیا|
{} نے گروپ کی تفصیل تبدیل کی|اب آپ ایڈمن ہیں""",
    "id": """{} keluar|{} keluar dari grup|{} menambahkan {}|{} menambahkan anda|{} mengeluarkan {}|{} ditambahkan|
{} telah dikeluarkan|{} membuat grup ""|{} membuat grup ini|{} mengubah subjek dari "" menjadi ""|
{} mengubah subjek menjadi ""|{} mengubah nama grup dari "" menjadi ""|{} mengubah ikon grup ini|
{} mengganti ikon grup ini|{} mengubah deskripsi grup|{} bergabung menggunakan tautan undangan grup ini|
{} mengganti nomor telepon|anda sekarang admin|anda bukan lagi admin|kode keamanan anda dengan {} telah berubah|
anda memblokir kontak ini|anda membuka blokir kontak ini""",
    "tl": """umalis si {}|si {} ay umalis|idinagdag ni {} si {}|idinagdag ka ni {}|inalis ni {} si {}|
ginawa ni {} ang grupong ""|ginawa ni {} ang grupong ito|binago ni {} ang paksa mula sa "" patungong ""|
binago ni {} ang icon ng grupong ito|binago ni {} ang paglalarawan ng grupo|isa ka nang admin""",
}
# Older openings of a chat, beside those of `OPENINGS`.
_OLDER_OPENINGS = (
    "messages to this chat and calls are now secured with end-to-end encryption",
    "messages to this group are now secured with end-to-end encryption",
    "messages you send to this chat and calls are now secured with end-to-end encryption",
    "messages you send to this group are now secured with end-to-end encryption",
    "messages and calls are end-to-end encrypted",
    "nachrichten in diesem chat sowie anrufe sind jetzt mit ende-zu-ende-verschlüsselung geschützt",
    "nachrichten in dieser gruppe sind jetzt mit ende-zu-ende-verschlüsselung geschützt",
    "los mensajes y llamadas en este chat ahora están protegidos con cifrado de extremo a extremo",
    "los mensajes en este grupo ahora están protegidos con cifrado de extremo a extremo",
    "as mensagens e ligações desta conversa estão protegidas com a criptografia de ponta a ponta",
    "mensagens para esta conversa e ligações são protegidas com criptografia de ponta a ponta",
    "les messages envoyés dans cette discussion et les appels sont maintenant protégés avec le chiffrement",
    "i messaggi e le chiamate in questa chat sono ora protetti con la crittografia end-to-end",
    "berichten in deze chat en gesprekken zijn nu beveiligd met end-to-end versleuteling",
    "сообщения и звонки в этом чате теперь защищены сквозным шифрованием",
    "bu sohbete gönderdiğiniz mesajlar ve aramalar artık uçtan uca şifreleme ile korunmaktadır",
)
_YOU = frozenset(
    {
        *("you", "you're", "tú", "te", "usted", "você", "vous", "du", "tu", "hai", "je", "jij", "u", "ty", "siz"),
        *("sen", "вы", "ты", "أنت", "आप", "آپ", "anda", "ikaw"),
    }
)
# Part of every explanation of the encryption, whatever its wording.
_ENCRYPTION = (
    *("end-to-end", "ende-zu-ende", "extremo a extremo", "bout en bout", "ponta a ponta", "uçtan uca", "end to end"),
    *("сквозн", "наскрізн", "종단간", "エンドツーエンド", "端對端", "端到端", "مشفر", "رمزگذاری", "एन्क्रिप्", "اینکرپ"),
    *("koncov", "végpont", "đầu cuối", "ต้นทาง", "enkrip"),
)
_PHONE = re.compile(r"\+?\d[\d \-().\u00a0\u2011]{4,24}")
_LIST = re.compile(r"\s?[,،、]\s?|\s(?:and|y|e|et|und|en|i|ve|и|و|और|اور|dan|at)\s")
_QUOTES = "\"“”„«»'‘’"


def is_notice(text: str, names: Set[str], *, first: bool) -> bool:
    """Check whether a line without a name is a notice of WhatsApp.

    Args:
        text: Everything behind the head.
        names: Names of the people who write in the chat.
        first: Whether it is the first line of the file, where WhatsApp explains the encryption at length.

    Returns:
        Whether it is one of the known notices, about people of this chat.
    """
    if not text.strip():
        return True
    if len(text) > _LONGEST or "\n" in text.rstrip("\n"):
        return False
    line = plain(text)
    if line in CALLS or line in DELETED or line in OMITTED:
        return True
    explains = first and len(line) <= _LONGEST_OPENING and any(word in line for word in _ENCRYPTION)
    if explains or line in OPENINGS or line in _OLDER_OPENINGS:
        return True
    known = {plain(name).lstrip("~ ") for name in names} | _YOU
    likely = (_slots(line, parts) for literal, parts in _wordings() if literal in line)
    return any(slots is not None and _fits(slots, known) for slots in likely)


def _fits(slots: list[tuple[str, str]], known: Set[str]) -> bool:
    """Check whether people are people of the chat, and quoted names are short."""
    for kind, value in slots:
        inside = value.strip(_QUOTES + " ~")
        if kind == "#":
            fits = value.isdecimal() and len(value) <= 3
        elif kind == '""':
            fits = value != inside and len(inside) <= _QUOTED_LETTERS and len(inside.split()) <= _QUOTED_WORDS
        else:
            parts = (part.strip(" ~") for part in _LIST.split(inside))
            fits = inside in known or all(part in known or bool(_PHONE.fullmatch(part)) for part in parts)
        if not fits:
            return False
    return True


@cache
def _wordings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the longest literal part of each wording, for a quick look, and its parts: literals and slots in turn."""
    every = dict.fromkeys(plain(each) for table in _WORDINGS.values() for each in table.replace("\n", "").split("|"))
    parts = (tuple(re.split(r'(\{\}|""|#)', wording)) for wording in every)
    return tuple((max(each[::2], key=len), each) for each in parts)


def _slots(line: str, parts: tuple[str, ...]) -> list[tuple[str, str]] | None:
    """Return what fills the slots of a wording, or None when it is another one; in one pass, whatever the line."""
    if not line.startswith(parts[0]) or not line.endswith(parts[-1]):
        return None
    at, found = len(parts[0]), []
    for place in range(1, len(parts), 2):
        literal = parts[place + 1]
        end = len(line) - len(literal) if place + 2 == len(parts) else line.find(literal, at + 1)
        if end <= at:
            return None
        found.append((parts[place], line[at:end]))
        at = end + len(literal)
    return found if at == len(line) else None
