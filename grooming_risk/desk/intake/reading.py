"""Read one export and score its conversations; what was kept before an interruption is not done again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.desk.intake.bundles import can_be_split, holds_zips, split
from grooming_risk.desk.intake.problems import problem_of, problem_of_program
from grooming_risk.desk.storage.cases import NewCase, add_case, owner_of
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.folder import remove
from grooming_risk.desk.storage.imports import BroughtFile, add_files, count_up, progress, set_file
from grooming_risk.desk.storage.policy import Policy
from grooming_risk.errors import (
    ArtifactIntegrityError,
    DeskError,
    GroomingRiskError,
    UnknownFormatError,
    UnsupportedFormatError,
)
from grooming_risk.readers import ExportedConversation, ReadingOptions, UnreadableConversation
from grooming_risk.readers.detection import open_export, read_export
from grooming_risk.report import RiskReport
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.scorer import RiskScorer

OWN_POINT = "team"  # name, in reports, of a threshold that the team chose


class Stopped(Exception):
    """Somebody asked the worker to stop."""


@dataclass(frozen=True, slots=True)
class _Item:
    digest: str
    exported: ExportedConversation = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one export.

    Attributes:
        desk: where it is kept.
        scorer: scores the conversations.
        file: the export.
        stopping: asked between conversations whether to stop.
        options: limits of what is read.
    """

    desk: Desk
    scorer: RiskScorer
    file: BroughtFile
    stopping: Callable[[], bool]
    options: ReadingOptions = field(default_factory=ReadingOptions)

    def run(self) -> None:
        """Read the export to its end.

        Raises:
            Stopped: the worker was asked to stop; the export is read on later.
            DeskError: the data base cannot be written; the export is read on later.
            ArtifactIntegrityError: the model is damaged.
        """
        problem = ""
        self._set(state="reading", repeated=0, unusable=0, problem=None)
        try:
            self._read()
        except (Stopped, DeskError, ArtifactIntegrityError, OSError):
            raise
        except GroomingRiskError as error:
            if self._split():
                return
            if isinstance(error, UnknownFormatError) and self.file.depth:
                self._finish(state="skipped")  # people keep other things beside their exports
                return
            problem = problem_of(error, str(self.file.stored))
        except Exception:
            problem = problem_of_program()
        if problem:
            self._finish(state="unreadable", problem=problem)
        else:
            self._finish(state="read", keep=not self.desk.vault.encrypts)

    def _read(self) -> None:
        policy = self.desk.policy()
        with self.desk.database.reading() as connection:
            found = progress(connection, self.file.import_id)
        language = found.language if found else None
        path = self.desk.folder.exports / str(self.file.stored)
        reader, export = open_export(path, None, self.options)
        if len(export.names) == 1 and holds_zips(path, self.options.export_limits):
            raise UnsupportedFormatError("a single chat beside zips, which would be left out")  # it is split
        self._set(format=reader.name)
        items = self._items(read_export(reader, export, self.options))
        for item, report in score_items(items, _conversation, self.scorer, operating_point=point_of(policy)):
            if report is not None:
                self._keep(item, report, reader.name, language, policy)

    def _items(self, conversations: Iterator[ExportedConversation | UnreadableConversation]) -> Iterator[_Item]:
        for read in conversations:
            if self.stopping():
                raise Stopped
            if isinstance(read, UnreadableConversation):
                self._count("unusable")
                continue
            digest = conversation_digest(read, self.desk.digest_key)
            with self.desk.database.reading() as connection:
                owner = owner_of(connection, digest)
            if owner is None:
                yield _Item(digest, read)
            elif owner != self.file.id:
                self._count("repeated")

    def _keep(self, item: _Item, report: RiskReport, format_name: str, language: str | None, policy: Policy) -> None:
        new = NewCase(
            item.digest, self._title(item.exported), item.exported, report, format_name, language, policy.case_days
        )
        with self.desk.database.writing() as connection:
            if owner_of(connection, item.digest) is None:
                add_case(connection, self.file, new, self.desk.vault)
                count_up(connection, self.file.id, "conversations")
            else:  # twice in this export
                count_up(connection, self.file.id, "repeated")

    def _title(self, exported: ExportedConversation) -> str:
        return self.file.name if exported.identifier == "1" else f"{self.file.name} \u00b7 {exported.identifier}"

    def _split(self) -> bool:
        """Take a zip of several exports apart, and return whether it was one."""
        path = self.desk.folder.exports / str(self.file.stored)
        if self.file.conversations or not can_be_split(path, self.options.export_limits):
            return False
        problem = ""
        try:
            parts = split(self.file, self.desk.folder.exports, self.options.export_limits)
        except (UnsupportedFormatError, GroomingRiskError) as error:
            problem = problem_of(error, str(self.file.stored))
        if problem:
            self._finish(state="unreadable", problem=problem)
            return True
        with self.desk.database.writing() as connection:
            repeated = add_files(connection, self.file.import_id, parts, self.desk.vault, self.desk.digest_key)
            set_file(connection, self.file.id, state="split", stored=None)
        for name in (path.name, *repeated):
            remove(path.with_name(name))
        return True

    def _finish(self, *, state: str, keep: bool = False, **values: str | None) -> None:
        """Note what became of the export; one that no case was made from is not kept."""
        with self.desk.database.writing() as connection:
            row = connection.execute("SELECT 1 FROM cases WHERE file_id = ? LIMIT 1", (self.file.id,)).fetchone()
            kept = keep and row is not None
            set_file(connection, self.file.id, state=state, stored=self.file.stored if kept else None, **values)
        if not kept:
            remove(self.desk.folder.exports / str(self.file.stored))

    def _set(self, **values: object) -> None:
        with self.desk.database.writing() as connection:
            set_file(connection, self.file.id, **values)

    def _count(self, column: str) -> None:
        with self.desk.database.writing() as connection:
            count_up(connection, self.file.id, column)


def point_of(policy: Policy) -> str | OperatingPoint:
    """Return what new conversations are judged at: a named point, or the team's own threshold."""
    if policy.threshold is None:
        return policy.operating_point
    return OperatingPoint(OWN_POINT, policy.threshold, 1.0, 0, 0, 1.0, 0.0)


def conversation_digest(exported: ExportedConversation, key: bytes) -> str:
    """Return a keyed digest of the messages; speakers count by their neutral names."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for message in exported.conversation:
        row = [message.speaker, message.kind.value, message.text, message.sent_at and message.sent_at.isoformat()]
        digest.update(json.dumps(row).encode("ascii") + b"\n")
    return digest.hexdigest()


def _conversation(item: _Item) -> Conversation:
    return item.exported.conversation
