"""The page of recipes runs from top to bottom, and prints what it says."""

import pytest

from tests.support.engines.running import needs, run_child

pytestmark = pytest.mark.engine
needs("pandas", "datasets", "daft", "dask", extra="engines")


def test_recipes_run(tmp_path):
    printed, _ = run_child("recipes_child", tmp_path)
    assert len(printed) == 4  # pandas, datasets, Daft, Dask
    for shown, expected in printed:
        assert shown.split() == expected.split()
