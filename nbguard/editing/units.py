"""Places in a text as editors in a browser count them: in UTF-16 units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.fields import Field


class Span(NamedTuple):
    """Part of a cell's source in UTF-16 units, as CodeMirror and JavaScript count; the end exclusive."""

    start: int
    end: int


def span_in_units(field: Field, start: int, end: int) -> Span:
    """Where the characters from ``start`` to ``end`` of a field stand, in UTF-16 units."""
    first = count_units(field.text[:start])
    return Span(first, first + count_units(field.text[start:end]))


def count_units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
