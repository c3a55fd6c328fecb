"""What detectors of files that are known by their paths have in common: no literals, and the file's whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector
from nbguard.documents.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.detector import Candidates
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field

# Characters of such a file that are read.
MOST_READ = 1_000_000


class FilesByPath(Detector):
    """A detector that finds something only in the documents that its entry claims."""

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what ``find_in`` does, where the document is claimed and is a file of its own kind."""
        document = candidates.document
        part = next((part for part in document.parts if part.where == "file"), None) if candidates.claimed else None
        if part is not None:
            yield from self.find_in(document, decode(document, part))

    def find_in(self, document: Document, fields: Iterable[Field], /) -> Iterator[Finding]:
        """Yields the findings in the fields of such a file."""
        raise NotImplementedError
