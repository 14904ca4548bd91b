"""BagIt (RFC 8493): a folder whose manifests name every file with its SHA-256, so that a change shows.

`sha256sum -c manifest-sha256.txt` and every BagIt program check it, and so does `verify_bag`, which needs nothing but
the folder or the zip. Manifests show damage and careless edits. Whoever can replace every file can compute them again:
the digest of a package, kept elsewhere (the log of records holds it), shows that too.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grooming_risk.errors import PackageError

DECLARATION = "bagit.txt"
INFORMATION = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data/"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
_OXUM = re.compile(r"^Payload-Oxum: (\d{1,15})\.(\d{1,9})$", re.MULTILINE)
_MOST_FILES = 1_000  # a package has about ten
_DEEPEST = 10  # folders in folders; a package has two
_MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class BagCheck:
    """Result of verifying a package.

    Attributes:
        problems: what is wrong, with names of files; empty when all is well.
        digest: SHA-256 of tagmanifest-sha256.txt, which covers every other file; None when it cannot be read.
        files: number of files.
    """

    problems: tuple[str, ...]
    digest: str | None
    files: int

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def bag(payload: Mapping[str, bytes], tags: Mapping[str, bytes], information: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of a bag.

    Args:
        payload: name below `data/` → content.
        tags: name of a further file beside the manifests → content.
        information: label → value of bag-info.txt, each on one line.

    Returns:
        Path in the bag → content, payload first.
    """
    inside = {PAYLOAD + name: content for name, content in sorted(payload.items())}
    oxum = f"{sum(map(len, inside.values()))}.{len(inside)}"
    lines = {**information, "Payload-Oxum": oxum}
    beside = {
        DECLARATION: _DECLARED,
        INFORMATION: "".join(f"{label}: {value}\n" for label, value in lines.items()).encode(),
        MANIFEST: _manifest(inside),
        **tags,
    }
    return {**inside, **beside, TAG_MANIFEST: _manifest(dict(sorted(beside.items())))}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a bag: SHA-256 of its tag manifest, hexadecimal."""
    return hashlib.sha256(files[TAG_MANIFEST]).hexdigest()


def verify_bag(path: Path) -> BagCheck:
    """Check a package against its manifests: every file is listed, none is missing, none is changed.

    Args:
        path: of the folder or zip.

    Returns:
        What is wrong, and the digest.

    Raises:
        PackageError: the path cannot be opened, or contains what a package cannot contain.
    """
    try:
        names, read = _opened(path)
        files = {name: read(name) for name in names}
        fault = ""
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError) as error:
        fault = (error.strerror or "") if isinstance(error, OSError) else "damaged"
    if fault:
        raise PackageError(f"{path.name} cannot be read ({fault}); check the path or ask for the package again")
    problems = list(_problems(files))
    sealed = files.get(TAG_MANIFEST)
    digest = None if sealed is None else hashlib.sha256(sealed).hexdigest()
    return BagCheck(tuple(problems), digest, len(files))


def read_member(path: Path, name: str) -> bytes:
    """Return one file of a package, which should be verified first.

    Args:
        path: of the folder or zip.
        name: path in the package.

    Returns:
        Its bytes.

    Raises:
        PackageError: there is no such file, or it cannot be read.
    """
    try:
        names, read = _opened(path)
        return read(name) if name in names else _absent(path, name)
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError):
        pass
    raise PackageError(f"{path.name} cannot be read; check the path or ask for the package again")


def _absent(path: Path, name: str) -> bytes:
    raise PackageError(f"{path.name} does not contain {name}; it is not a hand-over package")


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def _problems(files: Mapping[str, bytes]) -> Iterator[str]:
    for name in (DECLARATION, INFORMATION, MANIFEST, TAG_MANIFEST):
        if name not in files:
            yield f"{name} is missing"
    if files.get(DECLARATION, _DECLARED) != _DECLARED:
        yield f"{DECLARATION} does not declare BagIt 1.0"
    yield from _unfit(files, MANIFEST, [name for name in files if name.startswith(PAYLOAD)])
    others = [name for name in files if not name.startswith(PAYLOAD) and name != TAG_MANIFEST]
    yield from _unfit(files, TAG_MANIFEST, others)
    yield from _wrong_oxum(files)


def _unfit(files: Mapping[str, bytes], manifest: str, present: list[str]) -> Iterator[str]:
    """Yield how files differ from those of a manifest."""
    listed: dict[str, str] = {}
    for number, line in enumerate(files.get(manifest, b"").decode("utf-8", "replace").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in listed:
            yield f"{manifest} line {number} is not a digest and a name, or repeats one"
        else:
            listed[found[2]] = found[1]
    for name in sorted(listed.keys() - set(present)):
        yield f"{_shown(name)} is listed in {manifest} and missing"
    for name in sorted(present):
        if name not in listed:
            yield f"{_shown(name)} is not listed in {manifest}: it was added or renamed"
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield f"{_shown(name)} was changed"


def _wrong_oxum(files: Mapping[str, bytes]) -> Iterator[str]:
    payload = [content for name, content in files.items() if name.startswith(PAYLOAD)]
    found = _OXUM.search(files.get(INFORMATION, b"").decode("utf-8", "replace"))
    if found and (int(found[1]), int(found[2])) != (sum(map(len, payload)), len(payload)):
        yield f"the payload is not of the size that {INFORMATION} states"


def _shown(name: str) -> str:
    """Return a file's name as far as it can be shown; somebody else may have chosen it."""
    return name if re.fullmatch(r"[\w./ -]{1,100}", name, re.ASCII) else "a file with an unusual name"


def _opened(path: Path) -> tuple[list[str], Callable[[str], bytes]]:
    """List a package and say how its files are read. Links and special files are never followed."""
    if path.is_dir():
        names = sorted(_walk(path))
        return names, lambda name: _read_file(path / name)
    archive = zipfile.ZipFile(path)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _limit(len(infos), sum(info.file_size for info in infos), path)
    parts = [PurePosixPath(info.filename).parts for info in infos]
    tops = {part[0] for part in parts}
    if len(tops) != 1 or any(len(part) < 2 or ".." in part for part in parts) or len(set(parts)) != len(parts):
        raise PackageError(f"{path.name} does not contain exactly one folder; it is not a hand-over package")
    whole = {"/".join(part[1:]): info for part, info in zip(parts, infos, strict=True)}
    return sorted(whole), lambda name: archive.read(whole[name])


def _walk(folder: Path) -> Iterator[str]:
    count = size = 0
    for place, folders, files in os.walk(folder, followlinks=False):
        if len(Path(place).parts) - len(folder.parts) > _DEEPEST:
            raise PackageError(f"{folder.name} contains folders that no package has; it is not a hand-over package")
        for name in (*files, *folders):
            path = Path(place) / name
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise PackageError(f"{folder.name} contains a link or a special file; unpack the package again")
            count, size = count + 1, size + path.lstat().st_size
            _limit(count, size, folder)
            yield path.relative_to(folder).as_posix()


def _limit(count: int, size: int, path: Path) -> None:
    if count > _MOST_FILES or size > _MOST_BYTES:
        raise PackageError(f"{path.name} is too large for a package and was not verified; check the path")


def _read_file(path: Path) -> bytes:
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(number, "rb") as stream:
        return stream.read()
