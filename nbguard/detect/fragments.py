"""Finds pieces of a credential that outputs show: ``Using key Qm3ZxT7vK9Lp…`` below a call that holds the whole.

A piece of twelve characters says by itself which credential it is of. Only what is secret counts: no prefix that a
vendor gives to all its keys, and of a JSON Web Token the signature alone.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_SHAPE
from nbguard.detect.prefilter import ends_in
from nbguard.documents.decode import decode
from nbguard.documents.occurrences import occurrences
from nbguard.documents.stretches import LARGE, text_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.edit_memory import EditMemory
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field, Part

SHORTEST_FRAGMENT = 12
# A piece of twelve holds one block of six whole, wherever the value was cut.
_BLOCK = SHORTEST_FRAGMENT // 2
# Of longer values, and of more of them, pieces aren't looked for.
_LONGEST, _MOST = 400, 16


def find_fragments(document: Document, known: Iterable[Finding], edits: EditMemory | None = None) -> Iterator[Finding]:
    """Yields a finding for each piece of a known value in an output. Takes time linear in the document for each value.

    ``known`` are findings of credentials that are no doubtful ones, in the same document.
    """
    by_secret = {secret: finding for finding in known if (secret := _secret_part(finding))}
    if not 0 < len(by_secret) <= _MOST:
        return
    blocks = {secret: _blocks(secret) for secret in by_secret}
    raw = document.raw
    may_hold = _passed(document, {piece for pieces in blocks.values() for _, piece in pieces}, edits)
    for part in document.parts:
        if part.where != "output" or not may_hold(part):
            continue
        shown = [
            secret
            for secret, pieces in blocks.items()
            if any(raw.find(piece.encode(), part.start, part.end) >= 0 for _, piece in pieces)
        ]
        for field in decode(document, part) if shown else ():
            for secret in shown:
                yield from _in_field(field, secret, blocks[secret], by_secret[secret])


def _passed(document: Document, pieces: set[str], edits: EditMemory | None) -> Callable[[Part], bool]:
    """Says whether one of the pieces may stand in a part: in a large document they are searched all at once, and in
    one that was edited, in what is new.
    """
    if edits is not None:
        sought = [piece.encode() for piece in sorted(pieces)]
        said = edits.answers((_passed, *sought), _BLOCK, lambda raw, start, end: _ends_between(raw, start, end, sought))
        ends = sorted({place for _, places in said for place in places})
    elif len(document.raw) < LARGE:
        return lambda _: True
    else:
        ends = sorted(ends_in(document.raw, text_stretches(document), sorted(pieces)))
    return lambda part: bisect_left(ends, part.start) < bisect_left(ends, part.end + 1)


def _ends_between(raw: bytes, start: int, end: int, sought: list[bytes]) -> list[int]:
    return [place + len(piece) for piece in sought for place in occurrences(raw, piece, start, end, overlapping=True)]


def _secret_part(finding: Finding) -> str:
    """What is secret of a value that pieces are looked for of; empty for none."""
    value = finding.value
    secret = value.rpartition(".")[2] if value.startswith("eyJ") else value[finding.prefix :]
    if not SHORTEST_FRAGMENT < len(secret) <= _LONGEST or not secret.isascii() or any(map(str.isspace, secret)):
        return ""
    return secret


def _blocks(secret: str) -> list[tuple[int, str]]:
    """The blocks of a value that stand at multiples of their length, with their places."""
    return [(at, secret[at : at + _BLOCK]) for at in range(0, len(secret) - _BLOCK + 1, _BLOCK)]


def _in_field(field: Field, secret: str, blocks: list[tuple[int, str]], finding: Finding) -> Iterator[Finding]:
    text, seen = field.text, set[tuple[int, int]]()
    public = finding.value.removesuffix(secret)
    for at, block in blocks:
        place = text.find(block)
        while place >= 0:
            span = start, end = _grown(text, place, secret, at)
            if end - start >= SHORTEST_FRAGMENT and span not in seen and end - start < len(secret):
                seen.add(span)
                # What a vendor gives to all its keys may stand in front of the piece.
                start -= len(public) if secret.startswith(text[start:end]) and text.endswith(public, 0, start) else 0
                cause = f"a piece of a value that stands elsewhere ({finding.cause})"
                yield finding._replace(
                    field=field, start=start, end=end, value=text[start:end], cause=cause, prefix=0, rank=RANK_SHAPE - 1
                )
            place = text.find(block, place + 1)


def _grown(text: str, place: int, secret: str, at: int) -> tuple[int, int]:
    """The span of a text around a block that agrees with the value."""
    start, end, last = place, place + _BLOCK, at + _BLOCK
    while at > 0 and start > 0 and text[start - 1] == secret[at - 1]:
        start, at = start - 1, at - 1
    while last < len(secret) and end < len(text) and text[end] == secret[last]:
        end, last = end + 1, last + 1
    return start, end
