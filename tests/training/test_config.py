"""Configurations are strict: unknown, missing and mistyped keys are refused by name."""

import pytest

from training.config import load_config
from training.paths import CONFIG


def test_configuration_is_strict(tmp_path):
    base = CONFIG.read_text()
    assert load_config(CONFIG).seed
    path = tmp_path / "c.toml"
    for changed, says in (
        (base + "\n[extra]\nx = 1\n", "unknown key extra"),
        (base.replace("bootstrap", "bootstraps"), r"unknown key bootstraps \(did you mean bootstrap\?\)"),
        (base + "\n[own]\nconversation = 'x'\n", r"did you mean conversations\?"),
        ("seed = \n", "not valid TOML"),
        (base.replace("seed = 20261122\n", ""), "missing key seed"),
        (base.replace('source = "pypi"', "source = 3"), "base.source must be str, got int"),
        (base.replace("reference_prevalence = 0.01", "reference_prevalence = true"), "must be float, got bool"),
    ):
        path.write_text(changed)
        with pytest.raises(ValueError, match=says):
            load_config(path)


def test_smoke_values_replace_those_of_the_configuration():
    full, smoke = load_config(CONFIG), load_config(CONFIG, smoke=True)
    assert smoke.base.source == "tiny"
    assert smoke.base.max_tokens == full.base.max_tokens
