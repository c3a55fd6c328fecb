"""A file that is open as text, and isn't saved yet: what is found in it, and where that stands in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.fields import Document
from nbguard.documents.positions import byte_span
from nbguard.editing.request_errors import RequestError
from nbguard.editing.units import Span, count_units

if TYPE_CHECKING:
    from nbguard.documents.fields import Field
    from nbguard.editing.identities import Identities
    from nbguard.editing.policies import Policy
    from nbguard.scan.scanner import Judged, Scanner

_MARK = "\ufeff"


class PlainText(NamedTuple):
    """A text as an editor has it, and the document that it makes."""

    text: str
    document: Document

    def __repr__(self) -> str:
        """Shows no content."""
        return f"PlainText({len(self.text)} characters)"

    def characters(self, field: Field, start: int, end: int) -> tuple[int, int]:
        """Where the characters of a field stand in the text, which may begin with a byte order mark."""
        if field.part.form == "text":
            marked = self.text.startswith(_MARK) and not field.text.startswith(_MARK)
            return start + marked, end + marked
        first, last = byte_span(self.document, field, start, end)
        raw = self.document.raw
        before = len(raw[:first].decode("utf-8", "replace"))
        return before, before + len(raw[first:last].decode("utf-8", "replace"))

    def units(self, field: Field, start: int, end: int) -> Span:
        """The same in UTF-16 units."""
        first, last = self.characters(field, start, end)
        before = count_units(self.text[:first])
        return Span(before, before + count_units(self.text[first:last]))


def scan_plain_text(
    text: str, policy: Policy, scanner: Scanner, identities: Identities | None = None
) -> tuple[Document, list[Judged]]:
    """The document of a text and what is reported of it, in reading order. On the scan thread only.

    Values that were moved are called as they were then. Raises RequestError (413) for more than the policy looks at.
    """
    raw = text.encode("utf-8", "surrogatepass")
    limit = policy.config.max_file_size
    if len(raw) > limit:
        raise RequestError(413, f"it is larger than max_file_size ({limit} bytes)", "size")
    scanned = scanner.scan_or_raise(policy.name, raw)
    if scanned.document is None:
        return Document(policy.name, raw, "text", "", (), scanned.problem), []
    found = identities.call(scanned.findings) if identities is not None else scanned.findings
    judged = scanner.judge(scanned.document, found)
    return scanned.document, sorted(judged, key=_reading_order)


def actions_in_text(item: Judged) -> list[str]:
    """What can be done about a finding in a text; where a notebook is open as text, nothing is safe in its JSON."""
    if item.finding.field.part.form != "text":
        return []
    can = []
    if item.record.kind == "credential":
        can = ["move", "env"] if item.finding.field.part.mime == "text/x-python" else ["move"]
    can.append("allow")
    if item.record.kind != "hygiene" and item.finding.end > item.finding.start:
        can.append("remove")
    return can


def _reading_order(item: Judged) -> tuple[int, int, str]:
    return item.record.file_line, item.record.column, item.record.rule
