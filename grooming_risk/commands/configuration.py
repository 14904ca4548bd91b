"""Defaults of options from a file: `--config FILE`, or `[tool.grooming-risk]` of the folder's pyproject.toml."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grooming_risk.errors import InvalidOptionError

PROJECT = Path("pyproject.toml")
_TABLE = "grooming-risk"


def read_configuration(path: Path | None) -> Mapping[str, Any]:
    """Read defaults of options.

    Args:
        path: File that `--config` names: tables named like verbs, or a pyproject.toml; None for the pyproject.toml of
            the current folder, where there is one.

    Returns:
        Verb → option, without its dashes, → value. Options of a verb of two words are in a table of two levels.

    Raises:
        InvalidOptionError: The file cannot be read, or is not TOML.
    """
    file = path or PROJECT
    if path is None and not file.is_file():
        return {}
    content, reason = None, ""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = type(error).__name__
    if content is None:
        if path is None:  # a file of somebody else, which another tool will complain about
            return {}
        raise InvalidOptionError(f"{file} cannot be read as TOML ({reason}); correct it, or leave out --config")
    own = content.get("tool", {}).get(_TABLE, {}) if file.name == PROJECT.name else content
    if not isinstance(own, dict):
        raise InvalidOptionError(f"[tool.{_TABLE}] of {file} is not a table; correct it")
    return own


def apply_configuration(parser: argparse.ArgumentParser, settings: Mapping[str, Any], above: str = "") -> None:
    """Make settings the defaults of verbs; what is given on the command line wins.

    Args:
        parser: A parser with verbs.
        settings: What `read_configuration` returned.
        above: Name of the verb that the parser is for.

    Raises:
        InvalidOptionError: A verb or an option is unknown, or a value is not one of those that the option takes.
    """
    verbs = verbs_of(parser).choices
    for name, table in settings.items():
        verb, full = verbs.get(name), f"{above}{name}"
        if verb is None or not isinstance(table, dict):
            raise InvalidOptionError(
                f"the configuration has {full!r}, which is not a verb; write a table for each verb"
            )
        if any(isinstance(action, argparse._SubParsersAction) for action in verb._actions):
            apply_configuration(verb, table, f"{full}.")
            continue
        known = {text.lstrip("-"): action for action in verb._actions for text in action.option_strings}
        for option, value in table.items():
            action = known.get(option)
            if action is None or option in ("help", "h"):
                raise InvalidOptionError(f"{full}.{option} of the configuration is not an option; see {name} --help")
            action.required = False
            verb.set_defaults(**{action.dest: _value(verb, action, value, f"{full}.{option}")})


def verbs_of(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """Return the verbs of a parser."""
    return next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))


def _value(parser: argparse.ArgumentParser, action: argparse.Action, value: Any, place: str) -> Any:
    """Return a value of a file as the command line would have parsed it."""
    if action.nargs == 0:  # a switch
        if not isinstance(value, bool):
            raise InvalidOptionError(f"{place} of the configuration must be true or false")
        return action.const if value else action.default
    values = value if isinstance(value, list) else [value]
    if any(isinstance(item, (dict, list, bool)) for item in values) or (len(values) != 1 and action.nargs is None):
        raise InvalidOptionError(f"{place} of the configuration must be a text or a number")
    found, fault = [], False
    try:
        for item in values:
            parsed = parser._get_value(action, str(item))
            parser._check_value(action, parsed)
            found.append(parsed)
    except argparse.ArgumentError:
        fault = True
    if fault:
        raise InvalidOptionError(f"{place} of the configuration is not a value that the option takes; see --help")
    return found[0] if action.nargs is None else found
