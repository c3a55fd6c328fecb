"""Finds a value that was identified once wherever else it stands: an opaque token in an output has no other sign."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_DOUBTFUL, RANK_ECHO, RANK_FOREIGN
from nbguard.detect.prefilter import as_bytes, ends_in
from nbguard.detect.whole_values import is_joined
from nbguard.documents.decode import decode, encoding_of
from nbguard.documents.mixed_encodings import MIXED
from nbguard.documents.occurrences import occurrences
from nbguard.documents.stretches import text_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field

# Shorter values stand in ordinary text by chance.
SHORTEST_ECHO = 8
# So many values are looked for one by one.
_FEW = 48
# Making a database takes as long for one value as a search without one for so many bytes.
_COMPILING = 250


def find_echoes(document: Document, known: Iterable[Finding], present: Iterable[Finding]) -> Iterator[Finding]:
    """Yields a finding for each further place of a known credential's value in a document.

    The value is looked for in the raw bytes first, as UTF-8 and as JSON writes it; only parts that hold it are
    decoded, and in UTF-16 all of them.

    ``known`` may come from other documents; ``present`` are the findings this document has already.
    """
    by_value = {f.value: f for f in sorted(known, key=lambda finding: finding.rank) if may_echo(f)}
    present = list(present)
    # Where one of the values was found, its bytes needn't be asked whether one is there.
    own = {f.field.part.start: f.field.part.end for f in present if f.value in by_value}
    offsets = _offsets_in(document, by_value, own)
    blind = _is_blind(document)
    if not offsets and not blind:
        return
    places_in = _search_for(by_value)
    places = {(f.field.part.start, f.start, f.end, f.rule) for f in present}
    # Only a finding that says more than an echo keeps overlapping echoes away.
    taken = _spans_of(f for f in present if f.rank > RANK_ECHO)
    wider = _spans_of(f for f in present if f.kind == "credential")
    for field in _fields_at(document, None if blind else offsets):
        inside = taken.get(field.part.start)
        for start, value in places_in(field.text):
            finding, end = by_value[value], start + len(value)
            place = (field.part.start, start, end, finding.rule)
            if place in places or (inside is not None and inside.overlaps(start, end)):
                continue
            if _is_piece(field.text, start, end, wider.get(field.part.start)):
                continue
            places.add(place)
            cause = _cause_of_echo(finding)
            yield finding._replace(field=field, start=start, end=end, cause=cause, rank=RANK_ECHO)


def _fields_at(document: Document, offsets: Sequence[int] | None) -> Iterator[Field]:
    """The fields of the parts in which some bytes lie, by their offsets; all fields where there are none."""
    for part in document.parts:
        if offsets is None or bisect_left(offsets, part.start) < bisect_left(offsets, part.end):
            yield from decode(document, part)


def _is_blind(document: Document) -> bool:
    """Whether raw bytes don't show where a value stands."""
    return encoding_of(document.raw)[0] != "utf-8" or any(part.form in MIXED for part in document.parts)


def _cause_of_echo(finding: Finding) -> str:
    # The echo of an echo is one of the same finding.
    return finding.cause if finding.rank == RANK_ECHO else f"the same value as elsewhere ({finding.cause})"


def may_echo(finding: Finding) -> bool:
    """Whether a finding's value is looked for elsewhere: a credential that isn't too short, and no file's path.

    The value of a doubtful finding isn't: one false alarm would become many.
    """
    return (
        finding.kind == "credential"
        and len(finding.value) >= SHORTEST_ECHO
        and finding.end > finding.start
        and finding.rank > RANK_FOREIGN
        and finding.rank != RANK_DOUBTFUL
    )


class _Taken:
    """Spans of a field, asked whether one of them overlaps another span."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._furthest = list(accumulate((end for _, end in spans), max))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a span overlaps one of these."""
        last = bisect_left(self._starts, end) - 1
        return last >= 0 and self._furthest[last] > start

    def covers(self, start: int, end: int) -> bool:
        """Whether a span is a part of one of these, and shorter."""
        last = bisect_right(self._starts, start) - 1
        earlier = bisect_left(self._starts, start) - 1
        return (last >= 0 and self._furthest[last] > end) or (earlier >= 0 and self._furthest[earlier] >= end)


def _spans_of(findings: Iterable[Finding]) -> dict[int, _Taken]:
    """The spans of findings, by where their fields begin."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for finding in findings:
        spans.setdefault(finding.field.part.start, []).append((finding.start, finding.end))
    return {start: _Taken(found) for start, found in spans.items()}


def _is_piece(text: str, start: int, end: int, own: _Taken | None) -> bool:
    """Whether a value that some output shows cut short stands here as a piece of a whole token, which was found."""
    return own is not None and own.covers(start, end) and any(is_joined(text, start, end))


def _offsets_in(document: Document, values: Iterable[str], own: Mapping[int, int]) -> list[int]:
    """Offsets of bytes that belong to one of the values, as it is or as JSON writes it; pictures hold none.

    ``own`` are parts, from where to where, that are known to hold one: they aren't searched.
    """
    raw, offsets = document.raw, [*own]
    stretches = [*_outside(text_stretches(document), sorted(own.items()))]
    if not stretches:
        return sorted(offsets)
    written = {spelling for value in values for spelling in spellings(value)}
    many = sorted(filter(str.isascii, written)) if len(written) > _FEW else []
    few = [as_bytes(spelling) for spelling in written.difference(many)]
    for start, end in stretches:
        offsets += [at for spelling in few for at in occurrences(raw, spelling, start, end)]
    if many and len(many) * _COMPILING > sum(end - start for start, end in stretches):
        search_text = _search_for(many)
        for start, end in stretches:
            found = search_text(raw[start:end].decode("latin-1"))
            offsets += [start + at + len(spelling) - 1 for at, spelling in found]
    elif many:
        offsets += [end - 1 for end in ends_in(raw, stretches, many)]
    return sorted(offsets)


def _outside(stretches: Iterable[tuple[int, int]], parts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What of the stretches lies outside of the parts; both are in file order."""
    at = 0
    for first, last in stretches:
        while at < len(parts) and parts[at][0] < last:
            start, end = parts[at]
            if first < start:
                yield first, start
            first = max(first, end)
            if end >= last:
                break
            at += 1
        if first < last:
            yield first, last


def spellings(value: str) -> set[str]:
    """A value as it is and as JSON may write it, with escapes for what isn't ASCII or without."""
    return {value, encode_basestring_ascii(value)[1:-1], encode_basestring(value)[1:-1]}


def _search_for(values: Iterable[str]) -> Callable[[str], list[tuple[int, str]]]:
    """A search for where each value stands in a text: in time linear in the text, however many values there are."""
    values = list(values)
    if len(values) <= _FEW:
        return lambda text: [(at, value) for value in values for at in occurrences(text, value)]
    by_beginning: dict[str, list[str]] = {}
    for value in values:
        by_beginning.setdefault(value[:SHORTEST_ECHO], []).append(value)
    return lambda text: [
        (at, value)
        for at in range(len(text) - SHORTEST_ECHO + 1)
        for value in by_beginning.get(text[at : at + SHORTEST_ECHO], ())
        if text.startswith(value, at)
    ]
