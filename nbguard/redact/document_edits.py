"""The edits of a document as they come together: what was there first stays, and none overlaps another."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from nbguard.documents.edits import Writer

if TYPE_CHECKING:
    from nbguard.documents.fields import Document, Edit, Field


class DocumentEdits:
    """The edits of a document so far, and the writers that make more of them. ``partial`` are the places of those
    whose new text is still somebody's in part.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_start: dict[int, Edit] = {}
        self._taken: list[tuple[int, int]] = []
        self._writers: dict[int, tuple[Field, Writer]] = {}  # the field, too: so that no other has its id
        self.partial: set[int] = set()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"DocumentEdits({len(self._taken)} edits)"

    def writer(self, field: Field) -> Writer:
        """What writes into a field; one for each."""
        known = self._writers.get(id(field))
        if known is None:
            known = self._writers[id(field)] = field, Writer(self._document, field)
        return known[1]

    def is_free(self, span: tuple[int, int]) -> bool:
        """Whether an edit of these bytes wouldn't overlap another."""
        return self._place(span) >= 0

    def add(self, edit: Edit, partial: bool = False) -> bool:
        """Takes an edit up; False where its place is taken."""
        span = edit.start, edit.end
        at = self._place(span)
        if at < 0:
            return False
        self._taken.insert(at, span)
        self._by_start[edit.start] = edit
        if partial:
            self.partial.add(edit.start)
        return True

    def all(self) -> tuple[Edit, ...]:
        """The edits in the order of their places."""
        return tuple(self._by_start[start] for start, _ in self._taken)

    def _place(self, span: tuple[int, int]) -> int:
        taken = self._taken
        at = bisect_left(taken, span)
        if (at > 0 and taken[at - 1][1] > span[0]) or (at < len(taken) and taken[at][0] < span[1]):
            return -1
        return at
