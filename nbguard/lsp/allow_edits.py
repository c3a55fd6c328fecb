"""Allows in what an editor has open: the edit that accepts a finding, tried out first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from nbguard.editing.allowing import allow as allow_in_notebook
from nbguard.editing.allowing import allowance_for
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import AllowRequest, Place
from nbguard.editing.text_allowing import allow_in_text
from nbguard.editing.units import span_in_units
from nbguard.lsp.text_edits import Edits

if TYPE_CHECKING:
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import NotebookRequest
    from nbguard.lsp.checks import Checks
    from nbguard.lsp.placed_findings import Result
    from nbguard.scan.scanner import Judged


class Said(NamedTuple):
    """Why a finding is fine, until when (an ISO date, or empty) and who says so."""

    reason: str
    expires: str = ""
    approved_by: str = ""


class Allowed(NamedTuple):
    """The edits of texts, and for cells that need it the metadata below ``nbguard``, by the cell's URI."""

    edits: Edits
    metadata: dict[str, object]


def allow(checks: Checks, result: Result, target: Judged, said: Said, request: NotebookRequest | None) -> Allowed:
    """What accepts a finding. ``request`` is the notebook, None for a text. On the scan thread only.

    Raises RequestError where the finding can't be allowed, or the policy demands more.
    """
    assert result.policy is not None  # noqa: S101 - a finding is there, so there was a scan
    if request is None:
        return _allow_in_text(checks, result, target, said, result.policy)
    policy = result.policy
    cell = target.record.cell
    span = None
    if target.finding.field.part.where == "source":
        span = span_in_units(target.finding.field, target.finding.start, target.finding.end)
    place = Place(
        target.record.fingerprint, (cell.id if cell else None) or "", span.start if span else None,
        span.end if span else None,
    )  # fmt: skip
    asked = AllowRequest(
        request.path, request.cells, request.language, request.metadata, finding=place, reason=said.reason,
        expires=said.expires, approved_by=said.approved_by,
    )  # fmt: skip
    _, answer = allow_in_notebook(asked, policy, lambda changed: checks.scan_notebook(changed, policy))
    edits = Edits(result)
    for edit in answer["edits"]:
        number = result.number_by_id(edit["cell"])
        lines = result.lines(number)
        edits.put(number, lines.index_in_units(edit["from"]), lines.index_in_units(edit["to"]), edit["insert"])
    metadata = {result.texts[result.number_by_id(m["cell"])].uri: m["nbguard"] for m in answer["metadata"]}
    return Allowed(edits, metadata)


def _allow_in_text(checks: Checks, result: Result, target: Judged, said: Said, policy: Policy) -> Allowed:
    assert result.document is not None  # noqa: S101 - a finding is there
    field, text = target.finding.field, PlainText(result.texts[0].text, result.document)
    place = allow_in_text(
        target, allowance_for(target, *said), policy, result.document, result.judged,
        lambda changed: checks.scan_text(changed, policy)[1],
    )  # fmt: skip
    edits = Edits(result)
    edits.put(0, *text.characters(field, place.at, place.at), place.text)
    return Allowed(edits, {})


def read_said(given: object) -> Said:
    """What a client says of an allow. Raises RequestError for anything else."""
    try:
        return msgspec.convert(given, Said)
    except msgspec.ValidationError:
        raise RequestError(
            422, "an allow has a reason, and may have `expires` and `approved_by`", "malformed"
        ) from None
