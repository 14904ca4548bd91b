"""Decided conversations as JSON lines with labels, in the form that `training` reads. They hold text: a person asks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

from grooming_risk.desk.storage.cases import conversation_of, report_of
from grooming_risk.desk.storage.desk import Desk

_LABELS = {"escalate": 1, "no_concern": 0}


def labelled_lines(desk: Desk) -> Iterator[bytes]:
    """Yield a line for each decided conversation; those about which a reader could not tell are left out.

    Args:
        desk: whose decisions.

    Yields:
        JSON with `label`, `messages`, `focus`, `participants`, `tier`, `family` and `lang`; speakers have their neutral
        names, and `participants` holds digests of their own under a key of the desk. The focus of an escalated case is
        the speaker whose messages carry its strongest window.
    """
    with desk.database.reading() as connection:
        rows = connection.execute(
            "SELECT id, choice, sample, outcome, language FROM cases WHERE state = 'decided' AND choice IN "
            "('escalate', 'no_concern') ORDER BY id"
        ).fetchall()
    for row in rows:
        with desk.database.reading() as connection:
            if connection.execute("SELECT 1 FROM contents WHERE case_id = ?", (row["id"],)).fetchone() is None:
                continue  # deleted in the meantime
            exported = conversation_of(connection, row["id"], desk.vault)
            windows = report_of(connection, row["id"], desk.vault).windows
        messages = [
            {
                "speaker": message.speaker,
                "text": message.text,
                "sent_at": message.sent_at and message.sent_at.isoformat(),
                "kind": message.kind.value,
            }
            for message in exported.conversation
        ]
        family = f"desk {'sample' if row['sample'] else row['outcome']}"
        line: dict[str, Any] = {"label": _LABELS[row["choice"]], "tier": "decided", "family": family}
        line["participants"] = sorted({_digest(desk, name) for name in exported.speakers.values() if name})
        if line["label"] and windows:
            line["focus"] = max(windows, key=lambda window: window.logit).focus_speaker
        if row["language"]:
            line["lang"] = row["language"]
        line["messages"] = messages
        yield json.dumps(line).encode("ascii") + b"\n"


def _digest(desk: Desk, name: str) -> str:
    """Return the digest of a person's name, the same in every conversation of the desk."""
    content = f"participant {name}".encode("utf-8", "surrogatepass")
    return hmac.new(desk.digest_key, content, hashlib.sha256).hexdigest()[:16]
