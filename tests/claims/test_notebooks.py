"""The notebooks run offline on small data, and show no warning-sign line; the audit detects changed figures."""

import functools
import json
import os
import re
import tempfile
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.conftest import ROOT
from training.corpus.lines import languages_of, load_corpus

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
# Values laid over the parameter cell, besides the public conversations: what a test can wait for.
SMALL = {
    "01_score_a_conversation": {},
    "02_choose_an_operating_point": {},
    "03_retrain": {},
    "04_audit": {"SAMPLE": 40, "FLIPS": 2},
    "05_hand_over": {},
}
LONGEST_CELL = 600  # seconds
SHORTEST_LINE = 12  # characters; below it a line such as "how old" stands in any table by chance
OFFLINE = """
import socket
def refuse(*_):
    raise AssertionError("a notebook tried to open a network connection")
socket.socket.connect = socket.getaddrinfo = refuse
"""


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def with_parameters(notebook, values):
    """Override the parameters by a cell after them, which also refuses sockets."""
    (place,) = (n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    source = OFFLINE + "\n".join(f"{name} = {value!r}" for name, value in values.items())
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(source))
    return notebook


def execute(notebook):
    """Run a notebook in its own kernel, connected through a pipe, since tests open no network connection."""
    # The name of a pipe may be 107 characters long; pytest's folders come near to that.
    with tempfile.TemporaryDirectory() as folder:
        manager = AsyncKernelManager(
            transport="ipc",
            connection_file=str(Path(folder) / "kernel.json"),
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),  # this interpreter's, not what the user registered
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": folder, "HF_HUB_OFFLINE": "1"}
        client = NotebookClient(notebook, km=manager, timeout=LONGEST_CELL)
        client.execute(cwd=str(FOLDER), env=environment)
    return notebook


def printed(notebook):
    """Return all output of the cells except pictures, as text."""
    texts = []
    for output in (output for cell in code_cells(notebook) for output in cell.outputs):
        texts.append(output.get("text", ""))
        texts += [value for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(texts)


@pytest.fixture(scope="session")
def warning_signs():
    texts = (line.text.casefold() for line in load_corpus(languages_of()).of_kind("tactics"))
    return [text for text in texts if len(text) >= SHORTEST_LINE]


@pytest.fixture(scope="session")
def executed(proxies_folder):
    """Return a function from a name to the executed notebook; each notebook runs once, even if it fails."""
    done = {}

    def run(name):
        if name not in done:
            try:
                done[name] = execute(with_parameters(read(name), {**SMALL[name], "PROXIES": str(proxies_folder)}))
            except CellExecutionError as error:
                done[name] = error
        if isinstance(done[name], CellExecutionError):
            raise done[name]
        return done[name]

    return run


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_stripped(name):
    notebook = read(name)
    nbformat.validate(notebook)
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert set(cell.metadata) <= {"tags"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_lead_somewhere_and_the_readme_leads_here(name):
    prose = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+)\)", prose):
        assert target.startswith("http") or (FOLDER / target).exists(), target
    assert f"/main/notebooks/{name}.ipynb)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_notebook_quotes_a_warning_sign(name, warning_signs):
    source = "\n".join(cell.source for cell in read(name).cells).casefold()
    assert [text for text in warning_signs if text in source] == []


@pytest.mark.slow
def test_scoring_shows_every_outcome_and_no_message(executed, root):
    notebook = executed("01_score_a_conversation")
    reasons = printed(notebook_part(notebook, "abstain"))
    for wanted in ("too_little_text", "no_text", "unsupported_language", "no_review"):
        assert wanted in reasons
    assert "first flag at message" in printed(notebook_part(notebook, "report"))  # the view of a notebook, not the repr
    falls = re.findall(r"(\w+) +(-?\d+\.\d+)\n?", printed(notebook_part(notebook, "faithful")))
    whole, strongest, weakest = (float(value) for _, value in falls[:3])
    assert strongest < weakest < whole + 0.5
    assert re.search(r"to review: messages \d+ to \d+", printed(notebook_part(notebook, "long")))
    assert " 0 files loaded from elsewhere" in printed(notebook_part(notebook, "page"))
    assert "InvalidConversationError" in printed(notebook_part(notebook, "many"))
    shown = printed(notebook)
    for path in (root / "grooming_risk" / "samples").glob("*.json"):
        texts = [row["text"] for row in json.loads(path.read_text(encoding="utf-8"))]
        assert [text for text in texts if len(text) >= SHORTEST_LINE and text in shown] == []


