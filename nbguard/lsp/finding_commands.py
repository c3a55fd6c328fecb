"""What the user asks for about a finding: into Vault, allowed, or stand-ins for it. The client edits.

Each command takes one object that names a finding, as the quick fixes have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from nbguard.editing.chosen_names import with_chosen_name
from nbguard.editing.moving import preview, store, want
from nbguard.editing.request_errors import RequestError
from nbguard.editing.vaults import connect
from nbguard.lsp.actions import find_named
from nbguard.lsp.allow_edits import allow, read_said
from nbguard.lsp.client_requests import apply, ask, check_edits
from nbguard.lsp.redacting import redacted
from nbguard.lsp.text_edits import Edits
from nbguard.vault.references import parse_reference

if TYPE_CHECKING:
    from nbguard.editing.moving import MoveEdits, Wanted
    from nbguard.lsp.allow_edits import Allowed
    from nbguard.lsp.language_server import EditorSession
    from nbguard.lsp.placed_findings import Result
    from nbguard.scan.scanner import Judged

# What a client can answer that has no way to ask for a line of text.
_REASONS = ("made up for an example", "public, not a secret", "revoked already")


async def move(server: EditorSession, *given: Any) -> dict[str, Any]:
    """Moves a value. ``style`` is the lookup's code, ``path`` where in Vault; as the policy says where not given.

    ``preview``: says only under which name it would be stored.
    """
    named = read_named(given)
    if not server.settings.trusted:
        raise RequestError(422, "trust this workspace first: its policy says where in Vault values go", "trust")
    result, target = await find_meant(server, named)
    wanted = await server.rooms.on_scan_thread(_want, server, result, target, named)
    if named.get("preview") is True:
        return {"reference": (await server.rooms.on_scan_thread(preview, wanted))["reference"]}
    check_edits(server)
    return await server.to_the_end(_move(server, result, target, wanted, existing=named.get("existing") is True))


async def _move(
    server: EditorSession, result: Result, target: Judged, wanted: Wanted, *, existing: bool
) -> dict[str, Any]:
    """Stores a value and has the client edit; whatever happens in between, somebody is told where the value is."""
    moved = await server.rooms.on_vault_thread(lambda: store(wanted, connect()))
    server.rooms.identities.remember(wanted.finding)
    server.rooms.resolver.forget(parse_reference(moved.reference))
    server.events.moved(result, target.record, moved.reference)
    try:
        await apply(server, _moved_edits(result, moved), f"Move {target.record.rule} to Vault")
    except RequestError as error:
        kept = "nothing was stored" if existing else "the value is in Vault and stays there"
        said = f"{error}; {kept}: {moved.reference}, version {moved.version}"
        if server.leaving.is_set() or not server.protocol.is_awaited:
            server.say(f"nbguard: {said}", types.MessageType.Warning)
        raise RequestError(error.status, said, error.reason) from None
    _tell_moved(server, moved, existing=existing)
    return {"reference": moved.reference, "version": moved.version, "variable": moved.variable}


async def allow_finding(server: EditorSession, *given: Any) -> dict[str, Any] | None:
    """Allows a finding, with ``reason``, ``expires``, ``approvedBy``; a reason that isn't given is asked for."""
    named = read_named(given)
    reason = named.get("reason") or await ask(server, f"nbguard: why is {named.get('rule', '')} fine here?", _REASONS)
    if not reason:
        return None
    said = read_said([reason, named.get("expires") or "", named.get("approvedBy") or ""])
    result, target = await find_meant(server, named)
    allowed: Allowed = await server.rooms.on_scan_thread(_allow, server, result, target, said)
    if allowed.metadata and not server.knows_outputs:
        raise RequestError(
            422,
            "this needs the cell's metadata, which your editor doesn't edit; use `nbguard baseline`",
            "metadata",
        )
    if allowed.edits:
        await apply(server, allowed.edits, f"Allow {target.record.rule}")
    server.events.allowed(result, target.record, said.reason, server.settings.trusted)
    return {"metadata": allowed.metadata}


async def redact_document(server: EditorSession, *given: Any) -> None:
    """Puts stand-ins where a document has sample data."""
    named = read_named(given)
    result = await server.checks.result(str(named.get("uri")))
    if result is None:
        raise RequestError(404, "this document isn't open", "gone")
    edits = await server.rooms.on_scan_thread(redacted, result)
    if not edits:
        raise RequestError(422, "no stand-in can be put here; see `nbguard data extract`", "not-redacted")
    await apply(server, edits, "Replace sample data by stand-ins")


def read_named(given: tuple[Any, ...]) -> dict[str, Any]:
    """What a command was given: one object. Raises RequestError for anything else."""
    if len(given) != 1 or not isinstance(given[0], dict):
        raise RequestError(400, "a command takes one object that names a finding", "malformed")
    return given[0]


async def find_meant(server: EditorSession, named: dict[str, Any]) -> tuple[Result, Judged]:
    """The finding that a command names, in its document as it is now. Raises RequestError where it is gone."""
    result = await server.checks.result(str(named.get("uri")))
    found = find_named(result, named) if result is not None else None
    if result is None or found is None:
        raise RequestError(404, "this finding isn't there any more", "gone")
    return result, found[0]


def _want(server: EditorSession, result: Result, target: Judged, named: dict[str, Any]) -> Wanted:
    assert result.document is not None  # noqa: S101 - a finding is there
    assert result.policy is not None  # noqa: S101
    scanner = server.checks.scanner_for(result.policy)
    style, path = str(named.get("style") or ""), str(named.get("path") or "")
    wanted = want(target, result.document, result.policy, scanner, style=style, path=path)
    existing, other = named.get("existing") is True, named.get("otherValue") is True
    settings = with_chosen_name(wanted.settings, str(named.get("reference") or ""), existing=existing, other=other)
    return wanted._replace(settings=settings)


def _allow(server: EditorSession, result: Result, target: Judged, said: Any) -> Allowed:
    request = None
    if result.is_notebook:
        assert result.policy is not None  # noqa: S101
        request = server.opened.as_request(result.uri, result.policy.name)
    return allow(server.checks, result, target, said, request)


def _moved_edits(result: Result, moved: MoveEdits) -> Edits:
    edits = Edits(result)
    for field, changes in moved.changes:
        number = field.part.cell.number if result.is_notebook and field.part.cell else 0
        for change in changes:
            edits.put(number, change.start, change.end, change.text)
    return edits


def _tell_moved(server: EditorSession, moved: MoveEdits, *, existing: bool) -> None:
    done = "looked up in Vault, where nothing was stored" if existing else "moved to Vault"
    server.say(f"nbguard: {done}: {moved.reference}, version {moved.version}. Undo brings the text back.")
    if moved.left:
        reasons = "; ".join(dict.fromkeys(reason for _, reason in moved.left))
        server.say(f"nbguard: the value is still in the document: {reasons}", types.MessageType.Warning)
