"""Runs the page of recipes from top to bottom; run by tests/engines/test_recipes.py."""

import contextlib
import io
import json
import sys
from pathlib import Path

from tests.support.documents import ROOT, examples

PAGE = ROOT / "docs" / "guides" / "recipes.md"


def main(out):
    names = {"__name__": "__main__"}
    printed = []
    for block in examples(PAGE):
        if block.language != "python":
            continue
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(compile(block.code, PAGE.name, "exec"), names)
        printed.append([shown.getvalue(), block.output])
    out.write_text(json.dumps(printed), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
