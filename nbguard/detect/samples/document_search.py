"""Finds the sample data of a document: tables first, then single values outside them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_GENERIC, Finding
from nbguard.detect.samples.classify_table import Verdict, judge
from nbguard.detect.samples.hits import Hit, gather
from nbguard.detect.samples.labelled_values import labelled_values
from nbguard.detect.samples.remarks import Remarks, is_built, is_credit_file, is_documentation, is_inventory
from nbguard.detect.samples.sample_rules import data_class, rule_of
from nbguard.detect.samples.settings import DEFAULT, SampleSettings
from nbguard.detect.samples.signal_search import BLOB_STARTS, find_signals, signals_in_file
from nbguard.detect.samples.single_values import is_credits, values_in
from nbguard.documents.decode import decode, strings_at
from nbguard.documents.fields import Document, Field, Part
from nbguard.tables.files.signatures import is_data_file
from nbguard.tables.json_tables import tables_in_payload
from nbguard.tables.table import Table, canonical
from nbguard.tables.text_tables import tables_in_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.tables.signals import Signals

_SHORTEST = 12
# Characters of a photograph in which its EXIF data stand.
_HEAD = 90_000
# Without one of these there is no blob: long words behind a quote are looked at.
_MARKS = ("base64,", *(quote + start for quote in "\"'," for start in BLOB_STARTS))
# Bytes in which a binary file has a NUL.
_BINARY = 8_000
# Where people write.
_WRITTEN = frozenset(("source", "file"))
# Characters before a table in which its name or heading stands.
_TITLE = 60
# What stands before the first value of a table and after the last one.
_AROUND = frozenset(" \t\r\n[](){}\"',;|│")


def find_samples(
    document: Document, settings: SampleSettings = DEFAULT, signals: Signals | None = None, times: float = 1
) -> Iterator[Finding]:
    """The sample data in a document; ``signals`` are its bytes' (``signals_in_file``), where they are known.

    Only what a signal stands in is decoded. A table is one finding, from its first to its last value; so is a list
    of e-mail addresses or phone numbers. Where the document is the beginning of a file, that is ``times`` as long.
    """
    name = os.path.basename(document.path).lower()
    if is_credit_file(name):
        return
    settings = _settings_for(document.kind, name, settings)
    file = "" if document.kind == "notebook" else name
    if document.kind == "text" and is_data_file(document.raw):
        yield from find_in_data_file(document, settings)
        if b"\0" in document.raw[:_BINARY]:
            return  # else somebody may have put a mark before a text
    signals = signals or signals_in_file(document.raw)
    if signals.traces and document.kind == "notebook":
        yield from _photographs(document, signals, settings)
    for part in document.parts:
        yield from _in_part(document, part, settings, signals, times, file)


def _in_part(
    document: Document, part: Part, settings: SampleSettings, signals: Signals, times: float, file: str
) -> Iterator[Finding]:
    if part.where == "attachment":
        for field in decode(document, part):
            yield from _attached(field, settings)
        return
    everywhere = document.kind != "notebook" or signals.hidden
    wanted = _anywhere if everywhere else signals.between
    if part.mime == "image/svg+xml" or not wanted(part.start, part.end):
        if part.where in _WRITTEN and signals.traced(part.start, part.end):
            for field in decode(document, part):
                yield from _traces(field, settings, file)
        return
    fields: Iterable[Field]
    if part.form != "json":
        fields = decode(document, part, wanted)
    elif findings := list(_in_json(Field(_decoded(document, part), part), settings)):
        yield from findings
        return
    elif everywhere:
        fields = decode(document, part, wanted)
    else:
        fields = strings_at(document, part, signals.within(part.start, part.end))
    for field in fields:
        yield from find_in_field(field, settings, times, file)


def _settings_for(kind: str, name: str, settings: SampleSettings) -> SampleSettings:
    listed = kind == "text" and is_inventory(name)
    return settings._replace(classes=settings.classes - {"bulk"}) if listed else settings


def _anywhere(start: int, end: int) -> bool:
    return start <= end


def find_in_field(
    field: Field, settings: SampleSettings = DEFAULT, times: float = 1, file: str = ""
) -> Iterator[Finding]:
    """The sample data in one decoded text, which is the beginning of one that is ``times`` as long.

    ``file`` is the name of the text file that it is, empty in notebooks.
    """
    text = field.text
    if len(text) < _SHORTEST:
        return
    taken: list[tuple[int, int]] = []
    signals = find_signals(text)
    if signals is not None:
        yield from _at_signals(field, signals, settings, taken, times, file)
    if len(text) >= settings.bulk_bytes and "bulk" in settings.classes and not is_built(file, text):
        yield from _large(field, settings, taken, times)


def _at_signals(
    field: Field, signals: Signals, settings: SampleSettings, taken: list[tuple[int, int]], times: float, file: str
) -> Iterator[Finding]:
    """What signals point at; the spans of tables are added to ``taken``."""
    text = field.text
    for found in tables_in_text(text, signals) if signals.offsets else ():
        table = _scale(found, text, times)
        if any(start < table.end and table.start < end for start, end in taken):
            continue
        verdict = _verdict(field, table, settings)
        if verdict is not None and verdict.rule != "sample-bulk":  # what is large is looked for by itself
            if verdict.rule != "sample-contact":  # few rows don't hide a value that counts by itself
                taken.append((table.start, table.end))
            yield _table_finding(field, table, verdict, settings)
    if signals.offsets:
        single = values_in(text, signals, taken, settings, field.part.where == "file")
        yield from _single(field, single, settings)
        yield from _single(field, gather(labelled_values(text, taken)), settings)
        if _may_be_prose(field):
            from nbguard.detect.samples.prose_values import prose_values

            near = [(hit.start, hit.end) for hit in single]
            yield from _single(field, gather(prose_values(text, [*taken, *near], field.part.where)), settings)
    if signals.traces and field.part.where in _WRITTEN:
        yield from _traces(field, settings, file)


def _may_be_prose(field: Field) -> bool:
    """Whether a text is what somebody pasted into a cell or what a cell printed; Markdown is documentation."""
    part = field.part
    return part.where == "output" or (part.where == "source" and part.cell is not None and part.cell.type == "code")


def _scale(table: Table, text: str, times: float) -> Table:
    """The table with the rows it has in the whole file, if it goes on where the text ends."""
    if times == 1 or table.end < len(text) - _SHORTEST:
        return table
    return table._replace(rows=round(table.rows * times), exact=False)


def _large(field: Field, settings: SampleSettings, taken: list[tuple[int, int]], times: float) -> Iterator[Finding]:
    """The large tables that nothing points at."""
    from nbguard.tables.large_texts import large_tables

    html = field.part.mime == "text/html" or (field.part.where == "file" and "<table" in field.text)
    for found in large_tables(field.text, settings.bulk_bytes, html):
        table = _scale(found, field.text, times)
        if any(start < table.end and table.start < end for start, end in taken):
            continue
        verdict = _verdict(field, table, settings)
        if verdict is not None:
            taken.append((table.start, table.end))
            yield _table_finding(field, table, verdict, settings)


def find_in_data_file(document: Document, settings: SampleSettings, path: str = "") -> Iterator[Finding]:
    """What a data file holds; the finding's text is a stand-in, for the file has none.

    Where ``path`` is given, the document is the beginning of the file there.
    """
    from nbguard.detect.samples.embedded_files import find_in_file

    field = Field(" ", document.parts[0])
    yield from _single(field, find_in_file(document.raw, settings, find_in_field, path), settings)


def _attached(field: Field, settings: SampleSettings) -> Iterator[Finding]:
    from nbguard.detect.samples.embedded_files import find_in_attachment

    yield from _single(field, find_in_attachment(field.text, settings, find_in_field), settings)


def _photographs(document: Document, signals: Signals, settings: SampleSettings) -> Iterator[Finding]:
    """The photographs of outputs and attachments that say where they were taken. Pictures are no parts of a document:
    each gets one, with the cell of the last part before it.
    """
    raw = document.raw
    for at in signals.traces:
        if raw[at - 1 : at + 5] != b'"/9j/4':
            continue
        from nbguard.detect.samples.embedded_files import find_position

        cell = next((part.cell for part in reversed(document.parts) if part.cell and part.start < at), None)
        where = "attachment" if raw.rfind(b'"attachments"', 0, at) > raw.rfind(b'"outputs"', 0, at) else "output"
        end = raw.find(b'"', at)
        part = Part(where, cell, "", "image/jpeg", "string", at - 1, end + 1)
        text = raw[at : min(end, at + _HEAD)].decode("latin-1")
        yield from _single(Field(text, part), find_position(text, 0), settings)


def _traces(field: Field, settings: SampleSettings, file: str) -> Iterator[Finding]:
    from nbguard.detect.samples.user_traces import traces_in

    text = field.text
    if field.part.where != "file":
        yield from _single(field, gather(traces_in(text)), settings)
    elif not is_documentation(file) and not is_built(file, text):
        yield from _single(field, gather(traces_in(text, Remarks(text).hold)), settings)
    if any(mark in field.text for mark in _MARKS):
        from nbguard.detect.samples.embedded_files import find_blobs

        yield from _single(field, find_blobs(field.text, settings, find_in_field), settings)


def _single(field: Field, hits: Iterable[Hit], settings: SampleSettings) -> Iterator[Finding]:
    for hit in hits:
        if data_class(hit.rule) in settings.classes:
            yield _finding(field, hit.rule, hit.start, hit.end, hit.value, hit.message, settings)


def _in_json(field: Field, settings: SampleSettings) -> Iterator[Finding]:
    for table in tables_in_payload(field.text, field.part.path.rpartition(".")[2]):
        verdict = _verdict(field, table, settings)
        if verdict is not None:
            yield _table_finding(field, table, verdict, settings)


def _verdict(field: Field, table: Table, settings: SampleSettings) -> Verdict | None:
    verdict = judge(table, settings)
    if verdict is None or data_class(verdict.rule) not in settings.classes:
        return None
    if data_class(verdict.rule) == "personal" and is_credits(field.text, table.start, _TITLE):
        return None
    return verdict


def _table_finding(field: Field, table: Table, verdict: Verdict, settings: SampleSettings) -> Finding:
    value = canonical(table, field.text)
    start, end = table.start, table.end
    while start < end - 1 and field.text[start] in _AROUND:
        start += 1
    while end > start + 1 and field.text[end - 1] in _AROUND:
        end -= 1
    return _finding(field, verdict.rule, start, end, value, verdict.message, settings)


def _finding(
    field: Field, rule_id: str, start: int, end: int, value: str, message: str, settings: SampleSettings
) -> Finding:
    rule = rule_of(rule_id)
    severity = settings.severity.get(rule.data_class, rule.severity)
    cause = f"{rule.data_class} data"
    return Finding(
        rule.id, "sample-data", None, severity, field, start, end, value, cause, message, rule.remedy, 0, RANK_GENERIC
    )


def _decoded(document: Document, part: Part) -> str:
    return document.raw[part.start : part.end].decode("utf-8", "surrogateescape")
