r"""What a program sees where source text has escapes: ``\n`` in a literal is one character, and so is it in Vault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.dataflow.syntax import ParsedCell
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document


def as_program_sees(findings: Iterable[Finding], document: Document) -> Iterator[Finding]:
    r"""The findings, each with its value's escapes undone where it stands in a Python literal or a JSON file.

    A value that was found as it is written, such as a private key on one line with ``\n`` in it, would otherwise
    come back from Vault with the backslashes.
    """
    cells: dict[str, ParsedCell] = {}
    for finding in findings:
        yield _undo_escapes(finding, document, cells)


def _undo_escapes(finding: Finding, document: Document, cells: dict[str, ParsedCell]) -> Finding:
    """``cells`` keeps what was parsed: thousands of findings may stand in one text."""
    field = finding.field
    if "\\" not in finding.value or field.text[finding.start : finding.end] != finding.value:
        return finding
    if document.kind == "text" and document.language == "json":
        try:
            return finding._replace(value=str(json.loads(f'"{finding.value}"')))
        except ValueError:
            return finding
    if document.language != "python" or field.part.where not in ("source", "file"):
        return finding
    if field.part.cell is not None and field.part.cell.type != "code":
        return finding
    from nbguard.detect.dataflow.syntax import literal_at, parse_cell, unescape

    if field.text not in cells:
        cells[field.text] = parse_cell(field.text)
    literal = literal_at(cells[field.text], finding.start, finding.end)
    if literal is None or literal.place != "code":
        return finding
    return finding._replace(value=unescape(finding.value, literal.prefix))
