"""Answers where the lookup of a secret goes, for a cursor in a notebook or file that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from nbguard.documents.decode import decode
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import NotebookRequest, Offset
from nbguard.editing.targets import check_ids
from nbguard.editing.units import span_in_units
from nbguard.vault.insertion import insert_lookup
from nbguard.vault.plan import read_settings
from nbguard.vault.references import parse_reference
from nbguard.vault.style import Lookup, variable_name
from nbguard.vault.text_changes import CannotRewriteError

if TYPE_CHECKING:
    from nbguard.documents.fields import Document, Field
    from nbguard.editing.policies import Policy

_EDITABLE = ("source", "file")


class CursorSpan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Where a cursor or selection is: the cell (empty in a file), in UTF-16 units of its source."""

    cell: Annotated[str, msgspec.Meta(max_length=256)]
    start: Offset
    end: Offset


class LookupRequest(NotebookRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which secret is to be looked up, where, and how (empty: as the policy says)."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    at: CursorSpan
    style: Literal["nbguard", "env", "hvac", ""] = ""


def place_lookup(request: LookupRequest, document: Document, policy: Policy) -> dict[str, Any]:
    """The answer of ``POST lookup``. Raises RequestError (409) where no lookup can stand."""
    reference = parse_reference(request.reference)
    settings = read_settings(policy.config.vault, policy.config.root, style=request.style or None)
    text = None if request.text is None else PlainText(request.text, document)
    field = _find_field(request, document)
    spans = text.units if text is not None else span_in_units
    start, end = _characters(field, int(request.at.start)), _characters(field, int(request.at.end))
    if text is not None:
        shift = text.characters(field, 0, 0)[0]
        start, end = start - shift, end - shift
    if not 0 <= start <= end <= len(field.text):
        raise RequestError(409, "the cell has changed meanwhile; try again", "changed")
    try:
        done = insert_lookup(document, field, start, end, Lookup(reference, variable_name(reference)), settings.style)
    except CannotRewriteError as error:
        raise RequestError(409, str(error), "no-place") from None
    changed = [(own, change) for own, changes in done.changes for change in changes]
    if document.kind == "notebook":
        try:
            check_ids(document, (_cell_id(own) for own, _ in changed))
        except RequestError as error:
            raise RequestError(409, str(error), error.reason) from None
    edits = []
    for own, change in changed:
        span = spans(own, change.start, change.end)
        edits.append({"cell": _cell_id(own), "from": span.start, "to": span.end, "insert": change.text})
    return {"edits": edits, "variable": done.variable or None}


def _cell_id(field: Field) -> str:
    return (field.part.cell.id or "") if field.part.cell else ""


def _find_field(request: LookupRequest, document: Document) -> Field:
    for part in document.parts:
        here = (part.cell.id or "") if part.cell else ""
        if part.where in _EDITABLE and here == request.at.cell and (request.text is None or part.form == "text"):
            field = next(decode(document, part), None)
            if field is not None:
                return field
    raise RequestError(409, "the cell isn't there any more; try again", "changed")


def _characters(field: Field, units: int) -> int:
    """How many characters of a text come before a place in UTF-16 units."""
    if field.text.isascii():
        return units
    raw = field.text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(raw.decode("utf-16-le", "surrogatepass")) if units * 2 <= len(raw) else len(field.text) + 1
