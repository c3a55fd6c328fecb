"""Looks for tokens in binary files: only what is known by its shape, and only near where its literal stands.

Names, calls and other words say nothing there, and a database or a compiled library is full of them.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from nbguard.detect.detector import Candidates
from nbguard.documents.decode import decode
from nbguard.documents.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbguard.detect.detector import Detector
    from nbguard.detect.finding import Finding
    from nbguard.detect.triggers import Ask
    from nbguard.documents.fields import Document, Part

# How much is looked at on each side of a literal, in bytes: a private key of 8192 bits takes 6,500.
_NEAR = 8_000


def find_in_binary(
    document: Document, hits: Sequence[tuple[int, Ask]], detector_of: Callable[[str], Detector], near: int = _NEAR
) -> Iterator[Finding]:
    """Yields the tokens near some hits (pairs of byte offset and who asks, sorted) in a binary file.

    The findings' field is the whole text of the part in which they stand, as any other detector has it.
    """
    ends = [end for end, _ in hits]
    for part in document.parts:
        inside = hits[bisect_right(ends, part.start) : bisect_right(ends, part.end)]
        if inside:
            yield from _find_in_part(document, part, inside, detector_of, near)


def find_everywhere(
    document: Document, asks: Sequence[Ask], detector_of: Callable[[str], Detector]
) -> Iterator[Finding]:
    """Yields the tokens in a binary file, whatever the prefilter says."""
    for part in document.parts:
        hits = [((part.start + part.end + 1) // 2, ask) for ask in asks]
        yield from _find_in_part(document, part, hits, detector_of, len(document.raw))


def _find_in_part(
    document: Document, part: Part, hits: Sequence[tuple[int, Ask]], detector_of: Callable[[str], Detector], near: int
) -> Iterator[Finding]:
    raw = document.raw
    whole: Field | None = None
    character, byte = 0, part.start
    for start, end, topics in _stretches(hits, part, near):
        # In Latin-1 a byte is a character. Tokens are ASCII, so their text is the same in the file's own encoding.
        field = Field(raw[start:end].decode("latin-1"), part)
        found = [
            finding
            for name, asked in topics.items()
            for finding in detector_of(name).find(Candidates(document, ((field, frozenset(asked)),)))
        ]
        for finding in sorted(found, key=lambda finding: finding.start):
            if whole is None:
                whole = next(decode(document, part))
            character += len(raw[byte : start + finding.start].decode("utf-8", "surrogateescape"))
            byte = start + finding.start
            length = finding.end - finding.start
            yield finding._replace(field=whole, start=character, end=character + length)


def _stretches(
    hits: Iterable[tuple[int, Ask]], part: Part, near: int
) -> Iterator[tuple[int, int, dict[str, set[str]]]]:
    """What stands around hits, where that overlaps as one, with the topics that fired there, by detector."""
    first = last = -1
    topics: dict[str, set[str]] = {}
    for offset, ask in hits:
        if topics and offset - near > last:
            yield first, last, topics
            topics = {}
        if not topics:
            first = max(part.start, offset - near, last)
        last = min(part.end, offset + near)
        topics.setdefault(ask.detector, set()).update(ask.topics)
    if topics:
        yield first, last, topics
