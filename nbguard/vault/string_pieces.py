"""A value that is a piece of one string literal: where it stands, and how the literal becomes an f-string."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.text_changes import CannotRewriteError, TextChange

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.vault.python_source import Source


class StringPiece(NamedTuple):
    """A piece of a literal, from ``start`` to ``end``.

    ``mark`` is what opens the literal at ``begin``; its text is from ``inner_start`` to ``inner_end``, and it stops at
    ``stop``. ``prefix`` are its letters in lower case.
    """

    start: int
    end: int
    mark: str
    prefix: str
    begin: int
    inner_start: int
    inner_end: int
    stop: int

    @property
    def is_whole(self) -> bool:
        """Whether it is all that the literal says."""
        return (self.start, self.end) == (self.inner_start, self.inner_end)

    def touches_a_field(self, source: Source) -> bool:
        """Whether a field of an f-string stands right beside some of its characters."""
        before, after = source.text[self.start - 2 : self.start], source.text[self.end : self.end + 2]
        return (before.endswith("}") and before != "}}") or (after.startswith("{") and after != "{{")

    def in_bytes(self, source: Source, lookup: str) -> TextChange:
        """Bytes have no f-strings: a sum of what stands before, the lookup encoded, and what stands behind."""
        head = source.text[self.begin : self.start] + self.mark[len(self.prefix) :]
        tail = self.mark + source.text[self.end : self.stop]
        pieces = ([] if self.start == self.inner_start else [head]) + [f"{lookup}.encode()"]
        pieces += [] if self.end == self.inner_end else [tail]
        return TextChange(self.begin, self.stop, f"({' + '.join(pieces)})")

    def into_f_string(self, source: Source) -> list[TextChange]:
        """What makes the literal around the piece an f-string that says the same. Raises CannotRewriteError."""
        if "\\N{" in source.text[self.inner_start : self.inner_end]:
            raise CannotRewriteError("the string has named characters, which an f-string reads otherwise")
        around = (*range(self.inner_start, self.start), *range(self.end, self.inner_end))
        doubled = [TextChange(index, index, source.text[index]) for index in around if source.text[index] in "{}"]
        return [TextChange(self.begin, self.begin + ("u" in self.prefix), "f"), *doubled]


def find_piece(source: Source, string: Node, start: int, end: int, value: str) -> StringPiece | None:
    """The value inside of a literal; None where it isn't written out there. Raises CannotRewriteError."""
    opening, closing = string.children[0], string.children[-1]
    if opening.type != "string_start" or closing.type != "string_end":
        raise CannotRewriteError("the string doesn't end")
    mark = source.slice(opening)
    prefix = mark.rstrip("'\"").lower()
    begin, inner_start = source.span(opening)
    inner_end, stop = source.span(closing)
    at = start if source.text[start:end] == value else source.text.find(value, inner_start, inner_end)
    if at < 0 or not inner_start <= at <= inner_end - len(value):
        return None
    if "\\" in value and "r" not in prefix:
        # What the text says isn't what the program sees.
        return None
    return StringPiece(at, at + len(value), mark, prefix, begin, inner_start, inner_end, stop)
