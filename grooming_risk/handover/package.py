"""A case as a package: the files that the next person opens, in a bag, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.errors import PackageError
from grooming_risk.handover.addressees.channels import channels, country_code
from grooming_risk.handover.addressees.completeness import Completeness, completeness
from grooming_risk.handover.bag import bag, digest_of
from grooming_risk.handover.case.case import Case
from grooming_risk.handover.case_uco import case_uco
from grooming_risk.handover.cybertip import cybertip_draft, file_details
from grooming_risk.handover.language.languages import ENGLISH, language
from grooming_risk.handover.language.plain import visible
from grooming_risk.handover.readme import readme
from grooming_risk.handover.summary.page import summary_html
from grooming_risk.handover.summary.sections import summary_of
from grooming_risk.handover.summary.text_file import summary_text
from grooming_risk.handover.transcript import messages_csv
from grooming_risk.version import __version__

INCOMPLETE = ".incomplete"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: the same input gives the same bytes


@dataclass(frozen=True, slots=True)
class PackageOptions:
    """How a package is written.

    Attributes:
        language: code of the language of the summary.
        country: code or English name of the country whose bodies the summary names; None for none.
        zipped: whether a zip is written beside the folder.
        case_uco: whether the package also contains the case as CASE/UCO JSON-LD.
    """

    language: str = ENGLISH
    country: str | None = None
    zipped: bool = False
    case_uco: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was written.

    Attributes:
        folder: where.
        archive: the zip beside it; None when none was asked for.
        digest: SHA-256 of the whole package.
        files: paths in it, sorted.
        completeness: what each addressee finds in the case.
    """

    folder: Path
    archive: Path | None
    digest: str
    files: tuple[str, ...]
    completeness: tuple[Completeness, ...]


def asked_by(country: str | None) -> frozenset[str]:
    """Return the keys of the questions that forms of a country's bodies ask."""
    return frozenset(key for body in channels(country) for key in body.asks) if country else frozenset()


def package_files(case: Case, options: PackageOptions | None = None) -> dict[str, bytes]:
    """Return the files of a package; the same case gives the same bytes.

    Args:
        case: the case.
        options: language and country; `PackageOptions()` when None.

    Returns:
        Path in the package → content.

    Raises:
        InvalidOptionError: there is no translation into the language.
        UnknownCountryError: the table of channels does not have the country.
    """
    chosen = options or PackageOptions()
    country = chosen.country and country_code(chosen.country)
    # Without a country, only the bodies that lead to those of every country.
    bodies = channels(country) if country else tuple(body for body in channels() if body.country is None)
    found = completeness(case, asked_by(country))
    summary = summary_of(case, language(chosen.language), bodies, found, country or None)
    table = messages_csv(case).encode()
    payload: dict[str, str | bytes | None] = {
        "summary.html": summary_html(summary, case.case_id),
        "summary.txt": summary_text(summary, case.case_id),
        "messages.csv": table,
        "case.json": json.dumps(case.to_dict(), indent=1, allow_nan=False) + "\n",
    }
    if (draft := cybertip_draft(case)) is not None:
        payload |= {"cybertip-draft.xml": draft, "cybertip-file-details.xml": file_details(case, table)}
    if chosen.case_uco:
        payload["case-uco.jsonld"] = case_uco(case)
    files = {
        name: content.encode() if isinstance(content, str) else content
        for name, content in payload.items()
        if content is not None
    }
    return bag(files, {"README.txt": readme().encode()}, _information(case))


def write_package(case: Case, folder: Path, options: PackageOptions | None = None) -> Package:
    """Write a package, readable by its owner only. Either all of it is there in the end, or nothing.

    Args:
        case: the case.
        folder: to make; it must not exist.
        options: language, country, and whether to write a zip too.

    Returns:
        What was written.

    Raises:
        PackageError: the folder or zip exists already, or the disk does not take it.
        InvalidOptionError: there is no translation into the language.
        UnknownCountryError: the table of channels does not have the country.
    """
    chosen = options or PackageOptions()
    files = package_files(case, chosen)
    archive = folder.with_name(f"{folder.name}.zip") if chosen.zipped else None
    finals = [path for path in (folder, archive) if path is not None]
    for path in finals:
        _refuse_existing(path)
    parts = [path.with_name(path.name + INCOMPLETE) for path in finals]
    made: list[Path] = []
    fault = ""
    try:
        _write_folder(files, parts[0])
        if archive is not None:
            _write_zip(files, folder.name, parts[1])
        for part, final in zip(parts, finals, strict=True):
            part.rename(final)
            made.append(final)
        _sync(folder.parent)
    except OSError as error:
        fault = error.strerror or type(error).__name__
    except BaseException:
        _remove(*parts, *made)
        raise
    if fault:
        _remove(*parts, *made)
        raise PackageError(f"{folder.name} cannot be written ({fault}); free space or choose another -o FOLDER")
    found = completeness(case, asked_by(chosen.country))
    return Package(folder, archive, digest_of(files), tuple(sorted(files)), found)


def _information(case: Case) -> dict[str, str]:
    organization = case.reporter.organization
    return {
        **({"Source-Organization": visible(organization)} if organization else {}),
        "External-Identifier": case.case_id,
        "External-Description": "Hand-over of a reviewed conversation; see README.txt",
        "Bagging-Date": case.created_at[:10],
        "Bag-Software-Agent": f"grooming-risk {__version__}",
    }


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise PackageError(f"{path.name} exists already; choose another -o FOLDER, or move it away")
    if not path.parent.is_dir():
        raise PackageError(f"{path.name} cannot be written (its folder does not exist); make the folder first")
    part = path.with_name(path.name + INCOMPLETE)
    if os.path.lexists(part):
        raise PackageError(f"{part.name} was left by an interrupted run; delete it, as it contains a conversation")


def _write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write(path, content)
    for inner in {path.parent for path in map(folder.joinpath, files)}:
        _sync(inner)


def _write_zip(files: Mapping[str, bytes], top: str, path: Path) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, content in sorted(files.items()):
                info = zipfile.ZipInfo(f"{top}/{name}", _EPOCH)
                info.external_attr = 0o100600 << 16
                info.create_system = 3
                archive.writestr(info, content)
        stream.flush()
        os.fsync(stream.fileno())


def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Make names of files safe on the disk, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _remove(*paths: Path) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
