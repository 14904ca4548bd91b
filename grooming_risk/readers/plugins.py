"""Readers of other packages, found through the entry-point group `grooming_risk.readers`.

A package names its reader in its pyproject.toml:
  [project.entry-points."grooming_risk.readers"]
  myapp = "mypackage.reader:READER"
where READER is a `Reader`. `grooming_risk.testing_readers.check_reader` checks the contract in the package's own tests.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection
from importlib.metadata import EntryPoint, entry_points

from grooming_risk.readers.base.contract import Reader

GROUP = "grooming_risk.readers"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}\Z")


def plugin_readers(taken: Collection[str]) -> dict[str, Reader]:
    """Load the readers of installed packages; one that cannot be loaded is left out with a warning.

    Args:
        taken: Names of the library's own formats, which a plugin cannot replace.

    Returns:
        Readers by name, in the order of their names.
    """
    found: dict[str, Reader] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        reader, fault = _loaded(entry)
        if reader is not None and (reader.name in taken or reader.name in found):
            fault = "its name is used by another reader"
        if fault or reader is None:
            warnings.warn(
                f"the reader {entry.name} of another package is left out: {fault}", RuntimeWarning, stacklevel=2
            )
            continue
        found[reader.name] = reader
    return found


def _loaded(entry: EntryPoint) -> tuple[Reader | None, str]:
    try:
        reader = entry.load()
    except Exception as error:  # the code of another package
        return None, f"it raised {type(error).__name__} when it was loaded"
    if not isinstance(reader, Reader):
        return None, "it is not a Reader"
    if not _NAME.match(reader.name):
        return None, "its name must be lower-case letters, digits and underscores"
    return reader, ""
