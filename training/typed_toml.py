"""TOML files read into dataclasses; unknown, missing and mistyped keys are errors that name the key."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from training.errors import TrainingError

Built = TypeVar("Built")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: The file.

    Returns:
        Its content.

    Raises:
        TrainingError: The file does not exist or is not valid TOML; the message has the line.
    """
    if not path.is_file():
        raise TrainingError(f"{path} is not a configuration file; copy training/configs/base.toml and change the copy")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not TOML or not UTF-8; a configuration holds no message text
        raise TrainingError(f"{path.name} is not valid TOML: {error}") from None


def build(kind: type[Built], values: dict[str, Any], where: str) -> Built:
    """Build a dataclass, and the dataclasses in it, from the values of a table.

    Args:
        kind: Dataclass; its fields with a default may be missing from the table.
        values: The table.
        where: Place of the table, for messages.

    Returns:
        The dataclass.

    Raises:
        TrainingError: A key is unknown, missing or of the wrong type; the message names it.
    """
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    needed = {field.name for field in fields if field.default is dataclasses.MISSING}
    if unknown := set(values) - set(hints):
        raise TrainingError(f"{where}: unknown key {', '.join(_suggested(name, hints) for name in sorted(unknown))}")
    if missing := needed - set(values):
        raise TrainingError(f"{where}: missing key {', '.join(sorted(missing))}")
    return kind(**{name: _convert(hints[name], value, f"{where}.{name}") for name, value in values.items()})


def _suggested(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} (did you mean {near[0]}?)" if near else name


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise TrainingError(f"{where} must be a table, got {type(value).__name__}")
        return build(typing.cast(type[Any], hint), value, where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = typing.get_origin(hint) or hint
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise TrainingError(f"{where} must be {wanted.__name__}, got {type(value).__name__}")
    return value
