r"""What a program sees where source text has escapes: ``\n`` in a literal is one character, and so is it in Vault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document


def as_program_sees(finding: Finding, document: Document) -> Finding:
    r"""The finding with its value's escapes undone, where it stands in a Python literal or a JSON file.

    A value that was found as it is written, such as a private key on one line with ``\n`` in it, would otherwise
    come back from Vault with the backslashes.
    """
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
    from nbguard.detect.dataflow.syntax import literal_at, unescape

    literal = literal_at(field.text, finding.start, finding.end)
    if literal is None or literal.place != "code":
        return finding
    return finding._replace(value=unescape(finding.value, literal.prefix))
