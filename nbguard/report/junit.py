"""The report as JUnit XML, which every CI server can show.

Format: the schema that Jenkins reads, https://github.com/jenkinsci/xunit-plugin (junit-10.xsd).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.documents.plain import plain
from nbguard.report.places import place
from nbguard.report.records import LEFT_OUT

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report


def write(report: Report, stream: TextIO) -> None:
    """Writes a test case for each finding: failed, or skipped where it is waived; an error for each skipped file."""
    cases = [_finding(finding) for finding in report.findings]
    cases += [
        f'  <testcase classname={_quote(skipped.path)} name="scan" time="0">\n'
        f'   <error type="not scanned" message={_quote(skipped.reason)}/>\n  </testcase>\n'
        for skipped in report.skipped
    ]
    if not cases:
        cases = ['  <testcase classname="nbguard" name="scan" time="0"/>\n']
    summary = report.summary
    counts = (
        f'tests="{len(cases)}" failures="{summary.findings}" errors="{summary.skipped}" skipped="{summary.waived}" '
        f'time="{summary.seconds:.3f}"'
    )
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
    stream.write(f' <testsuite name="nbguard" {counts}>\n')
    values = "".join(f'   <property name="{name}" value="{getattr(summary, name)}"/>\n' for name in LEFT_OUT)
    said = report.provenance.words() if report.provenance else []
    values += "".join(f"   <property name={_quote(name)} value={_quote(value)}/>\n" for name, value in said)
    if said or any(getattr(summary, name) for name in LEFT_OUT):
        stream.write(f"  <properties>\n{values}  </properties>\n")
    stream.writelines(cases)
    stream.write(" </testsuite>\n</testsuites>\n")


def _finding(finding: FindingRecord) -> str:
    from xml.sax.saxutils import escape

    name = f"{finding.rule} at {place(finding)}"
    head = f"  <testcase classname={_quote(finding.path)} name={_quote(name)} time="
    if finding.waived is not None:
        reason = finding.waived.reason or finding.waived.detail
        return f'{head}"0">\n   <skipped message={_quote(f"waived: {reason}")}/>\n  </testcase>\n'
    body = escape(
        f"{plain(finding.message)} {finding.match} {plain(finding.cause)}\n{plain(finding.remedy)}"
        f"\nfingerprint {finding.fingerprint}"
    )
    return (
        f'{head}"0">\n   <failure type={_quote(finding.severity)} message={_quote(finding.message)}>{body}</failure>\n'
        "  </testcase>\n"
    )


def _quote(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(plain(text))
