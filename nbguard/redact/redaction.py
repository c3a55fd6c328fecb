"""Replaces the sample data of a document by stand-ins, byte span by byte span, and says what was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.detector import find_samples, tables_in
from nbguard.detect.samples.judge import values_by_category
from nbguard.documents.edits import apply, line_in_file, replace
from nbguard.documents.positions import byte_span
from nbguard.documents.reading import open_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Edit
    from nbguard.redact.replacements import Maker

# The rules of single values, with the category of what they find.
_SINGLE = {
    "sample-email": "email", "sample-phone": "phone", "sample-iban": "iban", "sample-card": "card",
    "sample-national-id": "national_id", "sample-passport": "passport", "sample-patient": "mrn",
    "sample-birth-date": "birth", "sample-name": "name", "sample-ip": "ip",
}  # fmt: skip
# Characters inside a value that may be left out of what its fingerprint is made of.
_LOOSE = r"[ ./()+-]?"


class Transformation(NamedTuple):
    """What was done in one place: the category, how many values, the rule that found them. No value."""

    path: str
    cell: int | None
    line: int
    rule: str
    category: str
    values: int


class Redacted(NamedTuple):
    """A document's bytes after redaction, what was done, and the findings that stay, each with the reason."""

    raw: bytes
    edits: tuple[Edit, ...]
    done: tuple[Transformation, ...]
    left: tuple[tuple[Finding, str], ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Redacted({len(self.edits)} edits, {len(self.left)} left)"


def redact(document: Document, settings: SampleSettings, maker: Maker) -> Redacted:
    """The document with stand-ins for the values in its findings; the rest of its bytes stays as it is.

    What can't be replaced stays, and is told: payloads of outputs (strip them), tables of which only the first rows
    are read (extract them), packed data. So is what is still found afterwards.
    """
    edits: dict[tuple[int, int], Edit] = {}
    done: list[Transformation] = []
    left: list[tuple[Finding, str]] = []
    for finding in find_samples(document, settings):
        part = finding.field.part
        reason = _reason(finding)
        if reason:
            left.append((finding, reason))
            continue
        counts: dict[str, int] = {}
        for category, start, end, text in _replacements(finding, maker):
            span = byte_span(document, finding.field, start, end)
            if not any(span[0] < last and first < span[1] for first, last in edits):
                edits[span] = replace(document, finding.field, start, end, text)
                counts[category] = counts.get(category, 0) + 1
        line = line_in_file(document, byte_span(document, finding.field, finding.start, finding.start)[0])
        cell = part.cell.number + 1 if part.cell else None
        done += [Transformation(document.path, cell, line, finding.rule, c, n) for c, n in sorted(counts.items())]
    raw = apply(document.raw, edits.values())
    if edits:
        known = {(finding.rule, finding.field.part.path, finding.field.part.cell) for finding, _ in left}
        again = find_samples(open_document(document.path, raw), settings)
        left += [
            (finding, "it is still found after redaction")
            for finding in again
            if (finding.rule, finding.field.part.path, finding.field.part.cell) not in known
        ]
    return Redacted(raw, tuple(edits.values()), tuple(done), tuple(left))


def _reason(finding: Finding) -> str:
    """Why a finding can't be redacted; empty where it can."""
    if finding.field.part.form == "json":
        return "it is in the payload of an output: strip it"
    if finding.rule in ("sample-blob", "sample-bulk", "sample-photo-position", "sample-home-path", "sample-mac"):
        return "there is nothing to replace value by value"
    if finding.rule in _SINGLE:
        return ""
    tables = [table for table in tables_in(finding.field.text) if table.start < finding.end > finding.start < table.end]
    if any(table.rows > len(column.values) for table in tables for column in table.columns[:1]):
        return "only the first rows of a table this long are read: keep it outside the repository"
    return "" if tables else "it is packed"


def _replacements(finding: Finding, maker: Maker) -> Iterator[tuple[str, int, int, str]]:
    """What to replace in a finding's text: category, characters from and to, stand-in; longer values go first."""
    text = finding.field.text
    if finding.rule in _SINGLE:
        category = _SINGLE[finding.rule]
        values = dict.fromkeys(finding.value.split("\x1f"), category)
        pattern: Callable[[str], str] = lambda value: _LOOSE.join(map(re.escape, value))
    else:
        values = {}
        for table in tables_in(text):
            if table.start < finding.end and finding.start < table.end:
                for category, found in values_by_category(table):
                    values.update(dict.fromkeys(found, category))
        pattern = re.escape
    for value in sorted(values, key=len, reverse=True):
        category = values[value]
        for place in re.finditer(rf"(?i)(?:(?<!\w)|(?<=\\[nrt])){pattern(value)}(?!\w)", text[: finding.end + 1]):
            if (
                place.start() >= finding.start - 1
                and (stand_in := maker.replace(category, place.group())) != place.group()
            ):
                yield category, place.start(), place.end(), stand_in
