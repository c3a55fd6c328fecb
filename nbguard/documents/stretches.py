"""Where the text of a notebook stands in its bytes: all of it but the pictures, which are most of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.documents.fields import Document

# Bytes between two parts from which they are left out, and so many of them that stay on either side: who looks at a
# place sees what is around it, and what is said of a payload stands before it.
_APART, _KEPT = 8_192, 1_024
# A smaller file is searched as quickly as its parts are gone through.
LARGE = 1_000_000


# Bytes from one offset to another, several times, in file order.
Stretches = tuple[tuple[int, int], ...]


def text_stretches(document: Document) -> Stretches:
    """The stretches of a document's bytes in which its parts lie, in file order; one where little could be left out.

    What lies in no part is never decoded, so nothing can be found there.
    """
    whole = len(document.raw)
    if document.kind != "notebook" or document.problem or whole < LARGE:
        return ((0, whole),)
    stretches: list[tuple[int, int]] = []
    start = seen = 0
    for part in document.parts:
        if part.start - seen > _APART:
            stretches.append((start, seen + _KEPT))
            start = part.start - _KEPT
        seen = max(seen, part.end)
    if whole - seen > _APART:
        return (*stretches, (start, seen + _KEPT), (whole - _KEPT, whole))
    return (*stretches, (start, whole))
