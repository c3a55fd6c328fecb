"""Findings as diagnostics: where they stand, how bad they are, and what else belongs to each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)

from nbguard.editing.finding_records import actions_for, output_of
from nbguard.editing.plain_texts import actions_in_text
from nbguard.lsp.rule_pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.lsp.placed_findings import ClientPlace, Result
    from nbguard.scan.scanner import Judged

SOURCE = "nbguard"
NOT_SCANNED = "not-scanned"
POLICY_FAULT = "policy-fault"
_SEVERITIES = {
    "critical": DiagnosticSeverity.Error,
    "high": DiagnosticSeverity.Error,
    "medium": DiagnosticSeverity.Warning,
    "low": DiagnosticSeverity.Information,
}
# Related places that are named for one finding.
_MOST_RELATED = 20
_CALLEE = re.compile(r"([A-Za-z_][\w.]*)\(")


def diagnostics_of(result: Result, show_allowed: bool, only: str | None = None) -> dict[str, list[Diagnostic]]:
    """The diagnostics of a document, by the URIs of its texts; of a text without any, an empty list.

    ``only``: of this text, for a client that asks for one.
    """
    made: dict[str, list[Diagnostic]] = {
        snapshot.uri: [] for snapshot in result.texts if only is None or snapshot.uri == only
    }
    told = [(NOT_SCANNED, f"not scanned: {result.problem}")] if result.problem else []
    if result.policy_fault:
        told.append((POLICY_FAULT, f"scanned by the defaults: {result.policy_fault}"))
    for code, message in told if result.texts and result.texts[0].uri in made else ():
        nowhere = Range(Position(0, 0), Position(0, 0))
        made[result.texts[0].uri].append(
            Diagnostic(nowhere, message, severity=DiagnosticSeverity.Warning, source=SOURCE, code=code)
        )
    places = _by_fingerprint(result)
    for uri in made:
        for item, place in result.by_text[uri]:
            if item.record.waived is None or show_allowed:
                made[uri].append(_diagnostic(result, item, place, places))
    return made


def describe_place(where: str, text: str) -> str:
    """A message with where it is, for what isn't in the source itself."""
    return text if where in ("source", "file") else f"in {'an' if where[0] in 'aeo' else 'a'} {where}: {text}"


def actions_on(result: Result, item: Judged) -> list[str]:
    """What can be done about a finding where it stands; nothing where it is accepted."""
    if item.record.waived is not None:
        return []
    if not result.is_notebook:
        return actions_in_text(item)
    return actions_for(item.finding, output_of(item.finding.field) is not None)


def _diagnostic(result: Result, item: Judged, place: ClientPlace, places: dict[str, list[ClientPlace]]) -> Diagnostic:
    record = item.record
    waived = record.waived is not None
    page = page_of(record.rule)
    message = describe_place(record.where, record.message)
    return Diagnostic(
        range=place.range,
        message=f"{message} (allowed: {record.waived.reason})" if record.waived is not None else message,
        severity=DiagnosticSeverity.Hint if waived else _SEVERITIES[record.severity],
        code=record.rule,
        code_description=CodeDescription(page) if page else None,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if waived else None,
        related_information=list(_related(result, item, place, places)) or None,
        data={
            "fingerprint": record.fingerprint,
            "where": record.where,
            "output": output_of(item.finding.field),
            "actions": actions_on(result, item),
        },
    )


def _by_fingerprint(result: Result) -> dict[str, list[ClientPlace]]:
    places: dict[str, list[ClientPlace]] = {}
    for found in result.by_text.values():
        for item, place in found:
            places.setdefault(item.record.fingerprint, []).append(place)
    return places


def _related(
    result: Result, item: Judged, place: ClientPlace, places: dict[str, list[ClientPlace]]
) -> Iterator[DiagnosticRelatedInformation]:
    """Where the value goes, and where else it stands."""
    sink = _sink(result, item)
    if sink is not None and sink != place:
        yield DiagnosticRelatedInformation(Location(sink.uri, sink.range), f"it goes to {item.record.cause}")
    for other in places[item.record.fingerprint][:_MOST_RELATED]:
        if other != place:
            yield DiagnosticRelatedInformation(Location(other.uri, other.range), "the same value")


def _sink(result: Result, item: Judged) -> ClientPlace | None:
    """The call that a finding's cause names: the nearest one at or behind the value, else the last before it."""
    named = _CALLEE.match(item.record.cause)
    if named is None or (not result.is_notebook and item.finding.field.part.form != "text"):
        return None
    callee = named[1].rpartition(".")[2]
    call = re.compile(rf"(?<!\w){re.escape(callee)}(?=\s*\()")
    own = item.finding.field.part.cell.number if item.finding.field.part.cell else 0
    for number in (*range(own, len(result.texts)), *range(own - 1, -1, -1)):
        text = result.texts[number].text
        # Hundreds of cells don't hold the name, and a plain search says so in a twentieth of the time.
        found = call.search(text) if callee in text else None
        if found is not None:
            return _found_at(result, number, found)
    return None


def _found_at(result: Result, number: int, found: re.Match[str]) -> ClientPlace:
    from nbguard.lsp.placed_findings import ClientPlace

    return ClientPlace(result.texts[number].uri, result.lines(number).range(*found.span()), True)
