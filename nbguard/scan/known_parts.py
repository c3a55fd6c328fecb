"""Remembers parts of notebooks in which no sample data was found: most versions of a notebook share most cells.

Whether a part holds sample data hangs on the part alone, and on the thresholds. Looking for it is the dearest step, so
each part is looked at once in a run.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.engine import Screening
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Part

# Numbers that are kept at most, about 100 MB; then it begins anew.
_MOST = 1_000_000


class KnownParts:
    """Parts that hold no sample data, by keyed hashes of their bytes and of where they stand."""

    def __init__(self) -> None:
        self._clean: set[int] = set()

    def leave_out(self, document: Document, screening: Screening, settings: str) -> tuple[Screening, dict[int, int]]:
        """The screening without the signals in parts that are known, and the others: their offset and their hash.

        ``settings`` names the thresholds that hold for this document.
        """
        signals = screening.evidence.get("sample-data")
        if signals is None or document.kind != "notebook" or screening.blind or signals.hidden:
            return screening, {}
        parts = document.parts
        starts = [part.start for part in parts]
        asked: dict[int, int] = {}
        left: list[int] = []
        for offset in signals.offsets:
            number = bisect_right(starts, offset) - 1
            if number < 0 or offset >= parts[number].end:
                continue
            if number not in asked:
                asked[number] = _key(document.raw, parts[number], settings)
            if asked[number] not in self._clean:
                left.append(offset)
        unknown = {parts[number].start: key for number, key in asked.items() if key not in self._clean}
        samples = {"sample-data": signals._replace(offsets=left)} if left or signals.traces else {}
        others = {name: said for name, said in screening.evidence.items() if name != "sample-data"}
        return screening._replace(evidence=others | samples), unknown

    def learn(self, unknown: dict[int, int], findings: Iterable[Finding]) -> None:
        """Remembers those of the ``unknown`` parts in which there is no finding of any kind."""
        if len(self._clean) > _MOST:
            self._clean.clear()
        found = {finding.field.part.start for finding in findings}
        self._clean.update(key for start, key in unknown.items() if start not in found)


def _key(raw: bytes, part: Part, settings: str) -> int:
    kind = part.cell.type if part.cell else ""
    return hash((raw[part.start : part.end], part.where, part.path, part.mime, part.form, kind, settings))
