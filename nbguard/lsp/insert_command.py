"""The lookup of a secret that is in Vault, put at a cursor with its import. The client edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol.types import Position, Range

from nbguard.editing.inserting import CursorSpan, LookupRequest, place_lookup
from nbguard.editing.request_errors import RequestError
from nbguard.editing.units import count_units
from nbguard.lsp.client_requests import apply
from nbguard.lsp.existing_command import ask_reference
from nbguard.lsp.finding_commands import read_named
from nbguard.lsp.text_edits import Edits

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession
    from nbguard.lsp.placed_findings import Result


class _Place(msgspec.Struct, frozen=True):
    line: int
    character: int


class _Selection(msgspec.Struct, frozen=True):
    start: _Place
    end: _Place


async def insert(server: EditorSession, *given: Any) -> dict[str, Any] | None:
    """Puts the lookup of ``reference`` at ``range`` of the text ``uri``, in the form that the place needs.

    Which secret is meant is asked where none is given; None: nothing was chosen. Raises RequestError where no lookup
    can stand.
    """
    named = read_named(given)
    uri = str(named.get("uri"))
    owner = {"uri": server.opened.owner(uri)}
    reference = named.get("reference") or await ask_reference(
        server, owner, "which secret is to be looked up here?", None, "store one first"
    )
    if not reference:
        return None
    result = await server.result_for(uri)
    number = None if result is None else result.number_of(uri)
    if result is None or number is None or result.policy is None:
        raise RequestError(404, (result and result.problem) or "this text isn't open", "gone")
    request = _request(server, result, number, str(reference), named)
    answer = await server.rooms.on_scan_thread(_place, server, request, result)
    edits = Edits(result)
    for edit in answer["edits"]:
        own = result.number_by_id(edit["cell"]) if result.is_notebook else 0
        lines = result.lines(own)
        edits.put(own, lines.index_in_units(edit["from"]), lines.index_in_units(edit["to"]), edit["insert"])
    await apply(server, edits, f"Look up {reference}")
    return {"reference": reference, "variable": answer["variable"]}


def _request(
    server: EditorSession, result: Result, number: int, reference: str, named: dict[str, Any]
) -> LookupRequest:
    assert result.policy is not None  # noqa: S101 - the caller has looked
    where, text = _selected(named.get("range")), result.texts[number].text
    start, end = (result.lines(number).index(position) for position in (where.start, where.end))
    cell = result.texts[number].id if result.is_notebook else ""
    at = CursorSpan(cell, count_units(text[:start]), count_units(text[:end]))
    style: Any = named.get("style") or ""
    if not result.is_notebook:
        return LookupRequest(result.policy.name, plain=text, reference=reference, at=at, style=style)
    sent = server.opened.as_request(result.uri, result.policy.name)
    return LookupRequest(
        sent.path, sent.cells, sent.language, sent.metadata, reference=reference, at=at, style=style
    )  # fmt: skip


def _place(server: EditorSession, request: LookupRequest, result: Result) -> dict[str, Any]:
    assert result.policy is not None  # noqa: S101 - the caller has looked
    return place_lookup(request, server.rooms.read(request, result.policy), result.policy)


def _selected(given: Any) -> Range:
    try:
        read = msgspec.convert(given, _Selection)
    except msgspec.ValidationError:
        raise RequestError(422, "`range` says where: from `start` to `end`", "malformed") from None
    return Range(*(Position(place.line, place.character) for place in (read.start, read.end)))
