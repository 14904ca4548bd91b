"""What files in no known format look like: web pages, texts, JSON and XML by what they contain."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like, and what to do.

    Attributes:
        what: A noun phrase such as "a picture".
        advice: A sentence that says what to do next.
    """

    what: str
    advice: str


# Most specific first.
PAGES: tuple[tuple[re.Pattern[str], Look], ...] = (
    (
        re.compile(r"(?i)teams\.microsoft|skypespaces"),
        Look(
            "a page of Microsoft Teams",
            "Copy the chat into a text file, or ask an administrator for an export as JSON or for eDiscovery",
        ),
    ),
    (
        re.compile(r"(?i)web\.whatsapp\.com"),
        Look("a saved page of WhatsApp Web", "Export the chat on the phone: open it, then ⋮ > More > Export chat"),
    ),
    (
        re.compile(r"(?i)web\.telegram\.org"),
        Look("a saved page of Telegram Web", "Use Telegram Desktop: open the chat, then ⋮ > Export chat history"),
    ),
    (
        re.compile(r"(?i)discord(?:app)?\.com/(?:channels|assets)"),
        Look("a saved page of Discord", "Export the channel as JSON with DiscordChatExporter instead"),
    ),
    (
        re.compile(r"(?i)<title>[^<]{0,60}snapchat|my_data\.html|snap inc"),
        Look("a page of Snapchat's My Data", "Request the data again with Export JSON Files: accounts.snapchat.com"),
    ),
    (
        re.compile(r"(?i)messages\.google\.com"),
        Look("a saved page of Google Messages", "Back up the phone with SMS Backup & Restore and give its .xml"),
    ),
    (
        re.compile(r"(?i)chat\.google\.com|takeout\.google|archive_browser"),
        Look("a page of Google", "Use takeout.google.com with Google Chat selected, and give the zip"),
    ),
    (
        re.compile(r"(?i)<(?:base|link|meta)[^>]{0,200}(?:facebook|instagram|messenger)\.com"),
        Look(
            "a page of Facebook or Instagram",
            "Use Accounts Center > Your information and permissions > Export your information > JSON",
        ),
    ),
    (
        re.compile(r"(?i)app\.slack\.com|slack-edge\.com"),
        Look("a saved page of Slack", "Ask an administrator for the export: Settings > Import/Export data > Export"),
    ),
    (
        re.compile(r"(?i)steampowered\.com|steamcommunity\.com"),
        Look("a page of Steam without messages", "Save help.steampowered.com/accountdata > Friends messages"),
    ),
    (
        re.compile(r""),
        Look("a web page", "Ask the app for JSON or text instead of HTML, or copy the chat into a text file"),
    ),
)
TEXTS: tuple[tuple[re.Pattern[str], Look], ...] = (
    (
        re.compile(r"BEGIN:VCARD"),
        Look("contacts (vCard)", "Give the export of the chat; contacts contain no messages"),
    ),
    (
        re.compile(r"BEGIN:VCALENDAR"),
        Look("a calendar", "Give the export of the chat; a calendar contains no messages"),
    ),
    (
        re.compile(r"(?s)\A.{0,2000}\n?(?:MIME-Version|Received|Message-ID|Return-Path):", re.IGNORECASE),
        Look("e-mail", "E-mail is not read; copy the messages into a text file as Name: text"),
    ),
    (
        re.compile(r"From [^\n]{1,200}\d{2}:\d{2}:\d{2}[^\n]{0,60}\n"),
        Look("a mailbox (mbox)", "E-mail is not read; copy the messages into a text file as Name: text"),
    ),
    (
        re.compile(r"[\d.:a-f]{3,45} \S{1,40} \S{1,40} \[\d{1,2}/[A-Z][a-z]{2}/\d{4}:"),
        Look("the log of a web server", "Give the export of the chat"),
    ),
    (
        re.compile(r"Date: ?[^\n]{4,40}\n(?:Link|Video|Comment|IP|Search Term|Method)"),
        Look("a list of TikTok's data download", "Give Direct Messages.txt, or the whole zip"),
    ),
    (
        re.compile(r"WEBVTT"),
        Look("subtitles (WebVTT) without names", "Write the speaker before each line as Name: text"),
    ),
    (
        re.compile(r"\A\s{0,20}1\r?\n\d\d:\d\d:\d\d[,.]\d{1,3} --> "),
        Look("subtitles without names", "Write the speaker before each line as Name: text"),
    ),
    (
        re.compile(r"\[InternetShortcut\]"),
        Look("a link to a web page", "Give the export itself"),
    ),
)
DOCUMENTS: tuple[tuple[re.Pattern[str], Look], ...] = (
    (
        re.compile(r'\A\{\s*"log"\s*:\s*\{\s*"version"'),
        Look("a recording of web traffic (HAR)", "Export the chat in its app instead"),
    ),
    (
        re.compile(r'"mapping"\s*:|"default_model_slug"|"chat_messages"\s*:'),
        Look(
            "an export of a chat with an AI", "Convert it to rows of role and content, or name the keys with --columns"
        ),
    ),
    (
        re.compile(r'"nbformat"|"cells"\s*:\s*\['),
        Look("a notebook (Jupyter)", "Give the export of the chat"),
    ),
    (
        re.compile(r'"timelineObjects"|"semanticSegments"|"FeatureCollection"|"latitudeE7"'),
        Look("a history of places", "Give the export of the chat; places contain no messages"),
    ),
    (
        re.compile(r'"dependencies"\s*:\s*\{|"\$schema"\s*:\s*"https?://json-schema'),
        Look("settings of a program", "Give the export of the chat"),
    ),
)
XML: tuple[tuple[re.Pattern[str], Look], ...] = (
    (re.compile(r"<calls\b"), Look("a backup of calls", "Give the file sms-….xml of SMS Backup & Restore")),
    (re.compile(r"<(?:gpx|kml)\b"), Look("a history of places", "Give the export of the chat")),
    (re.compile(r"<svg\b"), Look("a picture", "Export the chat as text instead; words in pictures are not read")),
    (re.compile(r"<(?:rss|feed)\b"), Look("a news feed", "Give the export of the chat")),
)
