"""Which credentials of some documents may be moved to Vault: those that a scan reports and nobody accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.overlaps import keep_most_specific
from nbguard.scan.known_values import KnownValues
from nbguard.vault.plan import is_reference
from nbguard.vault.program_values import as_program_sees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.scan.scanner import Scanner


def find_movable(documents: Sequence[Document], scanner: Scanner) -> list[tuple[Finding, ...]]:
    """For each document the findings to be moved, with values as a program sees them.

    A value that is found in one document is looked for in all of them. What two rules found in one place is moved once.
    """
    detected = [scanner.find_in(document) for document in documents]
    # A reference is never a credential, even where it is an echo: an output that repeats it.
    references = {finding.value for findings in detected for finding in findings if is_reference(finding)}
    known = KnownValues()
    for findings in detected:
        known.add(finding for finding in findings if finding.value not in references)
    movable = []
    for document, present in zip(documents, detected, strict=True):
        everywhere = [*present, *known.find_in(document, present)]
        wanted = [
            finding
            for finding, record in scanner.judge(document, everywhere)
            if finding.kind == "credential" and record.waived is None and finding.value not in references
        ]
        once = sorted(keep_most_specific(wanted), key=lambda finding: (finding.field.part.start, finding.start))
        movable.append(tuple(as_program_sees(once, document)))
    return movable
