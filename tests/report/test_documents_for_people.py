"""CSV, Markdown and HTML: what a file is called must stay a name in every one of them."""

import csv
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.plain import plain
from nbguard.report.csv_report import COLUMNS, safe_cell
from nbguard.report.markdown import _escape as escape_markdown
from nbguard.report.places import plain_path
from tests.report.samples import HOSTILE
from tests.report.test_formats import written


def rows():
    return list(csv.DictReader(io.StringIO(written("csv"), newline="")))


def test_csv_has_a_row_for_everything():
    got = rows()
    assert len(got) == 9
    assert tuple(got[0]) == COLUMNS
    assert [row["kind"] for row in got[-2:]] == ["skipped", "left-out"]
    waived = next(row for row in got if row["waived"])
    assert (waived["kind"], waived["reason"], waived["expires"]) == ("credential", "a <b>fake</b>", "2027-01-01")


def test_csv_holds_no_formula():
    """The hostile path begins with =cmd; the approver of the waiver is called =alice."""
    cells = [cell for row in rows() for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=cmd|") for cell in cells)
    assert "'=alice" in cells


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", " =1", "\t=1", "\r=1", "\n=1", "＝1"])
def test_csv_puts_an_apostrophe_before_every_beginning_of_a_formula(text):
    safe = safe_cell(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝"))


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attributes]

    def handle_data(self, data):
        self.text.append(data)


def test_html_is_one_page_that_loads_and_runs_nothing():
    reader = Reader()
    reader.feed(written("html"))
    assert not {"script", "img", "link", "iframe", "object", "a", "b", "i"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] in ("src", "href", "style")]


def test_html_shows_names_as_they_are():
    reader = Reader()
    reader.feed(written("html"))
    text = "".join(reader.text)
    assert plain(HOSTILE) in text
    assert "An IonQ API key." in text
    assert "allow on line 1 (ionq-api-key)" in text
    assert "not valid JSON" in text


def test_html_charts_count_what_counts():
    page = written("html")
    assert '<td>high</td><td class="number">3</td>' in page
    assert '<td>ionq</td><td class="number">1</td>' in page


def test_markdown_has_a_row_for_each_finding_that_counts():
    table = [line for line in written("markdown").splitlines() if line.startswith("| ")]
    assert len(table) == 2 + 6
    assert {line.count("|") for line in table} == {6}


@settings(deadline=None)
@given(st.text(st.characters()))
def test_markdown_text_holds_no_markup(text):
    """Nothing that Markdown or HTML gives a meaning to is left but the entity itself."""
    escaped = escape_markdown(text)
    assert not set(escaped) & set("|<>[]()*_`~@!\\:.+-=\"'{}\n\r")


@settings(deadline=None)
@given(st.text(st.characters()))
def test_plain_text_is_one_printable_line_and_keeps_what_is_printable(text):
    shown = plain(text)
    assert shown.isprintable()
    shown.encode("utf-8")
    if text.isprintable():
        assert shown == text


def test_a_path_never_begins_like_a_runner_command():
    assert plain_path("::error::x") == "./::error::x"
    assert plain_path("##vso[task.x]") == "./##vso[task.x]"
    assert plain_path("a::b") == "a::b"


@pytest.mark.parametrize("direction", ["\u202e", "\u2066", "\u200f"])
def test_direction_marks_cannot_reverse_a_name(direction):
    """exe.ipynb shown as bnypi.exe is an old trick."""
    assert direction not in plain(f"a{direction}b")
