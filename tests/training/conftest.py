"""Tests of training: all are marked `train`, and all are skipped where the extra `train` is not installed.

Those that use a fixture which really trains, or reads word lists of many languages, are marked `slow` too.
"""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NEEDED = ("torch", "transformers", "sklearn", "datasets", "wordfreq", "matplotlib", "huggingface_hub", "onnx")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
# The whole path on tiny data; the ablations on tiny data; the language scores of all languages.
SLOW_FIXTURES = {"made", "measured", "odds"}


class Skipped(pytest.Module):
    """A test module that is not imported, because what it imports is not installed."""

    def collect(self):
        pytest.skip(f"{', '.join(MISSING)} missing: install the extra `train`", allow_module_level=True)


def pytest_pycollect_makemodule(module_path, parent):
    return Skipped.from_parent(parent, path=module_path) if MISSING else None


@pytest.hookimpl(tryfirst=True)  # before what is not asked for is deselected
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.train)
            if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.slow)
