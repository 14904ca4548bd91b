import json
from dataclasses import replace

import pytest

from grooming_risk.readers import FORMATS, plugins
from grooming_risk.readers.plugins import plugin_readers
from grooming_risk.testing_readers import BrokenContractError, check_reader
from tests.support.export_damage import CANARY

OWN = FORMATS["jsonl"]


class Entry:
    def __init__(self, name, value):
        self.name, self._value = name, value

    def load(self):
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


@pytest.fixture
def installed(monkeypatch):
    def install(*entries):
        monkeypatch.setattr(plugins, "entry_points", lambda group: entries if group == plugins.GROUP else ())

    return install


def test_a_reader_of_another_package_is_found(installed):
    mine = replace(OWN, name="my_app")
    installed(Entry("x", mine))
    assert plugin_readers(FORMATS) == {"my_app": mine}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (ImportError(CANARY), "raised ImportError"),
        (7, "not a Reader"),
        (OWN, "name is used by another"),
        (replace(OWN, name="My App"), "lower-case"),
    ],
)
def test_one_that_cannot_be_used_is_left_out_with_a_warning(installed, value, says):
    installed(Entry("x", value))
    with pytest.warns(RuntimeWarning, match=says) as caught:
        assert plugin_readers(FORMATS) == {}
    assert CANARY not in str(caught[0].message)


def test_the_contract_is_checked(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"speaker": f"{CANARY} 1", "text": f"{CANARY} hi"}]))
    (item,) = check_reader(OWN, path, (CANARY,))
    assert len(item.conversation) == 1
    shouting = replace(item, warnings=(CANARY,))
    for broken, promise in (
        (replace(OWN, read=lambda *_: iter([shouting])), "text shows"),
        (replace(OWN, read=lambda *_: iter([])), "no conversation"),
        (replace(OWN, read=lambda *_: iter([replace(item, speakers={})])), "other names"),
        (replace(OWN, recognizes=lambda _: False), "recognize"),
        (replace(OWN, accepts=("zip",)), "shape"),
    ):
        with pytest.raises(BrokenContractError, match=promise):
            check_reader(broken, path, (CANARY,))
