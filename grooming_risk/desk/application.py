"""The application: which address leads to which page, behind the guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from grooming_risk.desk.pages import bring_in, case, decide, entrance, figures, hand_over, queue, team
from grooming_risk.desk.pages.call import View, page
from grooming_risk.desk.pages.state import DeskState
from grooming_risk.desk.security.guard import Guard

_GET: dict[str, View] = {
    "/": entrance.home,
    "/me": entrance.me,
    "/sign-in": entrance.sign_in,
    "/break": entrance.take_a_break,
    "/help": entrance.help_page,
    "/bring-in": bring_in.bring_in,
    "/imports/{number:int}": bring_in.show_import,
    "/imports/{number:int}/progress": bring_in.import_progress,
    "/queue": queue.show_queue,
    "/cases/{case:int}": case.show_case,
    "/cases/{case:int}/next": queue.next_case,
    "/cases/{case:int}/delete": decide.ask_delete,
    "/cases/{case:int}/hand-over": hand_over.ask,
    "/cases/{case:int}/hand-over/preview": hand_over.show_preview,
    "/cases/{case:int}/hand-over/{number:int}": hand_over.download,
    "/statistics": figures.show_figures,
    "/statistics/report": figures.report,
    "/team": team.show_team,
}
_POST: dict[str, View] = {
    "/me": entrance.keep_me,
    "/sign-in": entrance.check_sign_in,
    "/sign-out": entrance.sign_out,
    "/language": entrance.set_language,
    "/imports/{number:int}/stop": bring_in.stop_import,
    "/imports/{number:int}/continue": bring_in.continue_import,
    "/cases/{case:int}/show": case.show_texts,
    "/cases/{case:int}/hide": case.hide_texts,
    "/cases/{case:int}/search": case.search_case,
    "/cases/{case:int}/language": case.keep_language,
    "/cases/{case:int}/decide": decide.decide,
    "/cases/{case:int}/appeal": decide.appeal,
    "/cases/{case:int}/delete": decide.delete,
    "/cases/{case:int}/hand-over": hand_over.keep,
    "/cases/{case:int}/hand-over/{number:int}/record": hand_over.record,
    "/decisions/{decision:int}/undo": decide.undo,
    "/statistics/threshold": figures.keep_threshold,
    "/statistics/labelled": figures.labelled,
    "/team": team.keep_team,
    "/team/delete": team.delete_old,
    "/team/records": team.records,
}


def make_app(state: DeskState, hosts: frozenset[str]) -> ASGIApp:
    """Return the application.

    Args:
        state: of the running desk.
        hosts: values of the Host header under which it answers.

    Returns:
        What a server runs.
    """
    routes: list[BaseRoute] = [
        Route("/start", entrance.start, methods=["GET"]),
        Route("/static/{name}", entrance.static, methods=["GET"]),
        Route("/favicon.ico", _no_icon, methods=["GET"]),
        Route("/imports", bring_in.upload, methods=["POST"]),
        *(Route(path, page(view), methods=["GET"]) for path, view in _GET.items()),
        *(Route(path, page(view), methods=["POST"]) for path, view in _POST.items()),
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.state.desk = state
    return Guard(
        app,
        hosts=hosts,
        sessions=state.sessions,
        cookie=state.cookie,
        refused=lambda status: entrance.refused(state, None, status),
    )


async def _no_icon(request: Request) -> Response:
    return Response(status_code=204)
