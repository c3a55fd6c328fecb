"""What can be done about a finding, as the editor's quick fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol.types import CodeAction, CodeActionKind, Command

from nbguard.lsp.diagnostics import actions_on
from nbguard.lsp.text_edits import Edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.lsp.abilities import Abilities
    from nbguard.lsp.placed_findings import ClientPlace, Result
    from nbguard.scan.scanner import Judged

MOVE, ALLOW, REDACT, CLEAR = "nbguard.move", "nbguard.allow", "nbguard.redact", "nbguard.clearOutput"
MOVE_AS, USE_EXISTING = "nbguard.moveAs", "nbguard.useExisting"


def actions(
    result: Result, found: Iterable[tuple[Judged, ClientPlace]], can: Abilities, *, trusted: bool, knows_outputs: bool,
    asks_name: bool,
) -> Iterator[CodeAction]:  # fmt: skip
    """The quick fixes for findings in one place.

    Nothing is moved in a workspace that isn't trusted: its policy says where to. ``knows_outputs``: the client can
    clear a cell's output, which no edit of the protocol's can. ``asks_name``: it can ask for a line of text, which the
    protocol can't either. A client that makes no edits that a server asks for is offered what needs none.
    """
    moves = trusted and can.applies_edits
    for item, place in found:
        if item.record.waived is not None:
            continue
        meant = name_finding(result, item, place)
        possible = actions_on(result, item)
        rule = item.record.rule
        if moves and "move" in possible:
            yield _fix(f"Move to Vault ({rule})", MOVE, meant, preferred=True)
            if asks_name:
                yield _fix(f"Move to Vault under a name… ({rule})", MOVE_AS, meant)
            yield _fix(f"Use an existing secret… ({rule})", USE_EXISTING, meant)
        if moves and "env" in possible:
            yield _fix(f"Move to Vault, read an environment variable ({rule})", MOVE, meant | {"style": "env"})
        if can.applies_edits and item.record.kind == "sample-data" and place.exact:
            yield _fix("Replace sample data by stand-ins", REDACT, {"uri": result.uri})
        if "remove" in possible and place.exact:
            edits = Edits(result)
            edits.put(result.number_of(place.uri) or 0, *_span(result, place), "")
            title = f"Remove the value ({rule})"
            yield CodeAction(title, CodeActionKind.QuickFix, edit=edits.as_workspace_edit(can.versioned_edits))
        if knows_outputs and "clear-output" in possible:
            yield _fix("Clear the cell's output", CLEAR, {"uri": result.uri, "cell": place.uri})
        if can.applies_edits and "allow" in possible:
            yield _fix(f"Allow {rule}…", ALLOW, meant)


def name_finding(result: Result, item: Judged, place: ClientPlace) -> dict[str, Any]:
    """How a later command names a finding: its document, its text, its fingerprint and where it begins."""
    start = place.range.start
    return {
        "uri": result.uri,
        "text": place.uri,
        "fingerprint": item.record.fingerprint,
        "line": start.line,
        "character": start.character,
        "rule": item.record.rule,
    }


def find_named(result: Result, named: dict[str, Any]) -> tuple[Judged, ClientPlace] | None:
    """The finding that a command names; the nearest like it in the text, for it may have moved. None: it is gone."""
    alike = [
        (item, place)
        for item, place in result.by_text.get(str(named.get("text")), ())
        if item.record.fingerprint == named.get("fingerprint")
    ]
    line = named.get("line")
    wanted = (line if isinstance(line, int) else 0, named.get("character"))
    return min(
        alike,
        key=lambda found: (abs(found[1].range.start.line - wanted[0]), found[1].range.start.character != wanted[1]),
        default=None,
    )


def _span(result: Result, place: ClientPlace) -> tuple[int, int]:
    lines = result.lines(result.number_of(place.uri) or 0)
    return lines.index(place.range.start), lines.index(place.range.end)


def _fix(title: str, command: str, named: dict[str, Any], *, preferred: bool = False) -> CodeAction:
    asked = Command(title, command, arguments=[named])
    return CodeAction(title, CodeActionKind.QuickFix, command=asked, is_preferred=preferred or None)
