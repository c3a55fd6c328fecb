"""The grammar of metadata keys: ``metadata.x`` and ``cell.metadata.x``, where a key may itself hold dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.spans import Member, read_object
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.strip.options import StripOptions


class Keys(NamedTuple):
    """Metadata keys to take out of one kind of object, as the ways below it; ``kept`` are exceptions to ``*``.

    ``heads`` are all keys on the first level that may be the beginning of such a way.
    """

    ways: tuple[str, ...]
    heads: frozenset[str]
    kept: frozenset[str]

    def touch(self, metadata: Iterable[str]) -> bool:
        """Whether an object with these keys may hold something to take out."""
        return not self.heads.isdisjoint(metadata) or ("*" in self.heads and bool(set(metadata) - self.kept))


class StripKeys(NamedTuple):
    """The keys of the notebook's metadata, of a cell's metadata, and of a cell itself (``cell.attachments``).

    ``markers`` are the keys that can say that outputs stay: those that aren't themselves stripped by name, so that
    stripping what is stripped changes nothing. ``*`` leaves them in; ``tags`` only where they say something of this
    kind (``tagged_metadata``).
    """

    notebook: Keys
    cell_metadata: Keys
    tagged_metadata: Keys
    cell: Keys
    markers: frozenset[str]


_MARKERS = frozenset(("init_cell", "keep_output", "tags"))


def strip_keys(options: StripOptions) -> StripKeys:
    """The keys that the options strip: the volatile and the extra ones, without those to keep."""
    kept = set(options.keep_metadata_keys)
    every = [key for key in (*options.volatile_keys, *options.extra_keys) if key not in kept]
    notebook = _compile(_below("metadata.", every), _below("metadata.", kept))
    in_cells = _compile(_below("cell.metadata.", every), _below("cell.metadata.", kept))
    markers = _MARKERS - in_cells.heads if options.markers else frozenset()
    if options.markers:
        notebook = notebook._replace(kept=notebook.kept | {"keep_output"})
        in_cells = in_cells._replace(kept=in_cells.kept | (markers - {"tags"}))
    return StripKeys(
        notebook,
        in_cells,
        in_cells._replace(kept=in_cells.kept | markers),
        _compile([way for way in _below("cell.", every) if not way.startswith("metadata.")], []),
        markers,
    )


def find_members(text: str, start: int, keys: Keys) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yields what to cut from the object at ``start``: the way to each object's keys, and the spans to remove.

    A key is matched whole before it is split at its dots, so ``metadata.a.b`` is the key ``a.b`` as well as ``b``
    inside ``a``.
    """
    pending = [(start, keys.ways, "")]
    while pending:
        at, ways, above = pending.pop()
        if text[at : at + 1] != "{":
            continue
        members, end = read_object(text, at)
        going = []
        for number, member in enumerate(members):
            if member.key in ways or ("*" in ways and not above and member.key not in keys.kept):
                going.append(number)
                continue
            inner = tuple(way[len(member.key) + 1 :] for way in ways if way.startswith(member.key + "."))
            if inner:
                pending.append((member.start, inner, f"{above}{member.key}."))
        if going:
            names = ", ".join(dict.fromkeys(above + members[number].key for number in going))
            yield names, cut_members(members, going, at, end)


def cut_members(members: list[Member], going: list[int], start: int, end: int) -> list[tuple[int, int]]:
    """The spans to remove from an object or array at ``start`` to ``end`` so that the members of these numbers go.

    Each takes one comma and its white space along, so that what stays is laid out as before. Where nothing stays,
    nothing is left between the brackets.
    """
    gone = set(going)
    if len(gone) == len(members):
        return [(start + 1, end - 1)]
    spans: list[tuple[int, int]] = []
    first_to_stay = next(number for number in range(len(members)) if number not in gone)
    for number in sorted(gone):
        if number < first_to_stay:
            spans.append((members[number].key_start, members[number + 1].key_start))
        else:
            spans.append((members[number - 1].end, members[number].end))
    return spans


def _below(prefix: str, keys: Iterable[str]) -> list[str]:
    return [key[len(prefix) :] for key in keys if key.startswith(prefix)]


def _compile(ways: list[str], kept: list[str]) -> Keys:
    heads: set[str] = set()
    for way in ways:
        steps = way.split(".")
        heads.update(".".join(steps[: count + 1]) for count in range(len(steps)))
    return Keys(tuple(dict.fromkeys(ways)), frozenset(heads), frozenset(kept))
