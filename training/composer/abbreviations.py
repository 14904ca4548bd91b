"""Abbreviations of common words in chats, by language; code-switched talk shortens English words."""

from __future__ import annotations

import re
from functools import cache

_SHORT: dict[str, dict[str, str]] = {
    "en": {
        "you": "u", "are": "r", "your": "ur", "you're": "ur", "please": "pls", "because": "cuz", "okay": "k",
        "people": "ppl", "thanks": "thx", "really": "rly", "tomorrow": "tmrw", "tonight": "2nite", "with": "w",
        "what": "wat", "don't": "dont", "i'm": "im", "can't": "cant", "about": "abt", "though": "tho", "for": "4",
        "to": "2", "see": "c", "why": "y", "message": "msg", "picture": "pic", "minutes": "mins",
        "going to": "gonna", "want to": "wanna", "i don't know": "idk", "right now": "rn", "to be honest": "tbh",
        "oh my god": "omg",
    },
    "es": {"que": "q", "qué": "q", "por": "x", "porque": "xq", "por qué": "xq", "también": "tmb", "mucho": "mxo",
           "bueno": "weno", "estoy": "toy", "para": "pa", "te quiero": "tqm", "mañana": "mñn", "de": "d"},
    "fr": {"pourquoi": "pk", "parce que": "pcq", "tu es": "t", "c'est": "c", "quoi": "koi", "salut": "slt",
           "s'il te plaît": "stp", "beaucoup": "bcp", "toujours": "tjrs", "quand": "qd", "je suis": "jsuis",
           "je ne sais pas": "jsp", "vraiment": "vrmt"},
    "de": {"vielleicht": "vllt", "nicht": "ned", "etwas": "was", "zum beispiel": "zb", "und": "u", "habe": "hab",
           "keine ahnung": "ka", "auf jeden fall": "aufjeden", "eigentlich": "eig", "irgendwie": "iwie",
           "wochenende": "we", "morgen": "morg"},
    "pt": {"você": "vc", "vocês": "vcs", "porque": "pq", "por que": "pq", "também": "tb", "que": "q", "não": "n",
           "muito": "mt", "beleza": "blz", "hoje": "hj", "quando": "qnd", "mensagem": "msg", "tudo": "td"},
    "it": {"che": "ke", "perché": "xke", "comunque": "cmq", "per": "x", "non": "nn", "tutto": "tt", "dove": "dv",
           "ti voglio bene": "tvb", "sono": "sn", "qualcosa": "qlcs", "messaggio": "mex", "anche": "anke"},
    "nl": {"wat": "wa", "het": "t", "een": "n", "even": "ff", "niet": "nie", "omdat": "omda", "waarom": "wrm",
           "volgens mij": "vgm", "met": "mt", "morgen": "mrgn", "misschien": "mss", "goed": "gd"},
    "pl": {"w ogóle": "wgl", "na razie": "nara", "nie wiem": "nwm", "spoko": "spk", "może": "moze", "dobra": "dbr",
           "cześć": "czesc", "jestem": "jstm", "proszę": "prosze", "dziękuję": "dzk", "pozdrawiam": "pozdro"},
    "tr": {"selam": "slm", "merhaba": "mrb", "tamam": "tmm", "nasılsın": "nslsn", "ne haber": "nbr", "bir": "bi",
           "bir şey": "bişi", "değil": "deil", "geliyor": "geliyo", "kendine iyi bak": "kib", "teşekkürler": "tşk"},
    "ru": {"спасибо": "спс", "пожалуйста": "пж", "сейчас": "щас", "что": "чо", "нормально": "норм", "привет": "прив",
           "конечно": "кнш", "вообще": "ваще", "человек": "чел", "сегодня": "сёдня", "хорошо": "хор"},
    "ar": {"إن شاء الله": "ان شالله", "السلام عليكم": "سلام", "لماذا": "ليه", "ماذا": "شو", "الآن": "هلا"},
    "id": {"yang": "yg", "tidak": "gak", "dengan": "dgn", "sudah": "udh", "belum": "blm", "kamu": "km",
           "banget": "bgt", "kenapa": "knp", "orang": "org", "terima kasih": "mksh", "bisa": "bs", "juga": "jg"},
    "tl": {"dito": "d2", "ako": "aq", "kasi": "kc", "hindi": "di", "bakit": "bkt", "lang": "lng", "saan": "san",
           "talaga": "tlga", "wala": "wla", "naman": "nmn", "kayo": "kau", "sige": "cge"},
    "hi": {"nahi": "nhi", "kya": "kia", "kaise": "kese", "theek": "thik", "bahut": "bht",
           "yaar": "yr", "mujhe": "muje", "hai": "h", "main": "mai"},
    "ur": {"nahi": "nai", "kya": "kia", "theek": "thk", "bohat": "bht", "yaar": "yr", "mujhe": "muje", "hai": "h"},
}  # fmt: skip


@cache
def abbreviations_of(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the whole words that a language's chats shorten, longest first, and their short forms."""
    table = _SHORT.get(language, _SHORT["en"])
    words = sorted(map(re.escape, table), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)", re.I), table
