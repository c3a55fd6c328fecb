"""A finding as clients are told it: the report's fields, where it stands in the editor, what can be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.editing.plain_texts import actions_in_text
from nbguard.editing.units import span_in_units
from nbguard.report.json_report import as_dict
from nbguard.vault.plan import is_reference

if TYPE_CHECKING:
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field
    from nbguard.editing.plain_texts import PlainText
    from nbguard.editing.units import Span
    from nbguard.scan.scanner import Judged

_OUTPUT = re.compile(r"outputs\[([0-9]+)\]")


def as_answer(judged: Judged, text: PlainText | None = None) -> dict[str, Any]:
    """The finding of a scan's answer; ``text``: the one that was scanned, if it is no notebook. It holds no value."""
    finding, record = judged
    if text is not None:
        span: Span | None = text.units(finding.field, finding.start, finding.end)
        output, actions = None, actions_in_text(judged)
        # Where a notebook is open as text, its cells are lines as any other.
        place = {"cell": None, "where": "file", "line": record.file_line}
    else:
        in_source = finding.field.part.where == "source"
        span = span_in_units(finding.field, finding.start, finding.end) if in_source else None
        output = output_of(finding.field)
        actions, place = actions_for(finding, output is not None), {}
    provider = _provider_of(finding)
    return (
        as_dict(record)
        | place
        | {
            "from": span.start if span else None,
            "to": span.end if span else None,
            "output": output,
            "provider_name": provider.name if provider else None,
            "rotation": _rotation(finding),
            "actions": [] if record.waived is not None else actions,
        }
    )


def output_of(field: Field) -> int | None:
    """Which of its cell's outputs a field is in, from 0; None where it is in none."""
    if field.part.where == "source" or field.part.cell is None:
        return None
    found = _OUTPUT.match(field.part.path)
    return int(found[1]) if found else None


def actions_for(finding: Finding, in_output: bool) -> list[str]:
    """What can be done about a finding where it stands."""
    part = finding.field.part
    if part.cell is None:
        return []  # the notebook's own metadata: neither an editor nor a place for an allow
    if part.where != "source":
        return ["allow", "clear-output"] if in_output else ["allow"]
    actions = []
    if finding.kind == "credential" and finding.value and not is_reference(finding):
        actions = ["move", "env"] if part.cell.type == "code" else ["move"]
    actions.append("allow")
    if finding.kind != "hygiene" and finding.end > finding.start:
        actions.append("remove")
    return actions


def _provider_of(finding: Finding) -> Any:
    known = load_catalogue().by_rule.get(finding.rule)
    if known is not None:
        return known[0]
    return next((provider for provider in load_catalogue().providers if provider.id == finding.provider), None)


def _rotation(finding: Finding) -> dict[str, Any] | None:
    """How the provider's credential is revoked or rotated; None where the catalogue doesn't know the credential."""
    known = load_catalogue().by_rule.get(finding.rule)
    if known is None or not known[0].rotation:
        return None
    provider = known[0]
    # Some pages have a remark behind their address.
    address = provider.rotation_page.partition(" ")[0]
    return {"steps": _sentences(provider.rotation), "url": address or None}


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=\.)\s+(?=[A-Z])", text.strip()) if sentence]
