"""Find the pages of an export that is HTML, and put those of one chat together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers.base.contract import ReadConversation, UnreadableConversation
from grooming_risk.readers.base.export import Export

_LOOKED_INTO = 200
_NUMBER = re.compile(r"(\d{0,9})\.[A-Za-z]{1,5}\Z")


def pages_of(export: Export, name: re.Pattern[str], is_page: Callable[[str], bool]) -> list[str]:
    """Return the pages of an app in an export.

    Args:
        export: Any export.
        name: Pattern of the last part of a page's path; the name of a single file does not matter.
        is_page: Whether the head of a member is that of the app's pages.

    Returns:
        Members in order of their names, and of the numbers at their ends. Those after the first 200 are not looked
        into when none of these is a page.
    """
    if len(export.names) == 1:
        return [member for member in export.names if is_page(export.head(member))]
    named = [member for member in export.names if name.fullmatch(member.rpartition("/")[2])]
    if not any(is_page(export.head(member)) for member in islice(named, _LOOKED_INTO)):
        return []
    return sorted((member for member in named if is_page(export.head(member))), key=_in_order)


def by_folder(members: list[str]) -> dict[str, list[str]]:
    """Group pages by their folder, which holds one chat."""
    folders: dict[str, list[str]] = {}
    for member in members:
        folders.setdefault(member.rpartition("/")[0], []).append(member)
    return folders


def read_each(
    chats: dict[str, list[str]], read: Callable[[str, list[str]], Iterator[ReadConversation]]
) -> Iterator[ReadConversation]:
    """Read chats one after the other; a damaged one among several does not stop the others.

    Args:
        chats: Identifier → pages.
        read: Reads one chat.

    Yields:
        The conversations.
    """
    for identifier, members in chats.items():
        try:
            yield from read(identifier, members)
        except GroomingRiskError as error:
            if len(chats) == 1:
                raise
            yield UnreadableConversation(identifier, error)


def read_pages(
    export: Export,
    name: re.Pattern[str],
    is_page: Callable[[str], bool],
    read: Callable[[str, str], Iterator[ReadConversation]],
) -> Iterator[ReadConversation]:
    """Read the pages of an app that writes one page for each chat.

    Args:
        export: Any export.
        name: As in `pages_of`.
        is_page: As in `pages_of`.
        read: Reads one chat: its identifier, "1" when there is only one page, else the member; and the member.

    Yields:
        The conversations.
    """
    members = pages_of(export, name, is_page) or [export.member()]
    chats = {"1" if len(members) == 1 else member: [member] for member in members}
    yield from read_each(chats, lambda identifier, pages: read(identifier, pages[0]))


def _in_order(member: str) -> tuple[str, int]:
    found = _NUMBER.search(member)
    return (member[: found.start()] if found else member, int(found[1] or 0) if found else 0)
