import re

import pytest

from training.config import load_config
from training.data import Data
from training.documents.card_format import rate
from training.documents.render import RenderOptions, read_results, render
from training.paths import CARDS


@pytest.fixture(scope="module")
def results():
    return read_results()


@pytest.fixture(scope="module")
def rendered():
    return render(RenderOptions())


def test_numbers_in_prose_are_those_of_the_results(rendered):
    for path, text in rendered.items():
        if path.suffix != ".svg":
            assert path.read_text(encoding="utf-8") == text, f"run python -m training render ({path.name})"


def test_figures_plot_the_results(rendered):
    """By the digest of what they plot, which does not depend on how it is drawn: another matplotlib moves outlines by
    fractions of a point. With the one that drew the shipped file, pinned in constraints.txt, every byte is the same.
    """
    for path, text in rendered.items():
        if path.suffix == ".svg":
            shipped, advice = path.read_text(encoding="utf-8"), f"run python -m training render ({path.name})"
            assert _said(shipped, "identifier") == _said(text, "identifier"), advice
            if _said(shipped, "creator") == _said(text, "creator"):
                assert shipped == text, advice


def test_no_figure_is_left_over(rendered):
    assert set((CARDS / "figures").iterdir()) == {path for path in rendered if path.suffix == ".svg"}


def _said(svg, name):
    (found,) = re.findall(rf"<dc:{name}>(.*?)</dc:{name}>", svg, re.DOTALL)
    return found


def test_results_artefact_and_corpus_agree(results, artifact, root):
    data = Data(load_config(root / "training" / "configs" / "base.toml"), None, root / "work")
    assert results["artifact"] == artifact.digest
    assert results["model_version"] == artifact.model_version
    assert results["corpus"] == data.corpus_digest == artifact.manifest["provenance"]["corpus"]


def test_the_readme_has_the_two_command_lines(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    assert "pip install . && grooming-risk demo" in text
    assert 'pip install -c constraints.txt -e ".[dev]" && pytest' in text
    assert text.index("grooming-risk demo") < 1500


def test_links_lead_somewhere(root):
    for path in [*root.glob("*.md"), *(root / "model_cards").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert target.startswith("http") or (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_test_that_the_threat_model_names_exists(root):
    named = re.findall(r"`(test_\w+)`", (root / "SECURITY.md").read_text(encoding="utf-8"))
    tests = {path.stem for path in (root / "tests").rglob("test_*.py")}
    assert named
    assert set(named) <= tests


def test_the_readme_examples_run(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    first, second = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(first, "README.md", "exec"), names)
    assert names["report"].messages == 3
    exec(compile(second, "README.md", "exec"), names)
    assert names["plan"].expected_alerts.high <= names["plan"].alerts_per_day == 60


def test_every_file_of_the_tree_in_contributing_exists(root):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for module in re.findall(r"\| `(\w+)\.\w+(?:\.\w+)?` \|", text):
        assert any([*(root / tree).rglob(f"{module}.py")] for tree in ("grooming_risk", "training")), module


def test_rates_are_rendered_in_per_cent():
    assert rate({"value": 0.005, "low": 0.001, "high": 0.0123}) == "0.5% (0.1%-1.2%)"
