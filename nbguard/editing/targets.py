"""Which finding a request means, in the notebook that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.editing.request_errors import RequestError
from nbguard.editing.units import span_in_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.documents.fields import Document
    from nbguard.editing.plain_texts import PlainText
    from nbguard.editing.request_records import Place
    from nbguard.scan.scanner import Judged


def find_target(judged: Sequence[Judged], place: Place, text: PlainText | None = None) -> Judged:
    """The finding at a place; ``text``: the one that was scanned, where it is no notebook.

    Raises RequestError: 404 where there is none like it any more, 409 where it moved.
    """
    alike = [item for item in judged if item.record.fingerprint == place.fingerprint]
    if not alike:
        raise RequestError(404, "this finding isn't there any more; scan the notebook again", "gone")
    here = alike
    if text is None:
        here = [item for item in alike if ((item.record.cell.id if item.record.cell else None) or "") == place.cell]
    if place.start is not None:
        here = [item for item in here if _stands_at(item, place, text)]
    if not here:
        raise RequestError(409, "the cell has changed since it was scanned; scan the notebook again", "changed")
    return here[0]


def check_ids(document: Document, changed: Iterable[str | None]) -> None:
    """Raises RequestError (422) where a cell that is to be changed can't be told from another one."""
    ids: dict[str | None, set[int]] = {}
    for part in document.parts:
        if part.cell is not None:
            ids.setdefault(part.cell.id, set()).add(part.cell.number)
    for changed_id in changed:
        if not changed_id or len(ids[changed_id]) != 1:
            raise RequestError(
                422, "two cells have the same id, or one has none: save the notebook and open it again", "ids"
            )


def _stands_at(item: Judged, place: Place, text: PlainText | None) -> bool:
    finding = item.finding
    if text is None and finding.field.part.where != "source":
        return False
    spans = text.units if text is not None else span_in_units
    span = spans(finding.field, finding.start, finding.end)
    return (span.start, span.end) == (place.start, place.end)
