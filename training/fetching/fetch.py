"""Fetch the public benign conversations that a model is trained, calibrated and evaluated on.

    python -m training fetch-proxies --list
    python -m training fetch-proxies --into proxies
    python -m training run --proxies proxies

Each source comes from where it lives, at a pinned commit or version, and is converted: neutral authors, contact details
masked, conversations with explicit terms left out. FETCHED.json beside it keeps the digest of what was fetched; when it
is fetched again and has changed, it is refused. A source that cannot be fetched does not stop the others; what a model
is missing without it is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from training.corpus.explicit_terms import explicit_vocabulary
from training.errors import TrainingError
from training.fetching.catalogue import SOURCES, PublicSource
from training.fetching.download import digest_of, fetched
from training.fetching.rows import SHORTEST, written
from training.options import UsageError
from training.paths import WORK
from training.sources.licences import DATA_SOURCES
from training.sources.proxies import DATA

HELP = "fetch the public benign conversations from where they live"
RECORD = "FETCHED.json"
TIMEOUT = 60.0  # seconds without an answer


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What to fetch, and where to.

    Attributes:
        into: Folder that gets a folder for each source.
        only: Names of the sources; all when empty.
        again: Whether sources that are there are fetched again.
        mirror: Address that replaces the hosts' own and has the same paths, or None.
        cache: Folder of downloaded wheels.
    """

    into: Path
    only: tuple[str, ...] = ()
    again: bool = False
    mirror: str | None = None
    cache: Path = WORK / "wheels"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    names = [source.folder for source in SOURCES]
    parser.add_argument("--into", type=Path, help="folder for the sources, which `run --proxies` takes")
    parser.add_argument("--only", nargs="+", choices=names, metavar="SOURCE", help="sources to fetch (default: all)")
    parser.add_argument("--again", action="store_true", help="fetch sources again that are there")
    parser.add_argument("--mirror", metavar="URL", help="fetch from here, where the paths are those of the hosts")
    parser.add_argument("--list", action="store_true", help="print what each source is, and what it is worth")


def run(arguments: argparse.Namespace) -> int:
    """Fetch or list the sources; exit status 1 if one could not be fetched."""
    if arguments.list:
        print("\n".join(described(source) for source in SOURCES))
        return 0
    if arguments.into is None:
        raise UsageError("--into is needed: the folder that gets the sources; or --list to see what they are")
    options = FetchOptions(arguments.into, tuple(arguments.only or ()), arguments.again, arguments.mirror)
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT) as client:
        return int(bool(fetch(options, client)))


def fetch(options: FetchOptions, client: httpx.Client) -> list[str]:
    """Fetch sources, one after the other; what cannot be fetched does not stop the others.

    Args:
        options: What to fetch, and where to.
        client: Connection to the hosts or the mirror.

    Returns:
        Names of the sources that could not be fetched.
    """
    failed: list[str] = []
    for source in _chosen(options.only):
        if (options.into / source.folder / DATA).exists() and not options.again:
            print(f"{source.folder}: fetched before", file=sys.stderr)
            continue
        try:
            count = fetch_one(source, options, client)
        except TrainingError as error:
            print(f"{error}\n  without it: {source.worth}", file=sys.stderr)
            failed.append(source.folder)
        else:
            print(f"{source.folder}: {count} conversations", file=sys.stderr)
    return failed


def fetch_one(source: PublicSource, options: FetchOptions, client: httpx.Client) -> int:
    """Fetch one source, and write its data and the record of what was fetched.

    Args:
        source: Source to fetch.
        options: Where it is fetched from and to.
        client: Connection to the hosts or the mirror.

    Returns:
        Number of conversations.

    Raises:
        TrainingError: It could not be fetched or read, or is not what was fetched before.
    """
    files = fetched(source, client, options.cache, options.mirror)
    folder, digest = options.into / source.folder, digest_of(files)
    before = _recorded(folder)
    if before and before != digest:
        raise TrainingError(
            f"{source.folder}: what was fetched is not what {RECORD} records, although the version is pinned; see what "
            f"has changed, and delete {folder / RECORD} to accept it"
        )
    lines: list[str] | None = None
    try:
        rows = (row for row in source.convert(files) if len(row.messages) >= SHORTEST)
        lines = list(written(source.folder, rows, explicit_vocabulary()))
    except Exception:
        pass  # whatever a converter stumbles over, its message may quote the content
    if not lines:
        raise TrainingError(f"{source.folder}: its files do not have the form that was expected; report this")
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{DATA}.part"
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    draft.replace(folder / DATA)
    record = {
        "version": source.wheel or source.commit,
        "home": source.home,
        "licence": _licence(source),
        "digest": digest,
        "conversations": len(lines),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return len(lines)


def described(source: PublicSource) -> str:
    """Return what a source is, where it lives, its licence, and what it is worth, as lines of text."""
    version = source.wheel or f"commit {source.commit[:12]}"
    return (
        f"{source.folder}: {source.about}\n  from {source.home}, {version}; licence {_licence(source)}\n"
        f"  a model is missing without it: {source.worth}"
    )


def _licence(source: PublicSource) -> str:
    return next(item.licence for item in DATA_SOURCES if item.folder == source.folder)


def _chosen(only: Sequence[str]) -> list[PublicSource]:
    return [source for source in SOURCES if not only or source.folder in only]


def _recorded(folder: Path) -> str:
    try:
        return str(json.loads((folder / RECORD).read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError):
        return ""
