"""Bring in: the upload, its progress, and what became of each file."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from grooming_risk.desk.intake.bundles import as_exports
from grooming_risk.desk.intake.upload import Receiver, UploadRefused, check_announced
from grooming_risk.desk.pages.call import Call, NotFound, answer, failure
from grooming_risk.desk.pages.state import DeskState
from grooming_risk.desk.storage.folder import remove
from grooming_risk.desk.storage.imports import (
    Progress,
    add_import,
    files_of,
    latest_imports,
    progress,
    set_import_state,
)
from grooming_risk.errors import DeskError
from grooming_risk.readers import FORMATS

_SHOWN = 20  # imports in the list
_FILES = 200  # files of an import on a page


def bring_in(call: Call) -> Response:
    """Show the form and the latest imports."""
    with call.desk.database.reading() as connection:
        imports = latest_imports(connection, _SHOWN)
    formats = sorted(
        ((reader.description, reader.guide) for reader in FORMATS.values()), key=lambda item: item[0].lower()
    )
    return call.render("bring_in.html", imports=imports, formats=formats)


async def upload(request: Request) -> Response:
    """Receive files: nothing is kept unless all of it arrives."""
    state: DeskState = request.app.state.desk
    call = Call(request, state, request.state.session, {})
    refusal: UploadRefused | None = None
    receiver: Receiver | None = None
    try:
        check_announced(request.headers.get("content-length"), state.desk.folder.incoming)
        receiver = Receiver(
            request.headers.get("content-type", ""),
            state.desk.folder.incoming,
            lambda fields: call.session.allows(fields.get("csrf", "")),
        )
        async for chunk in request.stream():
            await run_in_threadpool(receiver.take, chunk)
        receiver.finish()
    except UploadRefused as error:
        refusal = error
    except ClientDisconnect:
        refusal = UploadRefused("the upload was interrupted; nothing was kept. Try again", 400)
    if refusal is not None or receiver is None:
        if receiver is not None:
            await run_in_threadpool(receiver.discard)
        words, status = (str(refusal), refusal.status) if refusal else ("", 400)
        return await run_in_threadpool(failure, call, status, words)
    ready = receiver
    return await run_in_threadpool(answer, call, lambda call: _register(call, ready))


def _register(call: Call, receiver: Receiver) -> Response:
    if not call.session.allows(receiver.fields.get("csrf", "")):
        receiver.discard()
        return failure(call, 403, "")
    try:
        language = call.tag(receiver.fields.get("language", ""))
        if not receiver.files:
            raise DeskError(call.language.text("No file arrived. Choose at least one that is not empty."))
    except DeskError:
        receiver.discard()
        raise
    fault = ""
    try:
        exports = as_exports(receiver.files, call.desk.folder.exports)
        with call.desk.database.writing() as connection:
            number, repeated = add_import(
                connection, exports, call.session.reader, language, call.desk.vault, call.desk.digest_key
            )
    except OSError as error:
        fault = f"the disk does not take the upload ({error.strerror}); nothing was kept"
    if fault:
        receiver.discard()
        raise UploadRefused(fault, 507)
    for name in repeated:
        remove(call.desk.folder.exports / name)
    call.state.worker.wake()
    if call.wants_json:
        return call.json({"go": f"/imports/{number}"})
    return call.redirect(f"/imports/{number}")


def show_import(call: Call) -> Response:
    """Show how far an import is, and its files."""
    found = _import(call)
    page = max(1, int(call.request.query_params.get("page", "1")) if _is_number(call) else 1)
    with call.desk.database.reading() as connection:
        files = files_of(connection, found.id, call.desk.vault, (page - 1) * _FILES, _FILES)
    return call.render("import.html", found=found, files=files, page=page, more=found.files > page * _FILES)


def import_progress(call: Call) -> Response:
    """Return how far an import is, for the script of its page."""
    found, text = _import(call), call.language.text
    words = text(
        "Files: {finished} of {files}. Conversations: {conversations}. With warning signs: {flagged}.", **_counts(found)
    )
    return call.json({"state": found.state, "finished": found.finished, "files": found.files, "words": words})


def stop_import(call: Call) -> Response:
    """Stop reading an import; what was read stays."""
    return _change(call, "open", "stopped")


def continue_import(call: Call) -> Response:
    """Go on with an import."""
    return _change(call, "stopped", "open")


def _change(call: Call, before: str, after: str) -> Response:
    found = _import(call)
    with call.desk.database.writing() as connection:
        set_import_state(connection, found.id, before, after)
    call.state.worker.wake()
    return call.redirect(f"/imports/{found.id}")


def _import(call: Call) -> Progress:
    with call.desk.database.reading() as connection:
        found = progress(connection, call.number("number"))
    if found is None:
        raise NotFound(call.language.text("There is no such import. It may have been deleted."))
    return found


def _counts(found: Progress) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("finished", "files", "conversations", "flagged")}


def _is_number(call: Call) -> bool:
    value = call.request.query_params.get("page", "1")
    return value.isascii() and value.isdecimal() and len(value) < 7
