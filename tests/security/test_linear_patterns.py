"""Every regular expression of the package takes time in proportion to its input, whoever writes the input.

Patterns are found in the code itself, so a new module is covered without a change here. Each reads long texts made
from its own syntax, in a child with a hard limit. Of 100,000 characters (in the slow run) a linear pattern takes
milliseconds and a quadratic one 40 seconds; of 20,000 (in the fast run) a quadratic one takes 2 seconds.
"""

import ast
import importlib
import importlib.util
import multiprocessing
import re
import types
from pathlib import Path

import pytest

import grooming_risk
from tests.conftest import ROOT
from tests.support.adversarial_texts import run_all
from tests.support.examples import thorough

# Characters, the processor seconds that are allowed for them, and the seconds after which a child is stopped.
LENGTH, LIMIT, HARD_LIMIT = (100_000, 2.0, 120.0) if thorough() else (20_000, 0.5, 60.0)
FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}


def written(path):
    """Yield (line, call) for every call of a function of `re`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if getattr(node.func.value, "id", None) == "re" and node.func.attr in FUNCTIONS:
            yield node.lineno, node


def compiled(value, depth=3):
    """Yield the patterns in an attribute of a module, also those inside containers and dataclasses."""
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


def files(package):
    """Return the source files whose module can be imported without running a command."""
    found = sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if path.name != "__main__.py" and not needs_an_engine(path)]


def needs_an_engine(path):
    """Check whether a module imports an engine that is not installed here; the others import theirs when called."""
    return path.name == "spark_state.py" and importlib.util.find_spec("pyspark") is None


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def patterns_of(path):
    """Map places in a file to (pattern, flags); of patterns with the same shape, only the first."""
    found = {}
    for name, value in vars(importlib.import_module(module_of(path))).items():
        for pattern in compiled(value):
            found.setdefault((shape(pattern.pattern), pattern.flags), (f"{module_of(path)}.{name}", pattern.pattern))
    for line, call in written(path):
        argument = call.args[0] if call.args else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, (str, bytes)):
            pattern = re.compile(argument.value)
            key = (shape(pattern.pattern), pattern.flags)
            found.setdefault(key, (f"{module_of(path)}:{line}", pattern.pattern))
    return {place: (pattern, flags) for (_, flags), (place, pattern) in found.items()}


def shape(pattern):
    """Replace words, since of sentences that differ only in their words one is enough: some tables hold a hundred."""
    words, put = (rb"(?<!\\)[^\W\d_]{2,}", b"w") if isinstance(pattern, bytes) else (r"(?<!\\)[^\W\d_]{2,}", "w")
    return re.sub(words, put, pattern)


def worst_times(patterns, limit=HARD_LIMIT):
    """Return the seconds each pattern takes for its slowest text, without those not finished within the limit."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    child = context.Process(target=run_all, args=(patterns, LENGTH, LIMIT, results))
    child.start()
    child.join(limit)
    child.kill()
    child.join()
    found = {}
    while not results.empty():
        place, worst = results.get()
        found[place] = worst
    return found


KNOWN_LINEAR = set()  # the same pattern may be imported by several modules


def assert_linear(path):
    patterns = {place: given for place, given in patterns_of(path).items() if given not in KNOWN_LINEAR}
    worst = worst_times(patterns) if patterns else {}
    assert worst.keys() == patterns.keys(), "stopped at the hard limit"
    assert {place: seconds for place, seconds in worst.items() if seconds > LIMIT} == {}
    KNOWN_LINEAR.update(patterns.values())


@pytest.mark.scaled
@pytest.mark.parametrize("path", files("grooming_risk"), ids=module_of)
def test_every_regular_expression_is_linear(path):
    assert_linear(path)


@pytest.mark.slow
@pytest.mark.train
@pytest.mark.parametrize("path", files("training"), ids=module_of)
def test_every_regular_expression_of_training_is_linear(path):
    try:
        importlib.import_module(module_of(path))
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed")
    assert_linear(path)


@pytest.mark.parametrize("place", ["grooming_risk.text.normalization._SPREAD", "grooming_risk.message_time._FRACTION"])
def test_the_search_finds_the_patterns_there_are(place):
    (path,) = (path for path in files("grooming_risk") if module_of(path) == place.rpartition(".")[0])
    assert place in patterns_of(path)


def test_every_pattern_in_the_library_can_be_read_from_the_code_or_the_module():
    """A pattern built from input at run time could not be tested here."""
    known = {"json_schema.py"}  # the patterns of the schemas that ship
    for path in Path(grooming_risk.__path__[0]).rglob("*.py"):
        for line, call in written(path):
            inside_function = not isinstance(call.args[0], (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call))
            assert not inside_function or path.name in known, f"{path.name}:{line}"


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s+$"])
def test_a_pattern_that_is_not_linear_is_noticed(pattern):
    worst = worst_times({"here": (pattern, re.compile(pattern).flags)}, 3.0)
    assert worst.get("here", LIMIT + 1) > LIMIT
