"""Stand-ins for the sample data of an open document, as edits of its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.lsp.text_edits import Edits
from nbguard.redact.redaction import redact
from nbguard.redact.replacements import Maker
from nbguard.scan.scanner import sample_settings

if TYPE_CHECKING:
    from nbguard.lsp.placed_findings import Result


def redacted(result: Result) -> Edits:
    """The edits that put stand-ins where the document has sample data in sources; none where nothing can be replaced.

    What stands in outputs goes with the outputs. On the scan thread only.
    """
    edits = Edits(result)
    document, policy = result.document, result.policy
    if document is None or policy is None:
        return edits
    made = redact(document, sample_settings(policy.config)(document.path), Maker(policy.salt))
    if not made.edits:
        return edits
    if not result.is_notebook:
        edits.rewrite(0, made.raw.decode("utf-8", "replace"))
        return edits
    for part in open_document(document.path, made.raw).parts:
        if part.where == "source" and part.cell is not None:
            text = "".join(field.text for field in decode(document._replace(raw=made.raw), part))
            edits.rewrite(part.cell.number, text)
    return edits
