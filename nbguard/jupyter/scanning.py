"""Scans a notebook that isn't saved yet, with the verdict that `nbguard scan` would give on the file.

All scans run on one thread of their own, so that a large notebook doesn't hold the server up, and so that the parser
finds what it parsed before: of a notebook that is scanned again, only the cells that changed are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.scan.judging import judge_findings

if TYPE_CHECKING:
    from nbguard.detect.engine import Engine
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.jupyter.policies import Policy
    from nbguard.report.records import FindingRecord


class Judged(NamedTuple):
    """A finding and its record. It holds the value: it doesn't outlive the request."""

    finding: Finding
    record: FindingRecord

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Judged({self.record.rule})"


def scan_document(document: Document, policy: Policy, engine: Engine) -> list[Judged]:
    """What is reported of a document under a policy, in the order people read a notebook."""
    found = [(document, finding) for finding in engine.detect(document)]
    judged = [Judged(*pair) for pair in judge_findings(found, policy.config, policy.salt, policy.baseline)]
    return sorted(judged, key=lambda item: _reading_order(item.record))


def _reading_order(record: FindingRecord) -> tuple[int, bool, int, int, str]:
    cell = record.cell.number if record.cell else -1
    return cell, record.where != "source", record.file_line, record.column, record.rule
