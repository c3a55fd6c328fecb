"""Accepts one finding: says which comment or metadata the client has to put into the notebook. Nothing is written.

Every way is tried out on the notebook first: the finding must count as allowed afterwards, and no other finding may
come back.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from nbguard.editing.marks import Allowance, Insertion, add_entry, find_places, insert
from nbguard.editing.request_errors import RequestError
from nbguard.editing.targets import check_ids, find_target
from nbguard.editing.units import span_in_units
from nbguard.policy.allow import Waiver, shortcoming
from nbguard.policy.verdict import demands_in, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.documents.fields import Document
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import AllowRequest, NotebookRequest
    from nbguard.scan.scanner import Judged


def allow(
    request: AllowRequest, policy: Policy, scan: Callable[[NotebookRequest], tuple[Document, list[Judged]]]
) -> tuple[Judged, dict[str, Any]]:
    """The finding that was meant, and the answer of ``POST allow``. ``scan`` scans a notebook under the same policy.

    Raises RequestError where the finding isn't there, can't be allowed, or the policy demands more.
    """
    document, judged = scan(request)
    target = find_target(judged, request.finding)
    cell = target.finding.field.part.cell
    if cell is None:
        raise RequestError(422, "there is no cell to put an allow into; use `nbguard baseline`", "no-cell")
    if target.record.waived is not None:
        raise RequestError(409, "this finding is allowed already; scan the notebook again", "allowed")
    check_ids(document, [cell.id])
    allowance = allowance_for(target, request.reason, request.expires, request.approved_by)
    check_allowance(allowance, policy, judged)
    if target.finding.field.part.where == "source" and cell.type == "code" and document.language == "python":
        for place in find_places(target.finding, allowance):
            if counts(judged, scan(_with_comment(request, cell.number, place))[1], target):
                span = span_in_units(target.finding.field, place.at, place.at)
                edit = {"cell": cell.id, "from": span.start, "to": span.end, "insert": place.text}
                return target, {"edits": [edit], "metadata": []}
    changed, content = _with_metadata(request, cell.number, allowance)
    if counts(judged, scan(changed)[1], target):
        return target, {"edits": [], "metadata": [{"cell": cell.id, "nbguard": content}]}
    raise RequestError(422, "an allow wouldn't count here; use `nbguard baseline`", "not-allowed")


def allowance_for(target: Judged, reason: str, expires: str, approved_by: str) -> Allowance:
    """What allows a finding, its words on one line each."""
    return Allowance(target.record.rule, _one_line(reason), expires, _one_line(approved_by))


def check_allowance(allowance: Allowance, policy: Policy, judged: Sequence[Judged]) -> None:
    """Raises RequestError (422) where the policy wouldn't count the allowance, or it repeats what is to be hidden."""
    from nbguard.policy.days import today

    demands = demands_in(policy.config, zone_of(policy.name, policy.config))
    if not demands.inline:
        raise RequestError(
            422, "the policy counts no allows in notebooks (waivers.inline = false); use `nbguard baseline`", "policy"
        )
    if demands.require_signature:
        raise RequestError(422, "the policy counts signed acceptances only: `nbguard approve` makes one", "policy")
    if not allowance.reason:
        raise RequestError(422, "say why this finding is fine", "policy")
    waiver = Waiver("inline", "", allowance.reason, allowance.expires, allowance.approved_by)
    problem = shortcoming(waiver, demands, today())
    if problem:
        raise RequestError(422, f"this allow wouldn't count: {problem}", "policy")
    said = f"{allowance.reason}\n{allowance.approved_by}"
    if any(len(item.finding.value) >= 6 and item.finding.value in said for item in judged):
        raise RequestError(422, "the reason repeats a value that was found; say it in other words", "value")


def counts(before: Sequence[Judged], after: Sequence[Judged], target: Judged) -> bool:
    """Whether the target is allowed after a change, and nothing is open that wasn't."""
    was_open, is_open = _open(before), _open(after)
    mark = (target.record.fingerprint, target.record.cell)
    return is_open[mark] < was_open[mark] and all(count <= was_open[key] for key, count in is_open.items())


def _open(judged: Sequence[Judged]) -> Counter[Any]:
    return Counter((item.record.fingerprint, item.record.cell) for item in judged if item.record.waived is None)


def _with_comment(request: AllowRequest, number: int, place: Insertion) -> NotebookRequest:
    cell = json.loads(bytes(request.cells[number]))
    return _with_cell(request, number, cell | {"source": insert(cell["source"], place)})


def _with_metadata(request: AllowRequest, number: int, allowance: Allowance) -> tuple[NotebookRequest, dict[str, Any]]:
    cell = json.loads(bytes(request.cells[number]))
    metadata = cell.get("metadata", {})
    content = add_entry(metadata, allowance)
    return _with_cell(request, number, cell | {"metadata": metadata | {"nbguard": content}}), content


def _with_cell(request: AllowRequest, number: int, cell: dict[str, Any]) -> NotebookRequest:
    cells = list(request.cells)
    cells[number] = msgspec.Raw(json.dumps(cell).encode())
    return msgspec.structs.replace(request, cells=cells)


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