@pytest.mark.slow
def test_the_chosen_point_keeps_to_the_capacity_and_too_little_is_refused(executed):
    notebook = executed("02_choose_an_operating_point")
    alerts = re.search(r"alerts a day +([\d.]+) +([\d.]+) +([\d.]+)", printed(notebook_part(notebook, "capacity")))
    low, value, high = map(float, alerts.groups())
    assert 0 < low <= value <= high <= 100
    assert "raise alerts_per_day" in printed(notebook_part(notebook, "refused"))
    assert "at review_capacity" in printed(notebook_part(notebook, "use"))
    for name in ("high_recall", "balanced", "high_precision", "by capacity"):
        assert name in printed(notebook_part(notebook, "ppv"))


@pytest.mark.slow
def test_retraining_reruns_only_what_a_change_reaches(executed):
    runs = [
        re.findall(r"(\w+): (running|done before)", printed(notebook_part(executed("03_retrain"), name)))
        for name in ("train-before", "train-toml", "train-corpus")
    ]
    first = [(name, "running") for name in ("student", "encoder", "language", "screen", "window_model", "calibration")]
    known = ("student", "done before")
    untouched = [(name, "done before") for name in ("encoder", "language", "screen")]
    only_windows = [known, *untouched, *first[4:]]
    assert runs == [first, [*only_windows, known, *first[1:]], [known, *first[1:]]]


@pytest.mark.slow
def test_retraining_compares_every_run_with_the_first(executed):
    table = printed(notebook_part(executed("03_retrain"), "compare"))
    for name in ("before", "dropout", "noise", "dialogues"):
        assert re.search(rf"(?m)^{name} +\S+ \(\S+ to \S+\)", table), name
    assert "[]" in printed(notebook_part(executed("03_retrain"), "check-corpus"))


@pytest.mark.slow
def test_the_audit_passes(executed):
    (held, claims) = map(int, re.findall(r"(\d+) of (\d+) claims hold", printed(executed("04_audit")))[0])
    assert held == claims > 30


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SMALL))
def test_no_output_shows_a_warning_sign(name, executed, warning_signs):
    notebook = executed(name)
    shown = printed(notebook).casefold()
    assert len(shown) > 500
    assert [text for text in warning_signs if text in shown] == []
    assert any("image/png" in output.get("data", {}) for cell in code_cells(notebook) for output in cell.outputs)


def notebook_part(notebook, identifier):
    """Return the notebook with only one of its cells."""
    return nbformat.v4.new_notebook(cells=[cell for cell in notebook.cells if cell.id == identifier])


def audited(parts, change):
    """Return the claims that fail when the results are changed before these cells of the audit run."""
    cells = {cell.id: cell.source for cell in read("04_audit").cells}
    names = {}
    for part in ("parameters", "setup"):
        exec(compile(cells[part], part, "exec"), names)
    change(names["results"])
    for part in parts:
        exec(compile(cells[part], part, "exec"), names)
    return [row["claim"] for row in names["checks"] if not row["holds"]]


@functools.cache
def unchanged(parts):
    return audited(parts, lambda results: None)


def other(block, key, by=0.01):
    block[key] += by


@pytest.mark.parametrize(
    ("cell", "change", "claim"),
    [
        ("digests", lambda r: r.update(artifact="0" * 64), "the results are of this model"),
        ("intervals", lambda r: r["composed"]["auroc"].pop("low"), "every figure has value, interval and n"),
        ("intervals", lambda r: r["composed"].pop("n"), "every figure has value, interval and n"),
        ("intervals", lambda r: other(r["composed"]["auroc"], "low", 1), "every figure is a finite number"),
        ("intervals", lambda r: other(r["composed"]["operating_points"]["balanced"], "value"), "every rate is count"),
        ("intervals", lambda r: other(r["coverage"]["supported, real"], "low"), "every rate has its Clopper"),
        ("points", lambda r: other(r["thresholds"]["balanced"], "false_flags", 1), "balanced: results and model"),
        ("points", lambda r: other(r["thresholds"]["balanced"], "upper_bound"), "balanced: the bound is exact"),
        ("points", lambda r: r["thresholds"].pop("balanced"), "the results leave out no operating point"),
        ("ppv", lambda r: other(r["ppv"]["balanced"][2], "ppv_low"), "balanced: prevalence table"),
        ("calibration", lambda r: other(r["composed"]["reliability"]["bins"][3], "observed"), "the bins give"),
        ("calibration", lambda r: other(r["composed"]["auroc"], "value"), "the curve gives the AUROC"),
        ("slices", lambda r: other(r["false_flags"]["real: all"]["balanced"], "count", 1), "real: all: its parts"),
    ],
)
def test_the_audit_notices(cell, change, claim):
    parts = tuple(dict.fromkeys(("points", cell)))  # the other cells know the operating points from there
    assert unchanged(parts) == []
    failed = audited(parts, change)
    assert failed
    assert any(name.startswith(claim) for name in failed)
