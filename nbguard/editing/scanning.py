"""Scans a notebook that isn't saved yet, with the verdict that `nbguard scan` would give on the file.

All scans run on one thread of their own, so that a large notebook doesn't hold the server up, and so that the parser
finds what it parsed before: of a notebook that is scanned again, only the cells that changed are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.documents.fields import Document
    from nbguard.editing.identities import Identities
    from nbguard.report.records import FindingRecord
    from nbguard.scan.scanner import Judged, Scanner


def scan_document(document: Document, scanner: Scanner, identities: Identities | None = None) -> list[Judged]:
    """What is reported of a document, in the order people read a notebook; moved values as they were called then."""
    found = scanner.find_in(document)
    judged = scanner.judge(document, identities.call(found) if identities is not None else found)
    return sorted(judged, key=lambda item: _reading_order(item.record))


def _reading_order(record: FindingRecord) -> tuple[int, bool, int, int, str]:
    cell = record.cell.number if record.cell else -1
    return cell, record.where != "source", record.file_line, record.column, record.rule
