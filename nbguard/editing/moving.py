"""Moves one finding's value to Vault and says how the notebook's sources have to change; no file is touched.

Stored, read back and compared first; only then is there an answer. The client makes the edits in its own model, so
nothing is journalled: undoing is the editor's, and the value stays in Vault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.editing.chosen_names import refusal, with_chosen_name
from nbguard.editing.finding_records import output_of
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_errors import RequestError
from nbguard.editing.targets import check_ids, find_target
from nbguard.editing.units import span_in_units
from nbguard.errors import UsageError
from nbguard.scan.movable import find_movable
from nbguard.vault.plan import FileToMove, read_settings
from nbguard.vault.references import format_reference
from nbguard.vault.style import reads_variable
from nbguard.vault.text_changes import apply_changes
from nbguard.vault.transaction import make_plan, store_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import MoveRequest
    from nbguard.report.records import FindingRecord
    from nbguard.scan.scanner import Judged, Scanner
    from nbguard.vault.client import Vault
    from nbguard.vault.plan import VaultSettings
    from nbguard.vault.rewrite import Rewritten
    from nbguard.vault.text_changes import TextChange

# What is edited: a cell's source, or a text that is no notebook.
_EDITABLE = ("source", "file")


class Wanted(NamedTuple):
    """A value that is to be moved: the finding that was meant, and every place of the value in the notebook."""

    record: FindingRecord
    finding: Finding
    places: tuple[Finding, ...]
    document: Document
    settings: VaultSettings
    text: PlainText | None = None

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Wanted({self.record.rule}, {len(self.places)} places)"


class MoveEdits(NamedTuple):
    """What has to change now that Vault holds a value: for each field its changes.

    ``left`` are fields in which the value still is once they are made, with the reason of each.
    """

    changes: tuple[tuple[Field, tuple[TextChange, ...]], ...]
    reference: str
    mount: str
    version: int
    variable: str | None
    left: tuple[tuple[Field, str], ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"MoveEdits({self.reference}, {len(self.changes)} fields)"


def find_wanted(
    request: MoveRequest, document: Document, judged: Sequence[Judged], policy: Policy, scanner: Scanner
) -> Wanted:
    """What a request wants to be moved. Raises RequestError where that isn't there or can't be moved."""
    text = None if request.text is None else PlainText(request.text, document)
    wanted = want(find_target(judged, request.finding, text), document, policy, scanner, style=request.style)
    settings = with_chosen_name(
        wanted.settings, request.reference, existing=request.existing, other=request.other_value
    )
    return wanted._replace(text=text, settings=settings)


def want(
    target: Judged, document: Document, policy: Policy, scanner: Scanner, *, style: str = "", path: str = ""
) -> Wanted:
    """A finding's value and all of its places. ``path``: where in Vault, instead of what the policy's template says.

    Raises RequestError where it can't be moved, UsageError for a path that is none.
    """
    (movable,) = find_movable([document], scanner)
    finding = next((found for found in movable if _place(found) == _place(target.finding)), None)
    if finding is None or finding.field.part.where not in _EDITABLE:
        raise RequestError(422, _why_not(target), "not-movable")
    if "\ufffd" in finding.value:
        raise RequestError(422, "there is a broken character in this value; type it again", "not-movable")
    settings = read_settings(policy.config.vault, policy.config.root, style=style or None, path=path or None)
    places = tuple(found for found in movable if found.value == finding.value)
    return Wanted(target.record, finding, places, document, settings)


def preview(wanted: Wanted) -> dict[str, Any]:
    """What ``POST move`` would store the value under, as its answer. Vault isn't asked, and nothing is stored."""
    sources = tuple(found for found in wanted.places if found.field.part.where in _EDITABLE)
    plan = make_plan([FileToMove(wanted.document.path, wanted.document, sources)], wanted.settings, None)
    _check(plan.files[0][1], wanted.finding)
    reference = plan.lookups[wanted.finding.value].reference
    return {
        "edits": [], "reference": format_reference(reference), "mount": reference.mount, "version": 0,
        "variable": None, "left": [],
    }  # fmt: skip


