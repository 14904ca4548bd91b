"""Texts of the desk that are translated, and the catalogues that hold them.

`python -m tests.support.desk.catalogues` brings template and catalogues up to date after texts have changed and
compiles them. It lists what is left to translate.
"""

from __future__ import annotations

import ast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

from grooming_risk.desk.language.interface import DOMAIN, FOLDER
from grooming_risk.desk.language.wording import SHARED
from grooming_risk.desk.pages.state import environment
from grooming_risk.handover.language.languages import languages
from tests.handover.test_languages import marked as handover_marked

DESK = FOLDER.parents[1]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
TRANSLATED = [code for code in languages() if code != "en"]
_WIDTH = 100


def marked():
    """Every text of the desk that is to be translated: in templates, in pages, in the list of words, and shared."""
    found = set(SHARED)
    made = environment()
    for name in made.list_templates():
        tree = made.parse(made.loader.get_source(made, name)[0])
        for call in tree.find_all(nodes.Call):
            if getattr(call.node, "name", "") == "_" and isinstance(call.args[0], nodes.Const):
                found.add(call.args[0].value)
    for path in sorted(DESK.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            name = getattr(called, "id", "") or getattr(called, "attr", "")
            if name in ("text", "N_") and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def own():
    """What the catalogue of the hand-over does not have already."""
    return marked() - handover_marked()


def path_of(code):
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path):
    with path.open("rb") as stream:
        return read_po(stream)


def catalogue(code):
    return {message.id: message for message in read(path_of(code)) if message.id}


def update(path, wanted):
    """Bring a catalogue up to date and return what is left to translate."""
    catalog: Catalog = read(path)
    for key in [message.id for message in catalog if message.id and message.id not in wanted]:
        catalog.delete(key)
    for key in wanted:
        if key not in catalog:
            catalog.add(key, "")
    with path.open("wb") as stream:
        write_po(stream, catalog, width=_WIDTH, sort_output=True, no_location=True)
    if path != TEMPLATE:
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalog)
    return sorted(message.id for message in catalog if message.id and not message.string)


def main():
    wanted = own()
    update(TEMPLATE, wanted)
    for code in TRANSLATED:
        for key in update(path_of(code), wanted):
            print(f"{code}: {key}")


if __name__ == "__main__":
    main()
