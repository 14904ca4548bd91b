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


def test_rates_are_rendered_in_per_cent():
    assert rate({"value": 0.005, "low": 0.001, "high": 0.0123}) == "0.5 % (0.1-1.2 %)"
