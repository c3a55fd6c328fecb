"""Finds the sample data of a document: tables first, then single values outside them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.detect.samples.hits import free, gather
from nbguard.detect.samples.labelled_values import labelled_values
from nbguard.detect.samples.people_in_statements import people_in_statements
from nbguard.detect.samples.remarks import Remarks, is_built, is_credit_file, is_documentation, is_inventory
from nbguard.detect.samples.sample_findings import table_finding, value_findings, verdict_on
from nbguard.detect.samples.sample_rules import RULES_OF_LISTS, rule_for_one, rule_of
from nbguard.detect.samples.settings import DEFAULT, SampleSettings
from nbguard.detect.samples.signal_search import BLOB_STARTS, find_signals, signals_in_file
from nbguard.detect.samples.single_values import lone_values, values_in
from nbguard.documents.decode import decode, strings_at
from nbguard.documents.fields import Document, Field, Part
from nbguard.tables.files.signatures import is_data_file
from nbguard.tables.json_tables import tables_in_payload
from nbguard.tables.text_tables import tables_in_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.tables.signals import Signals
    from nbguard.tables.table import Table

_SHORTEST = 12
# Characters of a photograph in which its EXIF data stand.
_HEAD = 90_000
# Without one of these there is no blob: long words behind a quote are looked at.
_MARKS = ("base64,", *(quote + start for quote in "\"'," for start in BLOB_STARTS))
# Bytes in which a binary file has a NUL.
_BINARY = 8_000
# Where people write.
_WRITTEN = frozenset(("source", "file"))


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
    lone: list[Finding] = []
    found: list[Finding] = []
    for part in document.parts:
        found += _in_part(document, part, settings, signals, times, file, lone)
    listed = list(_lists_over_cells(lone, settings))
    counted = {finding.rule for finding in listed}
    yield from _with_submissions(document, [*found, *listed], [one for one in lone if one.rule not in counted])


def _with_submissions(document: Document, found: list[Finding], lone: list[Finding]) -> Iterable[Finding]:
    """The findings, with whom their data is submitted to; a lone address counts where it is submitted."""
    if not (found or lone):
        return ()
    from nbguard.detect.samples.submissions import may_submit, tell_submitted

    return tell_submitted(document, found, map(_alone, lone)) if may_submit(document) else found


def _alone(finding: Finding) -> Finding:
    """A finding of too few values for a list, under the rule for one of them."""
    rule, count = rule_for_one(finding.rule), finding.value.count("\x1f") + 1
    message = rule.name if count == 1 else f"{count} {rule.many}"
    return finding._replace(rule=rule.id, severity=rule.severity, message=message, remedy=rule.remedy)


def _lists_over_cells(lone: Sequence[Finding], settings: SampleSettings) -> Iterator[Finding]:
    """The addresses and the numbers that stand alone in their cells, where the notebook has enough of them."""
    for rule in RULES_OF_LISTS:
        found = [finding for finding in lone if finding.rule == rule.id]
        count = len({value for finding in found for value in finding.value.split("\x1f")})
        if count >= getattr(settings, rule.least):
            message = f"one of {count} {rule.many} of people in the cells of a notebook"
            yield from (finding._replace(message=message) for finding in found)


def _in_part(
    document: Document,
    part: Part,
    settings: SampleSettings,
    signals: Signals,
    times: float,
    file: str,
    lone: list[Finding],
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
        yield from find_in_field(field, settings, times, file, lone)


def _settings_for(kind: str, name: str, settings: SampleSettings) -> SampleSettings:
    listed = kind == "text" and is_inventory(name)
    return settings._replace(classes=settings.classes - {"bulk"}) if listed else settings


def _anywhere(start: int, end: int) -> bool:
    return start <= end


def find_in_field(
    field: Field,
    settings: SampleSettings = DEFAULT,
    times: float = 1,
    file: str = "",
    lone: list[Finding] | None = None,
) -> Iterator[Finding]:
    """The sample data in one decoded text, which is the beginning of one that is ``times`` as long.

    ``file`` is the name of the text file that it is, empty in notebooks. ``lone`` gets the addresses and numbers of a
    notebook's cell that are too few to count by themselves.
    """
    text = field.text
    if len(text) < _SHORTEST:
        return
    taken: list[tuple[int, int]] = []
    signals = find_signals(text)
    if signals is not None:
        yield from _at_tables(field, signals, settings, taken, times)
        yield from _at_values(field, signals, settings, taken, file, lone)
    if len(text) >= settings.bulk_bytes and "bulk" in settings.classes and not is_built(file, text):
        yield from _large(field, settings, taken, times)


def _at_tables(
    field: Field, signals: Signals, settings: SampleSettings, taken: list[tuple[int, int]], times: float
) -> Iterator[Finding]:
    """The tables that signals point at; their spans are added to ``taken``."""
    text = field.text
    for found in tables_in_text(text, signals) if signals.offsets else ():
        table = _scale(found, text, times)
        if any(start < table.end and table.start < end for start, end in taken):
            continue
        verdict = verdict_on(field, table, settings)
        if verdict is not None and not verdict.rule.by_size:  # what is large is looked for by itself
            if not verdict.rule.weak:
                taken.append((table.start, table.end))
            yield table_finding(field, table, verdict, settings)


def _at_values(
    field: Field,
    signals: Signals,
    settings: SampleSettings,
    taken: Sequence[tuple[int, int]],
    file: str,
    lone: list[Finding] | None,
) -> Iterator[Finding]:
    """The values outside tables that signals point at."""
    text = field.text
    if signals.offsets:
        is_file = field.part.where == "file"
        found = values_in(text, signals, taken, settings, is_file)
        spans = [*taken, *((hit.start, hit.end) for hit in found)]
        labelled = gather(labelled_values(text, taken, is_file))
        found += [hit for hit in labelled if not rule_of(hit.rule).yields or free(hit.start, spans)]
        found += people_in_statements(text, taken)
        if _may_be_prose(field):
            from nbguard.detect.samples.prose_values import prose_values

            spans = [*taken, *((hit.start, hit.end) for hit in found)]
            prose = gather(prose_values(text, spans, field.part.where))
            found += prose
            if lone is not None:
                spans += ((hit.start, hit.end) for hit in prose)
                lone += value_findings(field, lone_values(text, spans), settings)
        yield from value_findings(field, found, settings)
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
        verdict = verdict_on(field, table, settings)
        if verdict is not None:
            taken.append((table.start, table.end))
            yield table_finding(field, table, verdict, settings)


def find_in_data_file(document: Document, settings: SampleSettings, path: str = "") -> Iterator[Finding]:
    """What a data file holds; the finding's text is a stand-in, for the file has none.

    Where ``path`` is given, the document is the beginning of the file there.
    """
    from nbguard.detect.samples.embedded_files import find_in_file

    # A data file that is called a notebook has no parts.
    part = document.parts[0] if document.parts else Part("file", None, "", "", "text", 0, len(document.raw))
    field = Field(" ", part)
    yield from value_findings(field, find_in_file(document.raw, settings, find_in_field, path), settings)


def _attached(field: Field, settings: SampleSettings) -> Iterator[Finding]:
    from nbguard.detect.samples.embedded_files import find_in_attachment

    yield from value_findings(field, find_in_attachment(field.text, settings, find_in_field), settings)


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
        yield from value_findings(Field(text, part), find_position(text, 0), settings)


def _traces(field: Field, settings: SampleSettings, file: str) -> Iterator[Finding]:
    from nbguard.detect.samples.user_traces import traces_in

    text = field.text
    if field.part.where != "file":
        yield from value_findings(field, gather(traces_in(text)), settings)
    elif not is_documentation(file) and not is_built(file, text):
        yield from value_findings(field, gather(traces_in(text, Remarks(text).hold)), settings)
    if any(mark in field.text for mark in _MARKS):
        from nbguard.detect.samples.embedded_files import find_blobs

        yield from value_findings(field, find_blobs(field.text, settings, find_in_field), settings)


def _in_json(field: Field, settings: SampleSettings) -> Iterator[Finding]:
    for table in tables_in_payload(field.text, field.part.path.rpartition(".")[2]):
        verdict = verdict_on(field, table, settings)
        if verdict is not None:
            yield table_finding(field, table, verdict, settings)


def _decoded(document: Document, part: Part) -> str:
    return document.raw[part.start : part.end].decode("utf-8", "surrogateescape")
