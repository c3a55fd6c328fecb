"""Values that code puts together from literals: their text, and where each piece of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.documents.fields import Field

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


def place_of(value: Value, first: int, last: int) -> tuple[Field, int, int] | None:
    """Where the characters from ``first`` to ``last`` of a value's text are written; None where that is nowhere.

    Pieces that don't stand in the first one's field are left out.
    """
    at, spans = 0, []
    for piece in value:
        length = len(piece.text or "")
        if length and at < last and at + length > first:
            begin = piece.start + max(0, first - at) if piece.verbatim else piece.start
            finish = piece.start + min(length, last - at) if piece.verbatim else piece.end
            spans.append((piece.unit.field, begin, finish))
        at += length
    if not spans:
        return None
    field, begin, finish = spans[0]
    for other, _, other_end in spans[1:]:
        if other is field and other_end > finish and begin <= other_end:
            finish = other_end
    return field, begin, finish


def piece_between(value: Value, separator: str, number: int, most: int, *, backwards: bool) -> Value:
    """One of the pieces that a value of one literal is split into, as ``text.split(separator, most)[number]``."""
    if len(value) != 1 or not value[0].text:
        return ()
    text = value[0].text
    pieces = (text.rsplit if backwards else text.split)(separator, most)
    if not -len(pieces) <= number < len(pieces):
        return ()
    before = pieces[: number % len(pieces)]
    start = sum(map(len, before)) + len(separator) * len(before)
    return part(value[0], start, start + len(pieces[number]))


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
