"""The report as Markdown (GitHub's flavour), for step summaries, issues and merge requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.documents.plain import plain
from nbguard.report.places import place
from nbguard.report.records import gravest_first
from nbguard.report.text import conclusion

if TYPE_CHECKING:
    from nbguard.report.records import Report

_HARMLESS = frozenset(" /,;?…–—")


def write(report: Report, stream: TextIO) -> None:
    """Writes a table of the findings that count, the gravest first, how to fix them, and what was skipped."""
    counted = gravest_first(report)
    stream.write(f"## nbguard\n\n{_escape(conclusion(report))}\n")
    if counted:
        stream.write("\n| Severity | What | Where | Value | Fingerprint |\n| --- | --- | --- | --- | --- |\n")
        stream.writelines(
            f"| {finding.severity} | {_escape(finding.rule)}: {_escape(finding.message)}"
            f" | {_escape(place(finding))} | {_escape(finding.match)} | {finding.fingerprint} |\n"
            for finding in counted
        )
        remedies = dict.fromkeys((finding.rule, finding.remedy) for finding in counted if finding.remedy)
        if remedies:
            stream.write("\n### How to fix it\n\n")
            stream.writelines(f"- **{_escape(rule)}**: {_escape(remedy)}\n" for rule, remedy in remedies)
    if report.provenance:
        said = "; ".join(f"{name} {_escape(value)}" for name, value in report.provenance.words())
        stream.write(f"\nJudged: {said}.\n")
    if report.skipped:
        stream.write("\n### Not scanned\n\n")
        stream.writelines(f"- {_escape(path)}: {_escape(reason)}\n" for path, reason in report.skipped)


def _escape(text: str) -> str:
    """Text that says itself: no markup, no HTML, no link, no mention. Entities are never read as markup."""
    text = plain(text)
    pieces = [c if c.isalnum() or c in _HARMLESS else f"&#{ord(c)};" for c in text]
    return "".join(pieces)
