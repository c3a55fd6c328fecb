"""Values that code puts together from literals: their text, and where each piece of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.detect.dataflow.unit import Unit

MAX_VALUES = 32
_BASE64_TEXT = lazy_regex(r"[A-Za-z0-9+/_-]{8,}={0,2}")


class Piece(NamedTuple):
    """A run of a value's text and where it is written: characters of the unit's field.

    ``verbatim``: the characters there are the text, one for one. ``text`` None: unknown until the code runs.
    """

    text: str | None
    unit: Unit
    start: int
    end: int
    verbatim: bool


Value = tuple[Piece, ...]


def text_of(value: Value) -> str:
    """The text of a value's known pieces."""
    return "".join(piece.text for piece in value if piece.text is not None)


def product(alternatives: list[list[Value]]) -> list[Value]:
    """All ways to put one value of each list after the other; no more than MAX_VALUES of them."""
    values: list[Value] = [()]
    if all(len(choices) == 1 for choices in alternatives):
        return [tuple(piece for choices in alternatives for piece in choices[0])]
    for choices in alternatives[:1000]:
        values = [value + choice for value in values for choice in choices][:MAX_VALUES]
    return values


def part(piece: Piece, start: int, end: int) -> Value:
    """The characters from ``start`` to ``end`` of a piece."""
    text = (piece.text or "")[start:end]
    if not text:
        return ()
    if piece.verbatim:
        return (Piece(text, piece.unit, piece.start + start, piece.start + end, True),)
    return (piece._replace(text=text),)


def stripped(value: Value, method: str) -> Value:
    """A value without white space at its ends, as ``strip``, ``lstrip`` or ``rstrip`` does."""
    if not value or value[0].text is None or value[-1].text is None:
        return value
    pieces = list(value)
    if method != "rstrip":
        first = pieces[0]
        text = first.text or ""
        pieces[0:1] = part(first, len(text) - len(text.lstrip()), len(text))
    if method != "lstrip" and pieces and pieces[-1].text:
        last = pieces[-1]
        pieces[-1:] = part(last, 0, len((last.text or "").rstrip()))
    return tuple(pieces)


def decoded(value: Value) -> Value:
    """A value in Base64 decoded; as it is where it can't be."""
    from base64 import urlsafe_b64decode

    text = text_of(value).strip()
    if not value or not _BASE64_TEXT.fullmatch(text):
        return value
    try:
        raw = urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
        decoded = raw.decode("utf-8").strip()
    except ValueError:
        return value
    return (Piece(decoded, value[0].unit, value[0].start, value[-1].end, False),)


def reversed_value(value: Value) -> Value:
    """A value written backwards."""
    return (Piece(text_of(value)[::-1], value[0].unit, value[0].start, value[-1].end, False),) if value else ()
