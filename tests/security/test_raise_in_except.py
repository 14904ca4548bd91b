"""No error of ours carries another one that may quote a message: Python keeps it even behind `raise … from None`.

An exception that is raised while another is being handled keeps it as its `__context__`, and whoever logs the exception
may log that as well. So the package raises after the handler, except where what is handled cannot hold text.
"""

import ast
import zipfile
from pathlib import Path

import pytest

import grooming_risk
from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import read_file

PACKAGE = Path(grooming_risk.__file__).parent
# OSError names a path and a reason of the system, ImportError a module.
WITHOUT_TEXT = {"OSError", "ImportError", "KeyboardInterrupt"}
# Folders that handle nothing but the artefact's own files and come before any message is read.
NO_MESSAGES = {"model"}
# Files that rename the errors of SQLite, which name tables and constraints and never quote a parameter.
OF_SQLITE = {"desk/storage/database.py", "service/stores/sqlite_store.py"}


def raised_in(node):
    """Yield the raises of something new below a node, but not those of functions and classes defined there."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and child.exc is not None:
            yield child
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield from raised_in(child)


def caught(handler):
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {"everything" if kind is None else ast.unparse(kind) for kind in types}


def faults(tree):
    """Yield the lines that raise where an exception with text may be handled."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and not caught(node) <= WITHOUT_TEXT:
            yield from (raised.lineno for raised in raised_in(node))
        # Python handles the exception of a `with` block while its manager runs, so any raise after it is tied to it.
        if isinstance(node, ast.FunctionDef) and any("contextmanager" in ast.unparse(d) for d in node.decorator_list):
            for block in ast.walk(node):
                if isinstance(block, ast.Try) and any(isinstance(inner, ast.Yield) for inner in ast.walk(block)):
                    for handler in block.handlers:
                        ends = handler.body[-1]
                        passes_on = isinstance(ends, ast.Raise) and ends.exc is None
                        if not caught(handler) <= WITHOUT_TEXT and not passes_on:
                            yield handler.lineno
        if isinstance(node, ast.FunctionDef) and node.name == "__exit__":
            yield from (raised.lineno for raised in raised_in(node))


def test_nothing_is_raised_where_an_exception_may_hold_text():
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in NO_MESSAGES
        and path.relative_to(PACKAGE).as_posix() not in OF_SQLITE
        for line in faults(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, f"raise after the handler: {found}"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try:\n x()\nexcept ValueError:\n raise Ours() from None", [4]),
        ("try:\n x()\nexcept (OSError, ValueError):\n if y:\n  raise Ours()", [5]),
        ("try:\n x()\nexcept:\n raise Ours()", [4]),
        ("try:\n x()\nexcept OSError:\n raise Ours() from None", []),
        ("try:\n x()\nexcept ValueError:\n raise", []),
        ("try:\n x()\nexcept ValueError:\n def later():\n  raise Ours()", []),
        ("@contextmanager\ndef f():\n try:\n  yield\n except ValueError:\n  bad = True\n raise Ours()", [5]),
        ("@contextmanager\ndef f():\n try:\n  yield\n except BaseException:\n  undo()\n  raise", []),
    ],
)
def test_the_rule_finds_what_it_is_for(code, lines):
    assert list(faults(ast.parse(code))) == lines


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_the_damaged_header_of_a_zip_is_not_kept(tmp_path):
    """The name in a member's own header is quoted by zipfile when it differs from the list of members."""
    canary = b"xylophonecanary"
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("_chat.txt", "[01/03/2026, 19:02:00] Ann: see you at practice\n" * 5)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"_chat.txt", canary[:9], 1))
    with pytest.raises(GroomingRiskError) as refused:
        list(read_file(path))
    for error in chain(refused.value):
        assert canary[:9].decode() not in f"{error!r} {error} {error.args}"
