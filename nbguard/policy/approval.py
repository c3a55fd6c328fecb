"""Signed approvals as they stand in a file: one a line, in any order, so that branches merge line by line.

What is signed is the line without its signature, as JSON with sorted keys: the finding (rule, fingerprint, the salt it
was made with), the repository, the files it is accepted in, role, signer, reason, the day it was made and the last day
it counts. Lines of the first schema name no repository; they are read, and count nowhere.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.policy.line_entries import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA, _FIRST_SCHEMA = "nbguard-approval/2", "nbguard-approval/1"
NAMESPACE = "approval@nbguard"
FILE_NAME = ".nbguard-approvals.jsonl"
# Bytes of the file: some ten thousand approvals.
LARGEST = 20_000_000
_DAY = lazy_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Approval(NamedTuple):
    """Somebody's word that a finding is accepted in some files. Days are ISO dates; ``signature`` is base64.

    ``repository`` is what tells the repository in all its clones (see approval_ground); empty in the first schema.
    """

    rule: str
    fingerprint: str
    salt: str
    paths: tuple[str, ...]
    role: str
    signer: str
    reason: str
    made: str
    expires: str
    signature: str = ""
    repository: str = ""

    def message(self) -> bytes:
        """What is signed."""
        return _written(self._fields_of_its_schema(), without="signature").encode("ascii")

    def line(self) -> str:
        """What stands in the file, with its line feed."""
        return _written(self._fields_of_its_schema()) + "\n"

    def _fields_of_its_schema(self) -> dict[str, Any]:
        fields = self._asdict()
        if not self.repository:
            del fields["repository"]
        return {"schema": SCHEMA if self.repository else _FIRST_SCHEMA, **fields}


def days_between(first: str, last: str) -> int | None:
    """The days from one ISO date to another; None where one of them is none."""
    if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
        return None
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return None


def parse_approvals(raw: bytes, name: str = FILE_NAME) -> tuple[Approval, ...]:
    """The approvals in a file's text, each once, sorted. Raises UsageError for a line that is none."""
    return tuple(sorted({_read(line, number, name) for number, line in lines_of(raw, name)}))


def write_approvals(approvals: Iterable[Approval]) -> bytes:
    """The text of a file of approvals: sorted, one a line."""
    return "".join(approval.line() for approval in sorted(set(approvals))).encode("ascii")


def _read(line: str, number: int, name: str) -> Approval:
    wrong = UsageError(f"{name}: line {number} is no approval; take it out, or write it anew with `nbguard approve`")
    try:
        fields = json.loads(line, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(fields, dict):
        raise wrong
    schema = fields.pop("schema", None)
    if schema == _FIRST_SCHEMA and "repository" not in fields:
        fields["repository"] = ""
    elif schema != SCHEMA or not fields.get("repository"):
        raise wrong
    if set(fields) != set(Approval._fields):
        raise wrong
    paths = fields["paths"]
    if not isinstance(paths, list) or not paths:
        raise wrong
    if not all(isinstance(value, str) for value in (*paths, *(fields[k] for k in Approval._fields if k != "paths"))):
        raise wrong
    return Approval(**(fields | {"paths": tuple(paths)}))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names differ: what people read first must be what counts. Raises ValueError."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def _written(fields: dict[str, Any], without: str = "") -> str:
    kept = {name: value for name, value in fields.items() if name != without}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))
