"""Strips a notebook's bytes: outputs, execution counts and volatile metadata go, every other byte stays."""

from __future__ import annotations

from operator import itemgetter

from nbguard.documents.edits import apply
from nbguard.documents.fields import Edit
from nbguard.named_tuple import NamedTuple
from nbguard.strip.options import DEFAULT, StripOptions
from nbguard.strip.outline import Outline, read_outline
from nbguard.strip.removal import Removal, find_removals, needs_whole

# Less than half of what calling the class takes.
_new = tuple.__new__


class Volatile(NamedTuple):
    """Something that stripping takes out: ``what``, in the cell of this number (None: in the notebook)."""

    cell: int | None
    what: str

    def __str__(self) -> str:
        return f"notebook: {self.what}" if self.cell is None else f"cell {self.cell + 1}: {self.what}"


def strip(raw: bytes, options: StripOptions = DEFAULT) -> bytes:
    """The notebook without what the options strip; the very same object where there is nothing to strip.

    Outputs become ``[]``, counts ``null``, and a piece of metadata goes with one comma and its white space. Nothing
    is reserialised, so every other byte is as it was (unless ``options.normalize`` asks for nbformat's layout).
    An empty file is left alone. Raises UnreadableError where this is no notebook, or its markers contradict each
    other.
    """
    if _is_empty(raw):
        return raw
    outline, removals = _find(raw, options)
    stripped = apply(raw, _in_bytes(outline, removals)) if removals else raw
    if options.normalize:
        from nbguard.strip.layout import normalize

        return normalize(stripped)
    return stripped


def find_volatile(raw: bytes, options: StripOptions = DEFAULT) -> list[Volatile]:
    """What ``strip`` would take out, each thing once, in file order. Raises what ``strip`` raises."""
    if _is_empty(raw):
        return []
    removals = sorted(_find(raw, options)[1], key=lambda removal: removal.edit.start)
    found = [Volatile(removal.cell, removal.what) for removal in removals]
    if not found and options.normalize and strip(raw, options) is not raw:
        found.append(Volatile(None, "not in nbformat's layout"))
    return list(dict.fromkeys(found))


def _is_empty(raw: bytes) -> bool:
    return not raw[:100].strip() and not raw.strip()


def _find(raw: bytes, options: StripOptions) -> tuple[Outline, list[Removal]]:
    outline = read_outline(raw, whole=needs_whole(options))
    return outline, find_removals(outline, options)


def _in_bytes(outline: Outline, removals: list[Removal]) -> list[Edit]:
    edits = [removal.edit for removal in removals]
    if not outline.cut_at:
        return edits
    # In the order of the file, so that what was cut out of the text is passed once.
    edits.sort(key=itemgetter(0, 1))
    cut_at, cut_bytes = outline.cut_at, outline.cut_bytes
    moved = []
    passed, last = 0, len(cut_at)
    for start, end, replacement in edits:
        while passed < last and cut_at[passed] < start:
            passed += 1
        first = start + cut_bytes[passed]
        while passed < last and cut_at[passed] < end:
            passed += 1
        moved.append(_new(Edit, (first, end + cut_bytes[passed], replacement)))
    return moved
