"""The HTML report: one page that is well formed, counts rightly, shows no value, and can be read by everybody."""

import io
import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.report import html_report
from nbguard.report.html_charts import Bar, bars, columns_chart, table
from nbguard.report.html_times import ages, trend
from nbguard.report.records import Origin, make_report
from tests.report.samples import HOSTILE, SECRETS, sample_report

TODAY = date(2026, 11, 22)
_VOID = {"meta", "br", "rect", "line", "input"}


class Checker(HTMLParser):
    """Holds tags against each other, collects ids, what refers to them, and the text of each element."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.referred, self.problems = [], [], [], []
        self.texts: dict[str, list[str]] = {}

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if len(named) != len(attributes):
            self.problems.append(f"{tag}: an attribute twice")
        self.ids += [named["id"]] if "id" in named else []
        self.referred += (named.get("aria-labelledby") or "").split()
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if tag not in _VOID:
            self.problems.append(f"{tag} closes itself")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def page(report=None, **more) -> str:
    stream = io.StringIO()
    html_report.write(report or sample_report(), stream, today=TODAY, **more)
    return stream.getvalue()


def check(text) -> Checker:
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.problems == []
    assert checker.open == []
    assert len(set(checker.ids)) == len(checker.ids)
    assert set(checker.referred) <= set(checker.ids)
    return checker


def dated(*days, repository="lab", kinds=("credential",)):
    """A report of the same finding in commits of these days."""
    sample = next(f for f in sample_report().findings if f.waived is None and f.kind == "credential")
    findings = [
        sample._replace(
            path=f"f{number}.py",
            kind=kinds[number % len(kinds)],
            origin=Origin("c" * 40, "Ada", f"{day}T10:00:00+01:00" if day else "", "c" * 40, 1, repository),
        )
        for number, day in enumerate(days)
    ]
    return make_report(findings, [], len(findings), 1, 0.1)


def test_a_scan_of_files_says_that_there_is_no_trend():
    text = page()
    check(text)
    assert "No trend: this scan looked at files" in text
    assert "By age" not in text


def test_a_history_has_a_trend_and_ages():
    text = page(dated("2026-09-01", "2026-11-03", "2026-11-20", kinds=("credential", "credential", "sample-data")))
    checker = check(text)
    assert "No trend" not in text
    assert "New findings by month" in checker.texts["title"]
    rows = re.findall(r"<tr><td>(\d{4}-\d\d)</td><td>(\d+)</td><td>(\d+)</td></tr>", text)
    assert rows == [("2026-09", "1", "0"), ("2026-10", "0", "0"), ("2026-11", "1", "1")]
    assert "<td>under a month</td>" in text
    assert "<td>lab</td>" in text


def test_every_picture_is_described_or_has_its_numbers_beside_it():
    text = page(dated("2026-09-01", "2026-11-03"))
    for picture in re.findall(r"<svg[^>]*>", text):
        assert 'aria-hidden="true"' in picture or 'role="img"' in picture
    assert text.count("<desc") == text.count('role="img"') == 1


def test_runs_are_shown_beside_each_other_once_there_are_two():
    one, two = html_report.EarlierRun("2026-10-01", 5, 1), html_report.EarlierRun("2026-11-01", 3, 1)
    assert "Findings by run" not in page(runs=[one])
    text = page(runs=[one, two])
    check(text)
    assert "<tr><td>2026-10-01</td><td>5</td><td>1</td></tr>\n<tr><td>2026-11-01</td><td>3</td><td>1</td></tr>" in text


def test_a_clean_report_is_a_page_too():
    text = page(make_report([], [], 3, 10, 0.1), runs=[])
    check(text)
    assert "Nothing found in 3 files" in text
    assert "<svg" not in text


def test_the_policy_lets_in_this_style_and_nothing_else():
    text = page()
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'content="{policy}"' in text
    assert not re.search(r"\sstyle=|url\(|@import|https?:", text.replace(style, "") + style)


def test_no_value_is_shown_and_hostile_names_stay_names():
    report = sample_report()
    hostile = Origin("c" * 40, HOSTILE, "<script>", "c" * 40, 2, HOSTILE)
    report = report._replace(findings=tuple(f._replace(origin=hostile) for f in report.findings))
    text = page(report, runs=[html_report.EarlierRun(HOSTILE, 1, 1)] * 2)
    check(text)
    assert not [secret for secret in SECRETS if secret in text]
    assert "<script" not in text
    assert "\x1b" not in text
    text.encode()


def test_long_tables_are_cut_and_say_so():
    text = page(dated(*["2026-11-01"] * 1203))
    assert text.count("</code><br>") == 1000
    assert "And 203 more, which the other formats list." in text


@pytest.mark.parametrize(
    ("first", "unit", "columns"),
    [
        ("2026-11-22", "month", 1),
        ("2025-01-15", "month", 23),
        ("2023-01-15", "quarter", 16),
        ("2005-04-07", "year", 22),
    ],
)
def test_a_trend_is_by_month_quarter_or_year(first, unit, columns):
    found = trend(dated(first, "2026-11-20").findings, TODAY)
    assert (found.unit, len(found.columns), found.undated) == (unit, columns, 0)
    assert sum(column.credentials for column in found.columns) == 2


def test_dates_that_cannot_be_right_count_as_unknown():
    found = trend(dated("1970-01-01", "2099-01-01", "nonsense", "", "2026-11-01").findings, TODAY)
    assert (len(found.columns), found.undated) == (1, 4)
    assert dict(ages(dated("1970-01-01", "", "2026-11-01").findings, TODAY)) == {"under a month": 1, "unknown": 2}
    text = page(dated("1970-01-01", "2026-11-01"))
    assert "1 more have no date that can be right" in text


@given(st.lists(st.dates(date(1971, 1, 1), date(2100, 1, 1)), min_size=1, max_size=30))
def test_every_finding_is_in_one_column_or_undated_and_has_one_age(days):
    findings = dated(*(day.isoformat() for day in days), kinds=("credential", "sample-data")).findings
    found = trend(findings, TODAY)
    assert sum(c.credentials + c.others for c in found.columns) + found.undated == len(findings)
    assert len(found.columns) <= 25
    assert sum(number for _, number in ages(findings, TODAY)) == len(findings)


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=26))
def test_columns_stay_inside_the_picture(columns):
    text = columns_chart("x", "<T>", "&", [Bar(*column) for column in columns])
    check(text)
    for x, y, width, height in re.findall(r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"', text):
        assert float(x) >= 0 <= float(height)
        assert float(y) >= 17.9
        assert float(x) + float(width) <= 720.1
        assert float(y) + float(height) <= 176.2


def test_findings_are_filtered_by_severity_kind_and_repository():
    """Each box shows the rows of its class and no others, and each row has a class of every kind."""
    report = sample_report()
    first = next(finding for finding in report.findings if finding.waived is None)
    findings = [
        first._replace(severity=severity, kind=kind, origin=Origin("a" * 40, "ada", "2026-01-01", "", 1, repository))
        for severity in ("critical", "low") for kind in ("credential", "hygiene") for repository in ("one", "<two>")
    ]  # fmt: skip
    text = page(make_report(findings, (), 1, 1, 1.0))
    assert check(text).problems == []
    boxes = re.findall(r'<input type="checkbox" id="f-([\w-]+)" checked> ([^<]+)</label>', text)
    labels = [label for _, label in boxes]
    assert labels == ["critical", "low", "credential", "hygiene", "&lt;two&gt;", "one"]
    rows = [set(classes.split()) for classes in re.findall(r'<tr class="([^"]+)">', text)]
    assert len(rows) == len(findings)
    for name, _ in boxes:
        assert f"body:has(#f-{name}:not(:checked)) tr.{name} {{ display: none; }}" in text
        assert sum(name in row for row in rows) == len(findings) / 2


def test_many_repositories_share_a_box():
    first = next(finding for finding in sample_report().findings if finding.waived is None)
    findings = [
        first._replace(origin=Origin("a" * 40, "ada", "2026-01-01", "", 1, f"r{number:03}")) for number in range(100)
    ]
    text = page(make_report(findings, (), 1, 1, 1.0))
    assert "60 others</label>" in text
    assert text.count('<input type="checkbox"') == 41


def test_where_all_are_alike_there_is_no_box():
    first = next(finding for finding in sample_report().findings if finding.waived is None)
    assert "<input" not in page(make_report([first], (), 1, 1, 1.0))


def test_many_others_make_no_bar_beside_which_none_is_seen():
    text = bars("By file", [("a.py", 2), ("b.py", 1), ("40 others", 900)], others=1)
    assert re.findall(r'<rect width="([\d.]+)"', text) == ["100.0", "50.0"]
    assert "<td>40 others</td>" in text
    assert "900" in text


def test_a_column_without_anything_is_left_out():
    text = table(("What", "Since", "Places"), [("a", "", "1"), ("b", "", "2")])
    assert "Since" not in text
    assert text.count("<th ") == 2
    assert "<th " in table(("What", "Since"), [])


def test_a_single_column_of_a_chart_is_no_wall():
    text = page(dated("2026-11-20"))
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)" [^>]*class="credentials"', text)]
    assert widths
    assert max(widths) < 60


def test_on_a_narrow_screen_each_cell_of_a_row_says_what_it_is():
    text = page()
    rows = re.findall(r"<tr class=[^>]*>(.*)</tr>", text)
    assert rows
    assert all(re.findall(r'data-of="(\w+)"', row) == ["Severity", "What", "Where", "Value", "Fix"] for row in rows)
