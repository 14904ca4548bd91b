"""Every regular expression of the package takes time in proportion to its input, whoever writes the input.

Patterns are found in the code itself, so that a new module is covered without a word here. Each reads 100,000
characters made from its own syntax, in a child with a hard limit: a quadratic pattern takes minutes over what a linear
one does in milliseconds.
"""

import ast
import importlib
import multiprocessing
import pkgutil
import re
import types
from pathlib import Path

import pytest

import grooming_risk
import training
from tests.support.adversarial_texts import LIMIT, run_all

HARD_LIMIT = 120.0
FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}


def written(folder):
    """(file:line, pattern, flags) of every literal pattern given to a function of `re`."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if getattr(node.func.value, "id", None) == "re" and node.func.attr in FUNCTIONS:
                yield f"{path.name}:{node.lineno}", node


def modules(package):
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            try:
                yield importlib.import_module(found.name)
            except ImportError:  # an extra that is not installed here
                continue


def compiled(value, depth=3):
    """Patterns in a module's attribute, inside containers and records too."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from compiled(item, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from compiled(item, depth - 1)
    elif depth and not isinstance(value, (type, types.ModuleType)):
        for name in (*getattr(type(value), "__slots__", ()), *getattr(value, "__dict__", ())):
            yield from compiled(getattr(value, name, None), depth - 1)


def every_pattern():
    found = {}
    for package in (grooming_risk, training):
        for module in modules(package):
            for name, value in vars(module).items():
                for pattern in compiled(value):
                    if isinstance(pattern.pattern, (str, bytes)):
                        found.setdefault((pattern.pattern, pattern.flags), f"{module.__name__}.{name}")
        for place, call in written(Path(package.__path__[0])):
            argument = call.args[0] if call.args else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, (str, bytes)):
                pattern = re.compile(argument.value)
                found.setdefault((pattern.pattern, pattern.flags), place)
    shapes = {}
    for (pattern, flags), place in found.items():
        shapes.setdefault((shape(pattern), flags), (place, pattern))
    return {f"{place} {number}": (pattern, key[1]) for number, (key, (place, pattern)) in enumerate(shapes.items())}


def shape(pattern):
    """Of sentences that differ only in their words one is enough: tables of platforms hold a hundred."""
    words, put = (rb"(?<!\\)[^\W\d_]{2,}", b"w") if isinstance(pattern, bytes) else (r"(?<!\\)[^\W\d_]{2,}", "w")
    return re.sub(words, put, pattern)


PATTERNS = every_pattern()


def worst_time(pattern, flags):
    """Of all subjects, or None when the child had to be stopped."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    child = context.Process(target=run_all, args=(pattern, flags, results))
    child.start()
    child.join(HARD_LIMIT)
    if child.is_alive():
        child.kill()
        child.join()
        return None
    return results.get(timeout=5)


@pytest.mark.parametrize("name", PATTERNS)
def test_every_regular_expression_is_linear(name):
    worst = worst_time(*PATTERNS[name])
    assert worst is not None, "stopped after the hard limit"
    assert worst < LIMIT


def test_the_search_finds_the_patterns_there_are():
    places = " ".join(PATTERNS)
    for place in (
        "grooming_risk.text.normalization._SPREAD",
        "conversation._FRACTION",
        "training.evaluation.baselines",
        "card_parts",
    ):
        assert place in places


def test_every_pattern_in_the_library_can_be_read_from_the_code_or_the_module():
    """A pattern put together at run time from input could not be tested here."""
    known = {"json_schema.py"}  # the patterns of the schema that ships, read below
    for place, call in written(Path(grooming_risk.__path__[0])):
        inside_function = not isinstance(call.args[0], (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call))
        assert not inside_function or place.split(":")[0] in known, place


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s+$"])
def test_a_pattern_that_is_not_linear_is_noticed(pattern, monkeypatch):
    monkeypatch.setattr("test_linear_patterns.HARD_LIMIT", 8.0)
    worst = worst_time(pattern, re.compile(pattern).flags)
    assert worst is None or worst > LIMIT
