"""The record of this room: a name and the value that a text gives it, with the places of both."""

from __future__ import annotations

from nbguard.named_tuple import NamedTuple


class Pair(NamedTuple):
    """A value at the characters from ``start`` to ``end`` of a text, and the name it is given to.

    ``value`` is decoded (escapes undone), the span is what stands in the text, without quotes. ``name_start`` and
    ``name_end`` are the name's own span; both are 0 where the name isn't written there (the user of a URL). ``path``
    are the enclosing names, outermost first: sections, parent keys. ``form`` says which reader saw it, and ``scheme``
    what stands before the value in a header (``Bearer``). Pairs of one object share a ``group``; 0 is no object.
    """

    name: str
    value: str
    start: int
    end: int
    name_start: int = 0
    name_end: int = 0
    path: tuple[str, ...] = ()
    quoted: bool = False
    form: str = ""
    scheme: str = ""
    group: int = 0

    def __repr__(self) -> str:
        """Shows name and place only: the value may be a secret."""
        return f"Pair({self.name!r}, {self.start}-{self.end}, {self.form})"
