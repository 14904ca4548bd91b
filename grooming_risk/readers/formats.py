"""All formats by name, in the order in which detection asks them."""

from __future__ import annotations

from grooming_risk.readers import convokit, discord, pan12, telegram
from grooming_risk.readers.apps import (
    bluesky,
    discord_package,
    google_chat,
    hangouts,
    reddit,
    roblox,
    skype,
    snapchat,
    steam,
    teams,
    threema,
    tiktok,
    twitter,
    wire,
)
from grooming_risk.readers.base.contract import Reader
from grooming_risk.readers.irc import reader as irc
from grooming_risk.readers.logs import (
    discord_text,
    kakaotalk,
    line,
    minecraft,
    tiktok_text,
    twitch,
    viber,
    wechat,
    zoom,
)
from grooming_risk.readers.matrix import reader as matrix
from grooming_risk.readers.messenger import page_reader as messenger_html
from grooming_risk.readers.messenger import reader as messenger
from grooming_risk.readers.office import documents, sheets
from grooming_risk.readers.pages import discord_html, imessage_html, teams_html, telegram_html
from grooming_risk.readers.phones import (
    android_database,
    axiom,
    cellebrite,
    imessage_database,
    imessage_exporter,
    oxygen,
    sms_backup,
    whatsapp_database,
)
from grooming_risk.readers.plain import text
from grooming_risk.readers.plugins import plugin_readers
from grooming_risk.readers.signal import reader as signal
from grooming_risk.readers.slack import reader as slack
from grooming_risk.readers.tables import delimited, json_lines
from grooming_risk.readers.whatsapp import reader as whatsapp

# Most specific first: JSON lines accepts any JSON, and WhatsApp many lines that begin with a date and a time.
# Readers of other packages are asked before the general ones.
_SPECIFIC = (
    discord.READER,
    telegram.READER,
    messenger.READER,
    slack.READER,
    matrix.READER,
    convokit.READER,
    snapchat.READER,
    tiktok.READER,
    skype.READER,
    google_chat.READER,
    hangouts.READER,
    twitter.READER,
    teams.READER,
    discord_package.READER,
    wire.READER,
    bluesky.READER,
    threema.READER,
    reddit.READER,
    roblox.READER,
    steam.READER,
    axiom.READER,
    oxygen.READER,
    pan12.READER,
    sms_backup.READER,
    cellebrite.READER,
    imessage_database.READER,
    android_database.READER,
    whatsapp_database.READER,
    imessage_exporter.READER,
    telegram_html.READER,
    messenger_html.READER,
    discord_html.READER,
    imessage_html.READER,
    teams_html.READER,
    signal.READER,
    sheets.READER,
    documents.READER,
    discord_text.READER,
    tiktok_text.READER,
    line.READER,
    kakaotalk.READER,
    twitch.READER,
    minecraft.READER,
    viber.READER,
    zoom.READER,
    irc.READER,
    whatsapp.READER,
    wechat.READER,
)
_GENERAL = (delimited.READER, text.READER, json_lines.READER)
_OWN = {reader.name: reader for reader in (*_SPECIFIC, *_GENERAL)}
FORMATS: dict[str, Reader] = {
    **{reader.name: reader for reader in _SPECIFIC},
    **plugin_readers(_OWN),
    **{reader.name: reader for reader in _GENERAL},
}
