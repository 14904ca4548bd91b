"""No value of a reader shows the text of messages in its `repr`, which debuggers, logs and failing tests print."""

import dataclasses
import importlib
import inspect
import pkgutil

import grooming_risk.readers
from grooming_risk.readers.base.contract import Columns
from grooming_risk.readers.base.rows import Row, _Columns
from grooming_risk.readers.inspection import InspectedMessage
from grooming_risk.readers.tables.columns import FoundColumns
from tests.support.export_damage import CANARY

# Names of columns, not their values; and a text of which every visible character was replaced.
WITHOUT_TEXT = {Columns, FoundColumns, InspectedMessage}


def dataclasses_of_readers():
    for module in pkgutil.walk_packages(grooming_risk.readers.__path__, "grooming_risk.readers."):
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and dataclasses.is_dataclass(value) and value.__module__ == module.name:
                yield value


def test_fields_that_hold_text_are_hidden():
    found = set(dataclasses_of_readers()) - WITHOUT_TEXT
    fields = {(kind, field) for kind in found for field in dataclasses.fields(kind) if field.name in ("text", "texts")}
    assert len(fields) > 5
    assert not [f"{kind.__qualname__}.{field.name}" for kind, field in fields if field.repr]


def test_rows_that_are_held_hide_all():
    columns = _Columns()
    columns.add(Row(CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY), {})
    assert CANARY not in repr(columns)
