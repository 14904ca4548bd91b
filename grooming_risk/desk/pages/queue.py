"""The queue: what is to be read next."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from grooming_risk.desk.pages.call import Call
from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.storage.queue import SHELVES, QueueFilter, known_values, neighbour, queue_page, shelf_counts

_FIELDS = ("tactic", "language", "source", "since", "until")
_LONGEST = 60


def show_queue(call: Call) -> Response:
    """Show one page of a shelf of the queue."""
    seal_due(call.desk)
    asked, number = read_filter(dict(call.request.query_params))
    with call.desk.database.reading() as connection:
        found = queue_page(connection, asked, number, call.desk.vault)
        counts, known = shelf_counts(connection), known_values(connection)
    call.session.queue = query_of(asked, found.page)
    links = {page: query_of(asked, page) for page in {1, found.page - 1, found.page + 1, found.pages} if page > 0}
    shelves = {name: query_of(QueueFilter(name, *(getattr(asked, field) for field in _FIELDS)), 1) for name in SHELVES}
    return call.render(
        "queue.html",
        asked=asked,
        found=found,
        counts=counts,
        known=known,
        links=links,
        shelves=shelves,
        filtered=any(getattr(asked, field) for field in _FIELDS),
    )


def next_case(call: Call) -> Response:
    """Go to the case to read after another one, on the shelf that the reader came from."""
    asked, _ = read_filter(_parameters(call.session.queue))
    with call.desk.database.reading() as connection:
        number = neighbour(connection, asked, call.number("case"))
    return call.redirect(f"/queue?{call.session.queue}" if number is None else f"/cases/{number}")


def read_filter(parameters: dict[str, str]) -> tuple[QueueFilter, int]:
    """Return what a query asks for; what has the wrong form is left out.

    Args:
        parameters: of the query.

    Returns:
        The filter, and the number of the page.
    """
    shelf = parameters.get("shelf", "flagged")
    values = {name: parameters.get(name, "")[:_LONGEST] for name in _FIELDS}
    for name in ("since", "until"):
        values[name] = values[name] if _is_day(values[name]) else ""
    page = parameters.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return QueueFilter(shelf if shelf in SHELVES else "flagged", **values), number


def query_of(asked: QueueFilter, page: int) -> str:
    """Return a filter as the query of an address."""
    values = {name: getattr(asked, name) for name in _FIELDS if getattr(asked, name)}
    return urlencode({"shelf": asked.shelf, **values, "page": page})


def _parameters(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
