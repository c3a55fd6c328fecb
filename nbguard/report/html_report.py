"""The report as one HTML page for people who read no terminals: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple, TextIO

from nbguard.detect.finding import SEVERITIES
from nbguard.report import html_times
from nbguard.report.html_charts import Bar, bars, columns_chart, escape, table
from nbguard.report.html_filters import Filters
from nbguard.report.html_style import head
from nbguard.report.map_picture import PAGE_STYLE, as_section
from nbguard.report.places import place
from nbguard.report.records import gravest_first
from nbguard.report.text import conclusion
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.report.provenance import Provenance
    from nbguard.report.records import FindingRecord, Report

    Row = Callable[[FindingRecord], tuple[str, ...]]

# Rows of a table that a browser opens at once and a person might read.
_MOST_ROWS = 1000
_MOST_VALUES = 25
# Of a column of the map: so that it fits on a page.
_MOST_DRAWN = 30
_NO_TREND = (
    "No trend: this scan looked at files as they are, and they don't say since when. A scan with --history, or a "
    "sweep, knows the commit that brought each finding in."
)


class EarlierRun(NamedTuple):
    """An earlier run over the same things: its day, and what it found."""

    day: str
    credentials: int
    others: int


def write(report: Report, stream: TextIO, runs: Sequence[EarlierRun] = (), today: date | None = None) -> None:
    """Writes figures, trend, charts, the values that got furthest, every finding, waivers, and what wasn't scanned.

    ``runs`` are this run and those before it, oldest first. Of each table at most a thousand rows are written.
    """
    today = today or datetime.now(UTC).date()
    counted = gravest_first(report)
    waived = [finding for finding in report.findings if finding.waived is not None]
    filters = Filters(counted)
    style = filters.style() + (PAGE_STYLE if report.map else "")
    stream.write(f"{head('nbguard report', style)}<h1>nbguard report</h1>\n<p>{escape(conclusion(report))}</p>\n")
    stream.write(_figures(report, counted))
    stream.writelines(_over_time(counted, runs, today))
    if counted:
        stream.write('<div class="charts">\n')
        stream.writelines(_charts(counted, today))
        stream.write("</div>\n")
        stream.write(_values(counted))
        stream.write(_findings(counted, filters))
    if waived:
        stream.write(_rows("Waived", ("What", "Where", "Waiver", "Reason", "Expires", "By"), waived, _waived))
    if report.map is not None and report.map.nodes:
        stream.write(as_section(report.map, _MOST_DRAWN))
    if report.provenance:
        stream.write(_judged(report.provenance))
    if report.skipped:
        left_out = table(("File", "Reason"), ((escape(path), escape(why)) for path, why in report.skipped[:_MOST_ROWS]))
        stream.write(f"<h2>Not scanned</h2>\n{left_out}{_rest(len(report.skipped))}")
    stream.write(f'<p class="faint">nbguard {escape(__version__)}, {today.isoformat()}</p>\n</body>\n</html>\n')


def _figures(report: Report, counted: list[FindingRecord]) -> str:
    credentials = {finding.fingerprint for finding in counted if finding.kind == "credential"}
    urgent = sum(finding.severity in ("critical", "high") for finding in counted)
    repositories = {finding.origin.repository for finding in counted if finding.origin and finding.origin.repository}
    figures = [
        ("credentials to rotate", len(credentials)),
        ("findings", len(counted)),
        ("critical or high", urgent),
        ("repositories", len(repositories)) if repositories else ("files", len({f.path for f in counted})),
        ("allowed", report.summary.allowed),
        ("in the baseline", report.summary.baselined),
        ("disabled by the policy", report.summary.disabled),
        ("files excluded", report.summary.excluded),
        ("not scanned", report.summary.skipped),
    ]
    tiles = "".join(f"<div><dt>{escape(name)}</dt><dd>{number:,}</dd></div>\n" for name, number in figures)
    return f'<dl class="figures">\n{tiles}</dl>\n'


def _over_time(counted: list[FindingRecord], runs: Sequence[EarlierRun], today: date) -> Iterator[str]:
    if len(runs) > 1:
        about = "What each run over the same repositories found, whenever it was committed."
        yield columns_chart("runs", "Findings by run", about, [Bar(*run) for run in runs])
    if not counted:
        return
    if not html_times.has_dates(counted):
        yield f'<p class="faint">{escape(_NO_TREND)}</p>\n'
        return
    unit, columns, undated = html_times.trend(counted, today)
    about = f"Findings by the {unit} of the commit that brought them in (author's date)."
    if undated:
        about += f" {undated:,} more have no date that can be right."
    yield columns_chart("trend", f"New findings by {unit}", about, columns)


def _charts(counted: list[FindingRecord], today: date) -> Iterator[str]:
    by_severity = Counter(finding.severity for finding in counted)
    yield bars("By severity", [(name, by_severity[name]) for name in reversed(SEVERITIES) if by_severity[name]])
    yield _most_bars("By provider", [finding.provider or "none" for finding in counted])
    yield _most_bars("By kind", [finding.kind for finding in counted])
    if html_times.has_dates(counted):
        yield bars("By age", html_times.ages(counted, today), "Since the commit that brought a finding in.")
    repositories = [finding.origin.repository for finding in counted if finding.origin and finding.origin.repository]
    if repositories:
        yield _most_bars("By repository", repositories, wide=True)
    else:
        yield _most_bars("By file", [finding.path for finding in counted], wide=True)


def _values(counted: list[FindingRecord]) -> str:
    """The values that stand in several places: one rotation mends them all, and each copy is one more way out."""
    by_value: dict[str, list[FindingRecord]] = {}
    for finding in counted:
        by_value.setdefault(finding.fingerprint, []).append(finding)
    several = [found for found in by_value.values() if len(found) > 1]
    if not several:
        return ""
    several.sort(key=lambda found: (found[0].kind != "credential", -len(_repositories(found)), -len(found)))
    rows = (
        (
            f"<code>{escape(found[0].rule)}</code>",
            f"<code>{escape(found[0].match)}</code>",
            f"{len(_repositories(found)):,}" if _repositories(found) else "",
            f"{len(found):,}",
            escape(min((f.origin.date for f in found if f.origin and f.origin.date), default="")[:10]),
            f"<code>{escape(found[0].fingerprint)}</code>",
        )
        for found in several[:_MOST_VALUES]
    )
    columns = ("What", "Value", "Repositories", "Places", "Since", "Fingerprint")
    return (
        f"<h2>Values in several places</h2>\n{table(columns, rows, kind='values')}{_rest(len(several), _MOST_VALUES)}"
    )


def _repositories(found: list[FindingRecord]) -> set[str]:
    return {finding.origin.repository for finding in found if finding.origin and finding.origin.repository}


def _judged(provenance: Provenance) -> str:
    """Whose policy and which rules; and every place that was looked at, clean ones too."""
    said = ((escape(name), escape(value)) for name, value in provenance.words() if name != "targets")
    places = (
        (
            escape(target.name),
            f"<code>{escape(target.commit[:12])}</code>" if target.commit else "",
            escape(target.branch),
            "" if target.findings is None else f"{target.findings:,}" if target.findings else "clean",
        )
        for target in provenance.targets
    )
    return (
        f"<h2>Judged by</h2>\n{table(('What', 'Which'), said)}"
        f"<h2>Looked at</h2>\n{table(('Where', 'Commit', 'Branch', 'Findings'), places)}"
    )


def _rows(title: str, columns: Sequence[str], findings: list[FindingRecord], row: Row) -> str:
    return f"<h2>{title}</h2>\n{table(columns, map(row, findings[:_MOST_ROWS]), kind='waived')}{_rest(len(findings))}"


def _findings(counted: list[FindingRecord], filters: Filters) -> str:
    shown = counted[:_MOST_ROWS]
    columns = ("Severity", "What", "Where", "Value", "Fix")
    rows = table(columns, map(_finding, shown), map(filters.classes, shown), "findings")
    return f"<h2>Findings</h2>\n{filters.markup()}{rows}{_rest(len(counted))}"


def _rest(number: int, shown: int = _MOST_ROWS) -> str:
    if number <= shown:
        return ""
    return f'<p class="faint">And {number - shown:,} more, which the other formats list.</p>\n'


def _finding(finding: FindingRecord) -> tuple[str, ...]:
    return (
        f'<span class="{finding.severity}">{finding.severity}</span>',
        f"<code>{escape(finding.rule)}</code><br>{escape(finding.message)}",
        escape(place(finding)),
        f"<code>{escape(finding.match)}</code>"
        f'<div class="faint trace">nbguard trace {escape(finding.fingerprint)}</div>',
        escape(finding.remedy),
    )


def _waived(finding: FindingRecord) -> tuple[str, ...]:
    assert finding.waived is not None  # noqa: S101 - only such findings come here
    waiver = finding.waived
    said = map(escape, (waiver.detail, waiver.reason, waiver.expires, waiver.approved_by))
    return f"<code>{escape(finding.rule)}</code>", escape(place(finding)), *said


def _most_bars(title: str, names: list[str], *, wide: bool = False, shown: int = 10) -> str:
    """Bars for the most frequent names, and how many the others are together."""
    counts = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    rest = counts[shown:]
    others = [(f"{len(rest):,} others", sum(number for _, number in rest))] if rest else []
    return bars(title, counts[:shown] + others, wide=wide, others=len(others))
