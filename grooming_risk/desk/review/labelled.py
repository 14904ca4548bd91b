"""Decided conversations as JSON lines with labels, in the form that `training` reads. They hold text: a person asks."""

from __future__ import annotations

import json
from collections.abc import Iterator

from grooming_risk.desk.storage.cases import conversation_of
from grooming_risk.desk.storage.desk import Desk

_LABELS = {"escalate": 1, "no_concern": 0}


def labelled_lines(desk: Desk) -> Iterator[bytes]:
    """Yield a line for each decided conversation; those about which a reader could not tell are left out.

    Args:
        desk: whose decisions.

    Yields:
        JSON with `label`, `messages`, `tier` and `family`; speakers have their neutral names.
    """
    with desk.database.reading() as connection:
        rows = connection.execute(
            "SELECT id, choice, sample, outcome FROM cases WHERE state = 'decided' AND choice IN "
            "('escalate', 'no_concern') ORDER BY id"
        ).fetchall()
    for row in rows:
        with desk.database.reading() as connection:
            if connection.execute("SELECT 1 FROM contents WHERE case_id = ?", (row["id"],)).fetchone() is None:
                continue  # deleted in the meantime
            exported = conversation_of(connection, row["id"], desk.vault)
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
        line = {"label": _LABELS[row["choice"]], "tier": "decided", "family": family, "messages": messages}
        yield json.dumps(line).encode("ascii") + b"\n"
