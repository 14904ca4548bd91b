"""`grooming-risk completion`: completion of verbs and options for a shell."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import runs
from grooming_risk.commands.terminal_output import show
from grooming_risk.errors import InvalidOptionError

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
_DESCRIPTION = """\
Print the completion of verbs and options for a shell."""
_EPILOG = """\
examples:
  grooming-risk completion bash >> ~/.bash_completion
  grooming-risk completion zsh > ~/.zfunc/_grooming-risk
  grooming-risk completion fish > ~/.config/fish/completions/grooming-risk.fish"""


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """Options of `completion`.

    Attributes:
        shell: one of `SHELLS`.
    """

    shell: str


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "completion",
        help="print the completion of this command for a shell",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS, help="shell to complete in")
    runs(parser, partial(_print, verbs), CompletionOptions)


def _print(verbs: argparse._SubParsersAction[Any], options: CompletionOptions) -> int:
    if importlib.util.find_spec("shtab") is None:
        raise InvalidOptionError("completion needs the package shtab; pip install 'grooming-risk[completion]'")
    import shtab

    whole = argparse.ArgumentParser(prog="grooming-risk")
    group = whole.add_subparsers(metavar="VERB")
    group._name_parser_map, group._choices_actions = verbs.choices, verbs._choices_actions
    group.choices = verbs.choices
    _complete_paths(whole, shtab.FILE, shtab.DIRECTORY)
    show(shtab.complete(whole, shell=options.shell))
    return 0


def _complete_paths(parser: argparse.ArgumentParser, file: object, folder: object) -> None:
    """Let the arguments that are paths be completed with files or folders."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                _complete_paths(verb, file, folder)
        elif action.type is Path:
            action.complete = folder if action.metavar == "FOLDER" else file  # type: ignore[attr-defined]
