"""What other detectors find in a text that stands in another way in its file, and that no prefilter has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.detector import Candidates
from nbguard.detect.detectors import DETECTORS
from nbguard.detect.triggers import load_triggers
from nbguard.documents.ascii_case import lower_ascii

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field


class DecodedSearch:
    """Some detectors by their names, for texts that were decoded or put together."""

    def __init__(self, scope: Scope, names: Collection[str]) -> None:
        self._inside = {entry.name: entry for entry in DETECTORS if entry.name in names}
        self._scope = scope

    def find(self, document: Document, field: Field) -> Iterator[Finding]:
        """Yields what they find in such a text; ``field`` has it in the place of its own."""
        lowered = lower_ascii(field.text)
        topics: dict[str, set[str]] = {}
        table = load_triggers().table
        for number, literal in enumerate(table.literals):
            if literal in lowered:
                for ask in table.asks(number):
                    topics.setdefault(ask.detector, set()).update(ask.topics)
        for name, entry in self._inside.items():
            if name in topics:
                asked = ((field, frozenset(topics[name])),)
                yield from entry.make(self._scope).find(Candidates(document, asked))
