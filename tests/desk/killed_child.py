"""Work on a desk until somebody kills this process: bring in, read, show, decide, undo and seal, without a pause."""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path


def main(folder: str, uploads: str) -> None:
    """Do everything that changes a desk, in three threads, as the server does."""
    from grooming_risk.desk.intake.bundles import as_exports
    from grooming_risk.desk.intake.upload import ReceivedFile
    from grooming_risk.desk.intake.worker import IntakeWorker
    from grooming_risk.desk.review.sealing import seal_due
    from grooming_risk.desk.storage import decisions, reading
    from grooming_risk.desk.storage.desk import open_desk
    from grooming_risk.desk.storage.folder import open_folder
    from grooming_risk.desk.storage.imports import add_import
    from grooming_risk.testing import StandInScorer

    decisions.UNDO_SECONDS = 0.02
    desk = open_desk(open_folder(Path(folder)))
    worker = IntakeWorker(desk, StandInScorer)
    worker.start()
    chance = random.Random()

    def keep() -> None:
        while True:
            seal_due(desk)
            time.sleep(0.01)

    threading.Thread(target=keep, daemon=True).start()
    print("started", flush=True)
    with desk.database.reading() as connection:
        known = {row["name"] for row in connection.execute("SELECT name FROM files")}
    for path in sorted(Path(uploads).iterdir()):
        if path.name.encode() in known:
            continue
        copy = desk.folder.incoming / f"{chance.getrandbits(64):x}.jsonl"
        copy.write_bytes(path.read_bytes())
        import hashlib

        file = ReceivedFile(copy, path.name, copy.stat().st_size, hashlib.sha256(copy.read_bytes()).hexdigest())
        new = as_exports([file], desk.folder.exports)
        with desk.database.writing() as connection:
            add_import(connection, new, "Ada", None, desk.vault, desk.digest_key)
        worker.wake()
    while True:
        with desk.database.reading() as connection:
            rows = [row["id"] for row in connection.execute("SELECT id FROM cases WHERE state = 'open'")]
        if rows:
            case = chance.choice(rows)
            with desk.database.writing() as connection:
                reading.opened(connection, case, "Ada")
                reading.viewed(connection, case, "Ada", [0, 1])
            with desk.database.writing() as connection:
                number = decisions.decide(connection, case, "Ada", "first", "no_concern", "a note", desk.vault)
            if chance.random() < 0.3:
                with desk.database.writing() as connection:
                    decisions.undo(connection, number, "Ada")
        else:
            with desk.database.reading() as connection:
                busy = connection.execute("SELECT 1 FROM imports WHERE state = 'open'").fetchone()
                waiting = connection.execute("SELECT 1 FROM decisions WHERE state = 'pending'").fetchone()
            if busy is None and waiting is None:
                print("done", flush=True)
                return
            time.sleep(0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
