"""Limits on the work that an export may cause, counted while it is read: bytes, lines and JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from grooming_risk.errors import InputTooLargeError

# Lines and JSON values that may be read besides some for each byte. Exports have 20 bytes or more for a line, and 12 or
# more for a value; a zip of chats has about one packed byte for a value. What exceeds these limits holds no messages.
_LINES, _LINE_BYTES = 400_000, 12
_VALUES, _VALUE_BYTES = 5_000_000, 6
# Looks at the first bytes of members while a format is searched for: opening a member costs as much as twenty looks at
# one that was opened just before. The budget lasts for some 10,000 members that no reader knows.
_LOOKS, _OPENING, _KEPT_HEADS = 500_000, 20, 256
_PACKED_VALUES, _VALUES_PER_PACKED_BYTE = 2_000_000, 3
_PACKED_LINES, _LINES_PER_PACKED_BYTE = 300_000, 1  # a line of a chat has ten packed bytes or more


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """Limits on what is read from an export. Larger input is refused, never truncated.

    Attributes:
        member_bytes: Maximum bytes of a file, or of an unpacked member of a zip, that is parsed as a whole.
        streamed_bytes: Maximum bytes of a file or member that is read in parts: JSON lines, CSV, text, XML, HTML, large
            JSON of Telegram and DiscordChatExporter. Memory then depends on the largest conversation.
        total_bytes: Maximum bytes read from a whole export. Pictures and recordings are not read.
        members: Maximum number of files in a folder or a zip.
        expansion: Maximum bytes read from a zip for each of its own bytes, beyond `member_bytes`. Chats that are packed
            once shrink to a tenth, and readers read some of them twice.
    """

    member_bytes: int = 50_000_000
    streamed_bytes: int = 500_000_000
    total_bytes: int = 2_000_000_000
    members: int = 200_000
    expansion: int = 100


@dataclass(slots=True)
class Work:
    """What was read of one export so far.

    Attributes:
        name: Name of the export, for error messages.
        limits: Its limits.
        packed: Bytes of the zip; None for a file or folder.
        read_bytes: Bytes read.
        values: JSON values parsed, as `json_text.values_of` counts them.
        looks: Looks that are left while a format is searched for; None at other times.
        heads: First bytes of the members that were opened last.
    """

    name: str
    limits: ExportLimits
    packed: int | None
    read_bytes: int = field(default=0, init=False)
    values: int = field(default=0, init=False)
    looks: int | None = field(default=None, init=False)
    heads: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def add_bytes(self, now: int, of_member: int, where: str, *, streamed: bool = False) -> None:
        """Count bytes.

        Args:
            now: Bytes read now.
            of_member: Bytes of this member read so far.
            where: Name of the member for error messages.
            streamed: Whether the member is read in parts.

        Raises:
            InputTooLargeError: There are too many.
        """
        self.read_bytes += now
        most = self.limits.streamed_bytes if streamed else self.limits.member_bytes
        if of_member > most:
            raise InputTooLargeError(f"{where} has over {most:,} bytes; split it")
        if self.packed is not None and self.read_bytes > self.limits.member_bytes + self.limits.expansion * self.packed:
            raise InputTooLargeError(
                f"{self.name} unpacks to more than {self.limits.expansion} times its size; unpack it and give the "
                "folder if you know what it holds"
            )
        if self.read_bytes > self.limits.total_bytes:
            raise InputTooLargeError(f"{self.name} has over {self.limits.total_bytes:,} bytes of messages; split it")

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Limit the looks at members until the format is found."""
        self.looks = _LOOKS
        try:
            yield
        finally:
            self.looks = None
            self.heads.clear()

    def head(self, name: str, opened: Callable[[], bytes]) -> bytes:
        """Return the first bytes of a member.

        Args:
            name: The member.
            opened: Opens the member and returns its first bytes.

        Returns:
            The bytes.

        Raises:
            InputTooLargeError: So many members were looked at that the search for the format is given up.
        """
        if self.looks is None:
            return opened()
        known = self.heads.get(name)
        self.looks -= 1 if known is not None else _OPENING
        if self.looks < 0:
            raise InputTooLargeError(
                f"{self.name} contains too many files to find its format; choose one with --from, or give a part of it"
            )
        if known is None:
            if len(self.heads) >= _KEPT_HEADS:
                self.heads.clear()
            known = self.heads[name] = opened()
        return known

    def check_lines(self, number: int, where: str) -> None:
        """Check the number of lines of a member that were read so far.

        Args:
            number: Number of lines.
            where: Name of the member for error messages.

        Raises:
            InputTooLargeError: There are too many for its bytes.
        """
        most = _LINES + self.read_bytes // _LINE_BYTES
        if self.packed is not None:
            most = min(most, _PACKED_LINES + _LINES_PER_PACKED_BYTE * self.packed)
        if number > most:
            raise InputTooLargeError(f"{where} has too many lines for its size; remove the empty ones")

    def add_values(self, values: int) -> None:
        """Count the values of a JSON document before it is parsed.

        Args:
            values: An upper bound of their number.

        Raises:
            InputTooLargeError: All documents of this export together have too many for its size.
        """
        self.values += values
        most = _VALUES + self.read_bytes // _VALUE_BYTES
        if self.packed is not None:
            most = min(most, _PACKED_VALUES + _VALUES_PER_PACKED_BYTE * self.packed)
        if self.values > most:
            raise InputTooLargeError(
                f"{self.name} has too many JSON values for its size; give its members on their own, unpacked"
            )
