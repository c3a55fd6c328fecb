"""A run's result as data, without a secret in it: the records every report is written from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.finding import SEVERITIES
from nbguard.errors import ExitCode
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.documents.positions import Stretch
    from nbguard.policy.allow import Waiver
    from nbguard.policy.verdict import Judgement
    from nbguard.report.frames import Frame, Frames
    from nbguard.report.map_picture import DrawnMap
    from nbguard.report.provenance import Provenance


class CellRecord(NamedTuple):
    """A cell of a notebook; ``number`` counts from 0 over all cells and is called ``index`` in reports."""

    number: int
    id: str | None
    type: str


class Origin(NamedTuple):
    """Where in a history a value stands: the commit that brought it to its path, who made that one and when (the
    author's date, ISO 8601), the newest commit that wrote it there, and how many did.

    ``commit`` is empty where no commit holds it, only a ref. ``repository`` is there where several were looked at.
    """

    commit: str
    author: str
    date: str
    last: str
    commits: int
    repository: str = ""


class FindingRecord(NamedTuple):
    """A finding as reports tell it (contract: ``--format json``).

    ``line`` and ``column`` count from 1, in characters of the decoded field; the end is the first character after
    the match. ``file_line`` counts lines of the file on disk from 1; ``region`` is the match in that file. ``match``
    is masked. ``waived`` is None where the finding counts. ``origin`` is there in scans of a history only. ``frame`` is
    the masked line for people, where one was asked for.
    """

    rule: str
    kind: str
    provider: str | None
    severity: str
    path: str
    cell: CellRecord | None
    where: str
    line: int
    column: int
    end_line: int
    end_column: int
    file_line: int
    region: Stretch
    match: str
    fingerprint: str
    cause: str
    message: str
    remedy: str
    waived: Waiver | None
    origin: Origin | None = None
    frame: Frame | None = None


class Skipped(NamedTuple):
    """A file that wasn't scanned, or not wholly, and why."""

    path: str
    reason: str


class Summary(NamedTuple):
    """The run in numbers. ``findings`` are those that nobody waived; ``seconds`` is wall time.

    What the policy leaves out is counted too: ``excluded`` files, and findings that are ``disabled`` by name. Of those
    that are ``waived``, so many are ``allowed`` by a mark in a file and so many ``baselined``.
    """

    files: int
    bytes: int
    findings: int
    waived: int
    skipped: int
    seconds: float
    excluded: int = 0
    disabled: int = 0
    allowed: int = 0
    baselined: int = 0


# What of a summary says what didn't count, for formats that have a place for it.
LEFT_OUT = ("excluded", "disabled", "allowed", "baselined", "skipped")


class LeftOut(NamedTuple):
    """What a policy leaves out: files by ``exclude``, findings by ``disable`` or the severity ``off``."""

    excluded: int = 0
    disabled: int = 0


_NOTHING = LeftOut()


class Report(NamedTuple):
    """Everything a run has to say. ``provenance`` and ``map`` are there where a command knows them."""

    summary: Summary
    findings: tuple[FindingRecord, ...]
    skipped: tuple[Skipped, ...]
    provenance: Provenance | None = None
    map: DrawnMap | None = None


def record(
    finding: Finding, document: Document, judgement: Judgement, salt: bytes, frames: Frames | None = None
) -> FindingRecord:
    """The record of a finding: place, masked value, fingerprint. It keeps neither the value nor its field."""
    # Loaded here: a run that finds nothing needs none of it.
    from nbguard.documents.positions import line_index, stretch_of
    from nbguard.policy.fingerprint import fingerprint
    from nbguard.policy.masked_value import mask_finding, without_value

    field = finding.field
    lines = line_index(field.text)
    line, column = lines.place(finding.start)
    end_line, end_column = lines.place(finding.end)
    cell = field.part.cell
    message = f"{finding.message.rstrip('.')}. {judgement.note}" if judgement.note else finding.message
    waived = judgement.waived
    if waived is not None:
        # A reason is free text: somebody may have written the value into it.
        waived = type(waived)(*(without_value(text, finding) for text in waived))
    region = stretch_of(document, field, finding.start, finding.end)
    return FindingRecord(
        rule=finding.rule,
        kind=finding.kind,
        provider=finding.provider,
        severity=judgement.severity,
        path=document.path,
        cell=CellRecord(*cell) if cell else None,
        where=field.part.where,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        file_line=region.line,
        region=region,
        match=mask_finding(finding),
        fingerprint=fingerprint(finding.rule, finding.value, salt),
        cause=without_value(finding.cause, finding),
        message=without_value(message, finding),
        remedy=without_value(finding.remedy, finding),
        waived=waived,
        frame=frames.of(finding) if frames is not None else None,
    )


def make_report(
    findings: Iterable[FindingRecord],
    skipped: Iterable[Skipped],
    files: int,
    size: int,
    seconds: float,
    unseen: LeftOut = _NOTHING,
) -> Report:
    """The report of a run over ``files`` files of ``size`` bytes, findings in the order people read a file."""
    found = tuple(sorted(findings, key=_reading_order))
    left_out = tuple(sorted(set(skipped)))
    waivers = [finding.waived for finding in found if finding.waived is not None]
    baselined = sum(waiver.kind == "baseline" for waiver in waivers)
    counts = (len(found) - len(waivers), len(waivers), len(left_out), seconds)
    summary = Summary(files, size, *counts, *unseen, len(waivers) - baselined, baselined)
    return Report(summary, found, left_out)


def gravest_first(report: Report) -> list[FindingRecord]:
    """The findings that count, those of a severity in the order of the report."""
    counted = (finding for finding in report.findings if finding.waived is None)
    return sorted(counted, key=lambda finding: -SEVERITIES.index(finding.severity))


def exit_status(report: Report, fail_on: str = "low", allow_unreadable: bool = False) -> ExitCode:
    """What a run ends with: something wasn't scanned, something was found at ``fail_on`` or above, or all is well."""
    if report.skipped and not allow_unreadable:
        return ExitCode.INCOMPLETE
    failing = SEVERITIES[SEVERITIES.index(fail_on) :]
    if any(finding.waived is None and finding.severity in failing for finding in report.findings):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _reading_order(finding: FindingRecord) -> tuple[str, int, bool, int, int, int, str]:
    """Cell by cell, source first: in the file itself an output may stand before its source."""
    cell = finding.cell.number if finding.cell else -1
    after = finding.where != "source"
    return finding.path, cell, after, finding.file_line if after else 0, finding.line, finding.column, finding.rule
