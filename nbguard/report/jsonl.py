"""The report as JSON Lines: one object a line, told apart by ``type``, for log shippers and ``jq``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from nbguard.report.json_report import as_dict

if TYPE_CHECKING:
    from nbguard.report.records import Report


def write(report: Report, stream: TextIO) -> None:
    """Writes ``provenance``, each finding (``finding``), each file that was skipped (``skipped``), and ``summary``."""
    lines = [{"type": "provenance"} | report.provenance.as_data()] if report.provenance else []
    lines += [{"type": "finding"} | as_dict(finding) for finding in report.findings]
    lines += [{"type": "skipped"} | skipped._asdict() for skipped in report.skipped]
    lines.append({"type": "summary"} | report.summary._asdict() | {"seconds": round(report.summary.seconds, 3)})
    stream.writelines(json.dumps(line) + "\n" for line in lines)