def move(wanted: Wanted, vault: Vault) -> dict[str, Any]:
    """Stores the value and returns the answer of ``POST move``.

    Raises what ``store`` raises.
    """
    moved = store(wanted, vault)
    return {
        "edits": _edits(moved.changes, wanted.text),
        "reference": moved.reference,
        "mount": moved.mount,
        "version": moved.version,
        "variable": moved.variable,
        "left": [
            {"cell": _cell_id(field), "output": output_of(field), "reason": reason} for field, reason in moved.left
        ],
    }


def store(wanted: Wanted, vault: Vault) -> MoveEdits:
    """Stores the value, reads it back and compares; says what has to change.

    Raises RequestError (422) where the finding can't be replaced safely, RequestError (409) where the name that was
    chosen holds another value, a VaultError where Vault refuses; then nothing has to change.
    """
    sources = tuple(found for found in wanted.places if found.field.part.where in _EDITABLE)
    try:
        plan = make_plan([FileToMove(wanted.document.path, wanted.document, sources)], wanted.settings, vault)
        _, planned = plan.files[0]
        _check(planned, wanted.finding)
        if wanted.document.kind == "notebook":
            check_ids(wanted.document, (_cell_id(field) for field, _ in planned.changes))
        plan, versions = store_values(plan, wanted.settings, vault)
    except UsageError as error:
        raise refusal(error) from None
    if plan.unstored:
        raise plan.unstored[0][1]
    _, new = plan.files[0]
    lookup = plan.lookups[wanted.finding.value]
    texts = [change.text for _, changes in new.changes for change in changes]
    return MoveEdits(
        tuple((field, tuple(changes)) for field, changes in new.changes),
        format_reference(lookup.reference),
        lookup.reference.mount,
        versions[lookup.reference.path],
        lookup.variable if any(reads_variable(text, lookup) for text in texts) else None,
        tuple(_left(new, wanted.places)),
    )


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.field.part.start, finding.start, finding.end


def _cell_id(field: Field) -> str | None:
    return field.part.cell.id if field.part.cell else None


def _why_not(target: Judged) -> str:
    if target.record.kind != "credential":
        return "only credentials can be moved to Vault"
    if target.record.waived is not None:
        return "this finding is allowed; take the allow out to move it"
    if target.record.where not in _EDITABLE:
        return "what is in an output is moved with its source; clear the output"
    return "this is a reference to Vault already"


def _check(planned: Rewritten, meant: Finding) -> None:
    """Raises RequestError where the finding that was meant would stay, or its value in a source that is rewritten."""
    for left in planned.left:
        if _place(left.finding) == _place(meant):
            raise RequestError(422, f"this can't be replaced safely: {left.reason}", "not-rewritten")
    stays = {_cell_id(left.finding.field) for left in planned.left}
    for field, changes in planned.changes:
        if _cell_id(field) not in stays and meant.value in apply_changes(field.text, changes):
            raise RequestError(
                422, "this can't be replaced safely: the value would still be in the cell", "not-rewritten"
            )


def _edits(changed: Sequence[tuple[Field, Sequence[TextChange]]], text: PlainText | None) -> list[dict[str, Any]]:
    """The changes in UTF-16 units of the sources that were sent; sorted, none overlaps another."""
    edits, spans = [], text.units if text is not None else span_in_units
    for field, changes in changed:
        for change in changes:
            span = spans(field, change.start, change.end)
            edits.append({"cell": _cell_id(field) or "", "from": span.start, "to": span.end, "insert": change.text})
    return edits


def _left(new: Rewritten, places: Sequence[Finding]) -> list[tuple[Field, str]]:
    """Where the value still is once the edits are done, and why."""
    left = [(item.finding.field, item.reason) for item in new.left]
    for found in places:
        where = found.field.part.where
        if where not in _EDITABLE:
            left.append((found.field, f"the value is also in the cell's {where}; clear it"))
    told: dict[tuple[object, ...], tuple[Field, str]] = {}
    for field, reason in left:
        told.setdefault((_cell_id(field), output_of(field), reason), (field, reason))
    return list(told.values())
