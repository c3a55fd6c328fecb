"""The report as one HTML page for people who read no terminals: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from nbguard.report.plain import place, plain
from nbguard.report.text import conclusion
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.report.records import FindingRecord, Report

_SEVERITIES = ("critical", "high", "medium", "low")
_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>nbguard report</title>
<style>
:root { --text: #1c2330; --faint: #5b6475; --line: #d9dde5; --ground: #ffffff; --bar: #3b6fb6;
  --critical: #a3123a; --high: #b3401a; --medium: #8a6100; --low: #35608a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ef; --faint: #a2abbb; --line: #363d4a; --ground: #161a22;
  --bar: #7fb0f5; --critical: #ff8fab; --high: #ff9f7a; --medium: #e8c15a; --low: #8fc0ee; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); margin: 2rem auto;
  max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: 600; }
.chart td { border: 0; padding: .1rem .4rem; } .chart td.number { text-align: right; width: 3rem; }
.chart svg { display: block; width: 100%; height: .8rem; fill: var(--bar); }
code { font-family: ui-monospace, monospace; font-size: .9em; }
.critical, .high, .medium, .low { font-weight: 600; }
.critical { color: var(--critical); } .high { color: var(--high); } .medium { color: var(--medium); }
.low { color: var(--low); } .faint { color: var(--faint); }
</style>
</head>
<body>
"""


def write(report: Report, stream: TextIO) -> None:
    """Writes the summary, charts by severity, provider, kind and file, every finding, the waivers, what was skipped."""
    counted = [finding for finding in report.findings if finding.waived is None]
    waived = [finding for finding in report.findings if finding.waived is not None]
    counted.sort(key=lambda finding: _SEVERITIES.index(finding.severity))
    stream.write(f"{_HEAD}<h1>nbguard report</h1>\n<p>{_escape(conclusion(report))}</p>\n")
    if counted:
        stream.write('<div class="charts">\n')
        by_severity = Counter(finding.severity for finding in counted)
        stream.write(_chart("By severity", [(name, by_severity[name]) for name in _SEVERITIES if by_severity[name]]))
        stream.write(_chart("By provider", _most([finding.provider or "none" for finding in counted])))
        stream.write(_chart("By kind", _most([finding.kind for finding in counted])))
        stream.write(_chart("By file", _most([finding.path for finding in counted])))
        stream.write("</div>\n")
        stream.write(_table("Findings", ("Severity", "What", "Where", "Value", "Fix"), map(_finding, counted)))
    if waived:
        stream.write(_table("Waived", ("What", "Where", "Waiver", "Reason", "Expires", "By"), map(_waived, waived)))
    if report.skipped:
        rows = ((_escape(path), _escape(reason)) for path, reason in report.skipped)
        stream.write(_table("Not scanned", ("File", "Reason"), rows))
    stream.write(f'<p class="faint">nbguard {_escape(__version__)}</p>\n</body>\n</html>\n')


def _finding(finding: FindingRecord) -> tuple[str, ...]:
    return (
        f'<span class="{finding.severity}">{finding.severity}</span>',
        f"<code>{_escape(finding.rule)}</code><br>{_escape(finding.message)}",
        _escape(place(finding)),
        f"<code>{_escape(finding.match)}</code>",
        _escape(finding.remedy),
    )


def _waived(finding: FindingRecord) -> tuple[str, ...]:
    assert finding.waived is not None  # noqa: S101 - only such findings come here
    waiver = finding.waived
    said = map(_escape, (waiver.detail, waiver.reason, waiver.expires, waiver.approved_by))
    return f"<code>{_escape(finding.rule)}</code>", _escape(place(finding)), *said


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<h2>{title}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _chart(title: str, bars: list[tuple[str, int]]) -> str:
    most = max(number for _, number in bars)
    rows = "".join(
        f'<tr><td>{_escape(name)}</td><td class="number">{number}</td><td><svg viewBox="0 0 100 1" aria-hidden="true"'
        f' preserveAspectRatio="none"><rect width="{100 * number / most:.1f}" height="1"/></svg></td></tr>\n'
        for name, number in bars
    )
    return f'<section><h2>{title}</h2>\n<table class="chart">\n{rows}</table></section>\n'


def _most(names: list[str], shown: int = 10) -> list[tuple[str, int]]:
    """The most frequent names, and how many the others are together."""
    counts = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    others = sum(number for _, number in counts[shown:])
    return counts[:shown] + ([(f"{len(counts) - shown} others", others)] if others else [])


def _escape(text: str) -> str:
    from html import escape

    return escape(plain(text))
