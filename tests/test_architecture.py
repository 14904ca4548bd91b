"""The layers of CONTRIBUTING.md, read from the imports; sizes; names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "grooming_risk"
LAYERS = [
    [
        "version",
        "errors",
        "forking",
        "conversation",
        "tactics",
        "canonical_json",
        "json_schema",
        "record_verification",
        "review_record",
        "report_form",
        "report",
    ],
    [
        "confusables",
        "normalization",
        "masking",
        "word_division",
        "windowing",
        "short_messages",
        "abstention",
        "calibration",
        "operating_points",
    ],
    ["onnx_session", "tokenization", "encoder", "window_model", "evidence"],
    ["manifest", "artifact"],
    ["reading", "assessment", "scorer", "batch", "monitor_memory", "monitor_state", "monitor", "records_summary"],
    ["readers", "rendering", "bench", "commands", "cli", "__main__"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# Within L1 a step may name the type that the step before it gives, and nothing else.
L1_INPUT_TYPES = {("normalization", "confusables"), ("masking", "normalization"), ("word_division", "normalization")}
# A report draws itself on request: imported inside the method, never when the library is.
DRAWS_ITSELF = {("report", "rendering")}
HEAVY = {"torch", "transformers", "datasets", "sklearn", "scipy", "pandas", "joblib", "training", "onnx", "tqdm"}
FILES = sorted(LIBRARY.rglob("*.py"))
SIZED = [*FILES, *(path for folder in ("training", "fuzzing") for path in sorted((ROOT / folder).glob("*.py")))]


def imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            if node.module == "grooming_risk.readers":
                yield from (f"grooming_risk.readers.{alias.name}" for alias in node.names)


def top_level_imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}


def part(path):
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def test_every_module_has_a_layer():
    assert {part(path) for path in FILES} - {"__init__"} == set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_module_imports_a_higher_layer(path):
    own = part(path)
    if own == "__init__":
        return
    for name in imports(path):
        if not name.startswith("grooming_risk."):
            continue
        other = name.split(".")[1]
        if (own, other) in DRAWS_ITSELF:
            assert name not in top_level_imports(path)
            continue
        assert LEVEL[other] <= LEVEL[own], f"{own} imports {other}, which stands above it"
        if LEVEL[own] == LEVEL[other] == 1 and own != other:
            assert (own, other) in L1_INPUT_TYPES
        elif LEVEL[own] == LEVEL[other] and own != other:
            names = LAYERS[LEVEL[own]]
            assert names.index(other) < names.index(own), f"{own} imports {other}, which stands after it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_each_runtime_has_one_importer(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert not roots & HEAVY
    assert "onnxruntime" not in roots or part(path) == "onnx_session"
    assert "tokenizers" not in roots or part(path) == "tokenization"


@pytest.mark.parametrize("path", SIZED, ids=str)
def test_sizes(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno + 1 <= 40 + _literal_lines(node), (
                f"{path.name}: {node.name} is too long"
            )


def _literal_lines(node):
    """Lines of the docstring do not count: they are what we ask for."""
    return ast.get_docstring(node, clean=False).count("\n") + 1 if ast.get_docstring(node) else 0


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
