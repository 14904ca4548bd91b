"""A case from its file: checked against its schema before anything of it is used."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from grooming_risk.errors import PackageError
from grooming_risk.handover.bag import PAYLOAD, read_member
from grooming_risk.handover.case.case import Case
from grooming_risk.handover.case.decoding import decode
from grooming_risk.schemas.json_schema import violations

SCHEMA = Path(__file__).parents[1] / "schemas" / "case_schema.json"
CASE_FILE = PAYLOAD + "case.json"


def read_case(path: Path) -> Case:
    """Read the case of a package.

    Args:
        path: of the folder or zip, or of a case.json.

    Returns:
        The case.

    Raises:
        PackageError: it cannot be read, or is not a case of this schema version.
    """
    if path.suffix == ".json" and path.is_file():
        try:
            content = path.read_bytes()
        except OSError as error:
            raise PackageError(f"{path.name} cannot be read ({error.strerror}); check the path") from None
    else:
        content = read_member(path, CASE_FILE)
    return parse_case(content, path.name)


def parse_case(content: bytes, where: str) -> Case:
    """Check the bytes of a case.json and return the case.

    Args:
        content: the bytes.
        where: what errors call them.

    Returns:
        The case.

    Raises:
        PackageError: they are not a case of this schema version; the place is named, never what stands there.
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    # Not raised in the handler: Python would tie the decoder's error to this one, and that holds the document.
    if not isinstance(value, dict):
        raise PackageError(f"{where} is not a case; write one with `grooming-risk handover new`")
    problems = list(islice(violations(value, json.loads(SCHEMA.read_text(encoding="utf-8"))), 1))
    if problems:
        raise PackageError(f"{where} is not a case of this version: {problems[0]}; see case_schema.json")
    return decode(Case, value)
