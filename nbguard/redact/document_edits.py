"""The edits of a document as they come together: what was there first stays, and none overlaps another."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from nbguard.documents.edits import Writer

if TYPE_CHECKING:
    from nbguard.documents.fields import Document, Edit, Field

_BLOCK = 4096


class DocumentEdits:
    """The edits of a document so far, and the writers that make more of them. ``partial`` are the places of those
    whose new text is still somebody's in part.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_start: dict[int, Edit] = {}
        # By block of the bytes that they touch, in order: one list of all would be moved for each edit in its middle.
        self._taken: dict[int, list[tuple[int, int]]] = {}
        self._writers: dict[int, tuple[Field, Writer]] = {}  # the field, too: so that no other has its id
        self.partial: set[int] = set()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"DocumentEdits({len(self._by_start)} edits)"

    def writer(self, field: Field) -> Writer:
        """What writes into a field; one for each."""
        known = self._writers.get(id(field))
        if known is None:
            known = self._writers[id(field)] = field, Writer(self._document, field)
        return known[1]

    def is_free(self, span: tuple[int, int]) -> bool:
        """Whether an edit of these bytes wouldn't overlap another."""
        return all(_fits(span, self._taken.get(block, [])) for block in _blocks(span))

    def add(self, edit: Edit, partial: bool = False) -> bool:
        """Takes an edit up; False where its place is taken."""
        span = edit.start, edit.end
        if not self.is_free(span):
            return False
        for block in _blocks(span):
            insort(self._taken.setdefault(block, []), span)
        self._by_start[edit.start] = edit
        if partial:
            self.partial.add(edit.start)
        return True

    def all(self) -> tuple[Edit, ...]:
        """The edits in the order of their places."""
        return tuple(self._by_start[start] for start in sorted(self._by_start))


def _blocks(span: tuple[int, int]) -> range:
    return range(span[0] // _BLOCK, span[1] // _BLOCK + 1)


def _fits(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    """Whether a span overlaps none of those in a block."""
    at = bisect_left(taken, span)
    return (at == 0 or taken[at - 1][1] <= span[0]) and (at == len(taken) or taken[at][0] >= span[1])
