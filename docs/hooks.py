"""MkDocs hook: documents from outside `docs/` become pages, and help texts of the command line are filled in.

One text, two places: RESPONSIBLE_USE.md, CONTRIBUTING.md, the model card and others are read on the code host and on
the site. Links between files of the repository work in both: here each becomes a link to the page that shows the file,
or to the file on the code host where no page does.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import posixpath
import re
from pathlib import Path, PurePosixPath
from typing import Any
from unittest import mock

from mkdocs.structure.files import File, Files

from grooming_risk import rows as grooming_rows
from grooming_risk.cli import main
from grooming_risk.commands.bench.engines.planning import figures_table, plan_table

ROOT = Path(__file__).parents[1]
# File of the repository → page of the site.
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code_of_conduct.md",
    "CONTRIBUTING.md": "guides/contributor.md",
    "RESPONSIBLE_USE.md": "responsible_use.md",
    "SECURITY.md": "security.md",
    "model_cards/CHANGELOG.md": "model_changelog.md",
    "model_cards/grooming-risk-v2.md": "model_card.md",
}
FIGURES = "model_cards/figures"
RESULTS = ROOT / "docs" / "results"
ENGINES = re.compile(r"<!-- engines: (figures|plan) -->")
MEASURED = re.compile(r"<!-- (readers|fuzzing|service): measured -->")
COLUMNS = re.compile(r"<!-- columns: (COLUMNS|LIVE_COLUMNS) -->")
HELP = re.compile(r"<!-- help: ?([\w -]*?) ?-->")
_FENCE = re.compile(r"^(```.*?^```$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(\]\()(?!\w+:|#)([^)#\s]+)(#[^)\s]*)?(\))")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages and figures that lie outside `docs/`."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        file = File.generated(config, page, content=_FRONT_MATTER.sub("", text))
        file.edit_uri = posixpath.join("..", source)
        files.append(file)
    for figure in sorted((ROOT / FIGURES).glob("*.svg")):
        files.append(File.generated(config, f"figures/{figure.name}", abs_src_path=str(figure)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Fill in help texts, and turn links between files of the repository into links of the site."""
    shown = page.file.src_uri
    origin = next((source for source, target in PAGES.items() if target == shown), f"docs/{shown}")
    markdown = HELP.sub(lambda match: help_text(match[1].split()), markdown)
    markdown = COLUMNS.sub(lambda match: columns_table(match[1]), markdown)
    markdown = ENGINES.sub(lambda match: engine_table(match[1]), markdown)
    markdown = MEASURED.sub(lambda match: measured_table(match[1]), markdown)

    def linked(match: re.Match[str]) -> str:
        start, target, anchor, end = match.groups(default="")
        return start + site_link(target, origin, shown, config.repo_url) + anchor + end

    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(linked, part) for part in parts)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Take the theme's script off the link to the repository: it would ask the code host for the number of stars."""
    return output.replace(' data-md-component="source"', "")


def site_link(target: str, origin: str, shown: str, repository: str) -> str:
    """Turn a link between files of the repository into one of the site.

    Args:
        target: the link, relative to the file that holds it.
        origin: that file, relative to the repository.
        shown: the page that shows the file, relative to `docs/`.
        repository: address of the repository on the code host.

    Returns:
        The link relative to the page, or the address of the file on the code host where no page shows it.
    """
    path = posixpath.normpath(posixpath.join(PurePosixPath(origin).parent.as_posix(), target))
    if path in PAGES:
        page = PAGES[path]
    elif path.startswith(f"{FIGURES}/"):
        page = f"figures/{PurePosixPath(path).name}"
    elif path.startswith("docs/"):
        page = path.removeprefix("docs/")
    else:
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"{repository.rstrip('/')}/{kind}/main/{path}"
    return posixpath.relpath(page, posixpath.dirname(shown) or ".")


def columns_table(name: str) -> str:
    """Return the columns of results as a table."""
    rows = [f"| `{column.name}` | {column.kind} | {column.meaning} |" for column in getattr(grooming_rows, name)]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def engine_table(name: str) -> str:
    """Return the table of what was measured of data engines, or of what is planned from it."""
    content = json.loads((RESULTS / "engines.json").read_text(encoding="utf-8"))
    return figures_table(content) if name == "figures" else plan_table(content)


def measured_table(name: str) -> str:
    """Return what was measured of readers (`readers`), in fuzzing (`fuzzing`) or of the HTTP service (`service`)."""
    content = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    if name == "service":
        return service_table(content)
    if name == "readers":
        head = "| format | export, MB | messages | MB a second | messages a second | peak memory, MB |"
        rows = [
            f"| `{row['format']}` | {row['megabytes']:.0f} | {row['messages']:,} | "
            f"{row['megabytes'] / row['seconds']:.1f} | {row['messages'] / row['seconds']:,.0f} | "
            f"{row['peak_megabytes']:.0f} |"
            for row in content["readings"]
        ]
        return "\n".join([f"{content['machine']}, {content['measured_on']}.", "", head, "|---|" + "---:|" * 5, *rows])
    head = "| target | minutes | inputs tried | edges reached | faults | on |"
    rows = [
        f"| `{row['target']}` | {row['seconds'] / 60:.0f} | {row['executions']:,} | {row['coverage']:,} | "
        f"{len(row['faults'])} | {row['on']} |"
        for row in content["targets"]
    ]
    return "\n".join([head, "|---|---:|---:|---:|---:|---|", *rows])


def service_table(content: dict[str, Any]) -> str:
    """Return the figures of the load script, as it writes them with `--results`."""
    levels = content["megabytes"]
    about = (
        f"{content['machine']}, {content['on']}: {content['seconds'] / 60:.0f} minutes, "
        f"{content['conversations']:,} live conversations, {content['processor_ms']:.1f} ms of processor time a "
        f"message; memory {levels[0]:,} MB after a tenth of the time and {levels[-1]:,} MB in the end."
    )
    head = "| requests | callers | messages a second | p50, ms | p99, ms | longest, ms | answers by status |"
    rows = [
        f"| {row['kind']} | {row['callers']} | {row['messages_per_second']:,.0f} | {row['p50']:.0f} | "
        f"{row['p99']:.0f} | {row['longest']:.0f} | "
        f"{', '.join(f'{status}: {count:,}' for status, count in row['statuses'].items())} |"
        for row in content["kinds"]
    ]
    return "\n".join([about, "", head, "|---|" + "---:|" * 5 + "---|", *rows])


def help_text(words: list[str]) -> str:
    """Return what `grooming-risk … --help` prints, as a block of Markdown."""
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
        mock.patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1"}),
    ):
        main([*words, "--help"])
    return f"```text\n{printed.getvalue().rstrip()}\n```"
