"""What a running desk has in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grooming_risk.desk.intake.worker import IntakeWorker
from grooming_risk.desk.language import wording
from grooming_risk.desk.review.keeper import Keeper
from grooming_risk.desk.review.message_text import one_line
from grooming_risk.desk.security.links import Links
from grooming_risk.desk.security.sessions import Sessions
from grooming_risk.desk.security.users import Users
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.version import __version__

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates; everything that they put into a page is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["one_line"] = one_line
    made.globals.update(words=wording, version=__version__)
    return made


@dataclass(frozen=True, slots=True)
class DeskState:
    """What every page can reach.

    Attributes:
        desk: what it keeps.
        worker: reads exports.
        keeper: seals decisions.
        sessions: browsers that are signed in.
        links: that sign a browser in.
        users: people who share the machine; None where one person uses it.
        cookie: name of the session's cookie.
        points: names of the operating points of the model.
        templates: of the pages.
    """

    desk: Desk
    worker: IntakeWorker
    keeper: Keeper
    sessions: Sessions
    links: Links = field(repr=False)
    users: Users | None
    cookie: str
    points: tuple[str, ...]
    templates: Environment = field(default_factory=environment, repr=False)
