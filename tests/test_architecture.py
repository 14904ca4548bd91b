"""The layers that docs/architecture.md lists, read from the imports; circles; sizes; names."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "grooming_risk"
TREES = ("grooming_risk", "training")
# A report draws itself on request: imported inside the method, never when the library is.
DRAWS_ITSELF = ("grooming_risk/report.py", "grooming_risk.rendering.")
HEAVY = {"torch", "transformers", "datasets", "sklearn", "scipy", "pandas", "joblib", "training", "onnx", "tqdm"}
FILES = sorted(LIBRARY.rglob("*.py"))
CODE = [path for tree in (*TREES, "fuzzing") for path in sorted((ROOT / tree).rglob("*.py"))]
MOST_FILES, MOST_LINES, MOST_LINES_OF_A_FUNCTION, MEDIAN_LINES = 23, 300, 40, 130


def name_of(path):
    return str(path.relative_to(ROOT))


def imported(path):
    """Modules that a file imports: (name, whether only inside a function)."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.col_offset > 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                as_module = f"{node.module}.{alias.name}"
                yield (as_module if file_of(as_module) else node.module), node.col_offset > 0


def file_of(module):
    if module.split(".")[0] not in TREES:
        return None
    path = ROOT.joinpath(*module.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()), None)


def rooms(tree):
    """Room → layer, from the table of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split(f"<!-- layers:{tree} -->")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {room: level for level, row in enumerate(rows) for room in re.findall(r"`([\w/]+)`", row)}


LAYERS = {tree: rooms(tree) for tree in TREES}


def room_of(path):
    """The room a file is in: its own where it lies beside the folders, else the deepest folder that is listed."""
    tree, *parts = path.relative_to(ROOT).with_suffix("").parts
    names = ["/".join(parts[: stop + 1]) for stop in range(len(parts))]
    return tree, next((name for name in reversed(names) if name in LAYERS[tree]), None)


@pytest.mark.parametrize("path", [p for tree in TREES for p in sorted((ROOT / tree).rglob("*.py"))], ids=name_of)
def test_a_folder_imports_only_from_folders_above_it(path):
    if path.parent in {ROOT / tree for tree in TREES} and path.name == "__init__.py":
        return
    tree, room = room_of(path)
    assert room, f"{name_of(path)} is in no room of docs/architecture.md"
    for module, lazily in imported(path):
        other = file_of(module)
        if other is None or (other.parent in {ROOT / name for name in TREES} and other.name == "__init__.py"):
            continue
        other_tree, other_room = room_of(other)
        if other_tree == tree and other_room != room:
            above = LAYERS[tree][other_room] < LAYERS[tree][room]
            beside = LAYERS[tree][other_room] == LAYERS[tree][room] and other.parent == path.parent
            if (name_of(path), lazily) == (DRAWS_ITSELF[0], True) and module.startswith(DRAWS_ITSELF[1]):
                continue
            assert above or beside, f"{name_of(path)} imports {module}, which is not above it"
        assert not (tree == "grooming_risk" and other_tree == "training")


def test_no_file_imports_in_a_circle():
    graph = {}
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            found = {
                file_of(module) for module, lazily in imported(path) if not (lazily and _draws_itself(path, module))
            }
            graph[path] = found - {None, path}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(name_of(path) for path in error.args[1]))


def _draws_itself(path, module):
    return name_of(path) == DRAWS_ITSELF[0] and module.startswith(DRAWS_ITSELF[1])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_runtime_has_one_importer(path):
    roots = {name.split(".")[0] for name, _ in imported(path)}
    assert not roots & HEAVY
    assert "onnxruntime" not in roots or name_of(path) == "grooming_risk/model/onnx_session.py"
    assert "tokenizers" not in roots or name_of(path) == "grooming_risk/model/tokenization.py"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_sizes(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1 - _literal_lines(node)
            assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path.name}: {node.name} is too long"


def _literal_lines(node):
    """Lines of the docstring do not count: they are what we ask for."""
    return ast.get_docstring(node, clean=False).count("\n") + 1 if ast.get_docstring(node) else 0


def test_scripts_of_pages_are_short_too():
    for path in LIBRARY.rglob("*.js"):
        assert path.read_text(encoding="utf-8").count("\n") <= MOST_LINES, path.name


def test_the_median_file_is_short():
    lengths = sorted(path.read_text(encoding="utf-8").count("\n") for path in CODE if path.name != "__init__.py")
    assert lengths[len(lengths) // 2] <= MEDIAN_LINES


def test_a_folder_can_be_taken_in_at_a_glance():
    folders = {path.parent for tree in (*TREES, "fuzzing", "tests") for path in (ROOT / tree).rglob("*.py")}
    crowded = {name_of(folder): n for folder in folders if (n := len(list(folder.glob("*.py")))) > MOST_FILES}
    assert not crowded


def test_all_is_what_the_package_imports():
    tree = ast.parse((LIBRARY / "__init__.py").read_text(encoding="utf-8"))
    names = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    (listed,) = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign)]
    assert names == set(listed)
    assert listed == sorted(listed)


def test_importing_is_light():
    code = "import sys, grooming_risk; print(*sorted({'onnxruntime', 'tokenizers', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
