"""Finds a value that was identified once wherever else it stands: an opaque token in an output has no other sign."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, AnyStr

from nbguard.detect.finding import RANK_ECHO, RANK_FOREIGN
from nbguard.documents.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document

# Shorter values stand in ordinary text by chance.
SHORTEST_ECHO = 8


def find_echoes(document: Document, known: Iterable[Finding], present: Iterable[Finding]) -> Iterator[Finding]:
    """Yields a finding for each further place of a known credential's value in a document.

    The value is looked for in the raw bytes first, as UTF-8 and as JSON writes it; only parts that hold it are
    decoded. ``known`` may come from other documents; ``present`` are the findings this document has already.
    """
    credentials = [finding for finding in known if may_echo(finding)]
    places = {(f.field.part.start, f.start, f.end, f.rule) for f in present}
    # Only a finding that says more than an echo keeps overlapping echoes away.
    better = [(f.field.part.start, f.start, f.end) for f in present if f.rank > RANK_ECHO]
    by_value = {finding.value: finding for finding in sorted(credentials, key=lambda finding: finding.rank)}
    for value, finding in by_value.items():
        spellings = {spelling.encode("utf-8", "replace") for spelling in _spellings(value)}
        offsets = sorted({at for spelling in spellings for at in _places(document.raw, spelling)})
        if not offsets:
            continue
        for part in document.parts:
            if not any(part.start <= at < part.end for at in offsets):
                continue
            for field in decode(document, part):
                for start in _places(field.text, value):
                    end = start + len(value)
                    place = (field.part.start, start, end, finding.rule)
                    if place in places or any(p == place[0] and s < end and start < e for p, s, e in better):
                        continue
                    places.add(place)
                    yield finding._replace(
                        field=field,
                        start=start,
                        end=end,
                        cause=f"the same value as elsewhere ({finding.cause})",
                        rank=RANK_ECHO,
                    )


def may_echo(finding: Finding) -> bool:
    """Whether a finding's value is looked for elsewhere: a credential that isn't too short, and no file's path."""
    return (
        finding.kind == "credential"
        and len(finding.value) >= SHORTEST_ECHO
        and finding.end > finding.start
        and finding.rank > RANK_FOREIGN
    )


def _spellings(value: str) -> set[str]:
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}


def _places(text: AnyStr, what: AnyStr) -> Iterator[int]:
    at = text.find(what)
    while at >= 0:
        yield at
        at = text.find(what, at + len(what))
