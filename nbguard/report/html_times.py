"""Findings over time, for the HTML report: when each was first committed, and how old it is."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.html_charts import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.report.records import FindingRecord

# Columns that fit beside each other.
_MOST = 24
# Older than git itself, or than any notebook: a clock that was wrong.
_FIRST_YEAR = 1990
_AGES = (
    (30, "under a month"),
    (91, "1 to 3 months"),
    (365, "3 to 12 months"),
    (2 * 365, "1 to 2 years"),
    (5 * 365, "2 to 5 years"),
    (10**6, "over 5 years"),
)


class Trend(NamedTuple):
    """Columns by month, quarter or year, and how many findings have no date that can be used."""

    unit: str
    columns: tuple[Bar, ...]
    undated: int


def has_dates(findings: Iterable[FindingRecord]) -> bool:
    """Whether commits are known: a scan of files knows none."""
    return any(finding.origin is not None and finding.origin.commit for finding in findings)


def trend(findings: Sequence[FindingRecord], today: date) -> Trend:
    """How many findings were first committed in each month, quarter or year, by the author's date."""
    dated = [(_day(finding, today), finding.kind == "credential") for finding in findings]
    days = [(day, credential) for day, credential in dated if day is not None]
    if not days:
        return Trend("month", (), len(dated))
    first, last = min(day for day, _ in days), max(day for day, _ in days)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    size, unit = (1, "month") if months <= _MOST else (3, "quarter") if months <= 3 * (_MOST - 1) else (12, "year")
    counts = Counter(((day.year * 12 + day.month - 1) // size, credential) for day, credential in days)
    start, end = min(period for period, _ in counts), max(period for period, _ in counts)
    columns = [
        Bar(_label(period, size), counts[period, True], counts[period, False]) for period in range(start, end + 1)
    ]
    if len(columns) > _MOST:
        early = columns[:-_MOST]
        label = f"to {early[-1].label}"
        columns = [Bar(label, sum(c.credentials for c in early), sum(c.others for c in early)), *columns[-_MOST:]]
    return Trend(unit, tuple(columns), len(dated) - len(days))


def ages(findings: Sequence[FindingRecord], today: date) -> list[tuple[str, int]]:
    """How many findings there are of each age: the time since the commit that brought them in."""
    counts = Counter(_age(_day(finding, today), today) for finding in findings)
    return [(name, counts[name]) for name in (*(name for _, name in _AGES), "unknown") if counts[name]]


def _age(day: date | None, today: date) -> str:
    if day is None:
        return "unknown"
    old = (today - day).days
    return next(name for limit, name in _AGES if old < limit)


def _day(finding: FindingRecord, today: date) -> date | None:
    """The day of the first commit; None where there is none, or where its author's clock was plainly wrong."""
    try:
        day = date.fromisoformat(finding.origin.date[:10]) if finding.origin else None
    except ValueError:
        return None
    return day if day is not None and day.year >= _FIRST_YEAR and (day - today).days <= 1 else None


def _label(period: int, size: int) -> str:
    months = period * size
    year, month = divmod(months, 12)
    if size == 12:
        return str(year)
    return f"{year}-{month + 1:02}" if size == 1 else f"{year} Q{month // 3 + 1}"
