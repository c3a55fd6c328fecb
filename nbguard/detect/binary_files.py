"""Looks for tokens in binary files: only what is known by its shape, and only near where its literal stands.

Names, calls and other words say nothing there, and a database or a compiled library is full of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.credentials.shapes import find_shapes
from nbguard.detect.generic.generic import find_generic
from nbguard.detect.generic.generic_gates import GATES
from nbguard.detect.triggers import Trigger, join_triggers
from nbguard.documents.decode import decode_text
from nbguard.documents.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbguard.detect.credentials.provider_rules import Catalogue
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document

# How much is looked at on each side of a literal, in bytes: a private key of 8192 bits takes 6,500.
_NEAR = 8_000
_EXACT = frozenset(gate.plugin for gate in GATES if gate.needles or (gate.confirm and "(?i" not in gate.place))


def without_names(table: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """The triggers with only what knows a token by its shape, in the case it is written in; numbered as before."""
    return tuple(
        Trigger(
            trigger.literal,
            trigger.stem,
            shapes=trigger.shapes,
            plugins=tuple(plugin for plugin in trigger.plugins if plugin in _EXACT),
            confirm=trigger.confirm,
        )
        for trigger in table
    )


def find_in_binary(
    document: Document, hits: Sequence[tuple[int, int]], table: Sequence[Trigger], catalogue: Catalogue
) -> Iterator[Finding]:
    """Yields the tokens near some hits (pairs of byte offset and trigger's number, sorted) in a binary file.

    The findings' field is the whole file's text, as any other detector has it.
    """
    raw, part = document.raw, document.parts[0]
    whole: Field | None = None
    character = byte = 0
    for start, end, numbers in _stretches(hits, len(raw)):
        trigger = join_triggers(table[number] for number in numbers)
        # In Latin-1 a byte is a character. Tokens are ASCII, so their text is the same in the file's own encoding.
        near = Field(raw[start:end].decode("latin-1"), part)
        found = [*find_shapes(near, trigger.shapes, catalogue), *find_generic(near, trigger.plugins)]
        for finding in sorted(found, key=lambda finding: finding.start):
            if whole is None:
                whole = Field(decode_text(raw), part)
            character += len(raw[byte : start + finding.start].decode("utf-8", "surrogateescape"))
            byte = start + finding.start
            length = finding.end - finding.start
            yield finding._replace(field=whole, start=character, end=character + length)


def _stretches(hits: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int, set[int]]]:
    """What stands around hits, where that overlaps as one, with the numbers that fired there."""
    first = last = -1
    numbers: set[int] = set()
    for offset, number in hits:
        if numbers and offset - _NEAR > last:
            yield first, last, numbers
            numbers = set()
        if not numbers:
            first = max(0, offset - _NEAR, last)
        last = min(size, offset + _NEAR)
        numbers = numbers | {number} if number not in numbers else numbers
    if numbers:
        yield first, last, numbers
