"""Where else in a document a credential stands that was found in it: whole, or in pieces that outputs show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.echoes import find_echoes, may_echo
from nbguard.detect.fragments import find_fragments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.edit_memory import EditMemory
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document


def find_further_places(
    document: Document, findings: list[Finding], edits: EditMemory | None = None
) -> Iterator[Finding]:
    """Yields a finding for each further place of these findings' values in their document.

    ``edits`` are those of this document, where it comes again after each.
    """
    yield from find_echoes(document, findings, findings)
    yield from find_fragments(document, filter(may_echo, findings), edits)
