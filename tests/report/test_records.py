"""Records: the right place, and no secret in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.errors import ExitCode
from nbguard.policy.allow import Waiver
from nbguard.policy.fingerprint import fingerprint
from nbguard.policy.verdict import Judgement
from nbguard.report.records import Skipped, exit_status, make_report, record
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream
from tests.policy.findings import find, text_document

TOKEN = FakeTokens().ionq()
SALT = b"pepper"


def test_place_in_a_notebook():
    source = f"import x\nprovider = IonQProvider('{TOKEN}')\n"
    raw = as_bytes(notebook(markdown("# Title"), code(source)))
    document = open_document("a.ipynb", raw)
    got = record(find(document, TOKEN), document, Judgement("high"), SALT)
    assert got.cell is not None
    assert (got.cell.number, got.cell.id, got.cell.type) == (1, "cell0001", "code")
    assert (got.line, got.column, got.end_line, got.end_column) == (2, 26, 2, 58)
    assert got.where == "source"
    assert TOKEN in raw.decode().splitlines()[got.file_line - 1]
    assert got.fingerprint == fingerprint("ionq-api-key", TOKEN, SALT)
    assert got.match == f"{TOKEN[:2]}…(32)"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["é", "\U0001f600", "\n", "x", '"', "\\", "\t"])),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_file_line_is_where_the_value_stands_in_the_file(before, ascii_only, indent):
    """Whatever comes before it in the cell, and however the file is laid out."""
    raw = as_bytes(notebook(code("".join(before) + TOKEN + "\nz")), indent, ascii_only)
    document = open_document("a.ipynb", raw)
    got = record(find(document, TOKEN), document, Judgement("high"), SALT)
    assert TOKEN in raw.decode().split("\n")[got.file_line - 1]
    text = "".join(before) + TOKEN
    assert text.split("\n")[got.line - 1][got.column - 1 :] == TOKEN


def test_place_in_a_text_file():
    document = text_document(f"a\nb = '{TOKEN}'\n")
    got = record(find(document, TOKEN), document, Judgement("high"), SALT)
    assert (got.cell, got.where, got.line, got.file_line, got.column) == (None, "file", 2, 2, 6)


def test_a_value_over_several_lines_ends_where_it_ends():
    value = f"'{TOKEN[:9]}'\n '{TOKEN[9:]}'"
    document = text_document(f"b = ({value})\n")
    got = record(find(document, value), document, Judgement("high"), SALT)
    assert (got.line, got.column, got.end_line, got.end_column) == (1, 6, 2, 2 + 25)


def test_no_part_of_a_record_holds_the_value():
    document = open_document("a.ipynb", as_bytes(notebook(code("x", stream(f"key {TOKEN}\n")))))
    finding = find(document, TOKEN, cause=f"token={TOKEN}", message=f"Found {TOKEN}.", remedy=f"Revoke {TOKEN}.")
    got = record(finding, document, Judgement("low", None, "An old allow."), SALT)
    assert TOKEN not in repr(got)
    assert TOKEN[:6] not in repr(got)
    assert got.message == f"Found {TOKEN[:2]}…(32). An old allow."


def test_a_reason_that_quotes_the_value_is_masked():
    document = text_document(f"t = '{TOKEN}'")
    waiver = Waiver("inline", "allow on line 1 (*)", f"{TOKEN} is fake", "", TOKEN)
    got = record(find(document, TOKEN), document, Judgement("high", waiver), SALT)
    assert TOKEN not in repr(got)
    assert got.waived is not None
    assert got.waived.reason.endswith("is fake")


def report(*records, skipped=()):
    return make_report(records, skipped, 3, 100, 0.5)


def a_record(path="a.py", severity="high", waived=None):
    document = text_document(f"t = '{TOKEN}'", path)
    return record(find(document, TOKEN), document, Judgement(severity, waived), SALT)


def test_the_summary_counts_what_counts():
    got = report(a_record("b.py"), a_record("a.py", waived=Waiver("inline", "x")), skipped=[Skipped("c", "too large")])
    assert got.summary == (3, 100, 1, 1, 1, 0.5, 0, 0, 1, 0)
    assert [finding.path for finding in got.findings] == ["a.py", "b.py"]


def test_findings_are_in_the_order_people_read():
    """In the JSON of a cell the outputs come before the source."""
    cells = [code("x", stream(f"{TOKEN}\n")), code(f"y = '{TOKEN}'", stream(f"{TOKEN}\n")), code(f"z = '{TOKEN}'")]
    document = open_document("a.ipynb", as_bytes(notebook(*cells, other={"token": TOKEN})))
    places = [("source", 1), ("source", 0), ("output", 0), ("output", 1), ("metadata", 0)]
    found = [find(document, TOKEN, where=where, occurrence=number) for where, number in places]
    made = report(*(record(finding, document, Judgement("high"), SALT) for finding in found))
    assert [(f.cell.number if f.cell else None, f.where) for f in made.findings] == [
        (None, "metadata"), (0, "output"), (1, "source"), (1, "output"), (2, "source"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "options", "status"),
    [
        (report(), {}, ExitCode.CLEAN),
        (report(a_record()), {}, ExitCode.FINDINGS),
        (report(a_record(waived=Waiver("inline", "x"))), {}, ExitCode.CLEAN),
        (report(a_record(severity="medium")), {"fail_on": "high"}, ExitCode.CLEAN),
        (report(a_record(severity="critical")), {"fail_on": "high"}, ExitCode.FINDINGS),
        (report(a_record(), skipped=[Skipped("c", "too large")]), {}, ExitCode.INCOMPLETE),
        (report(a_record(), skipped=[Skipped("c", "too large")]), {"allow_unreadable": True}, ExitCode.FINDINGS),
        (report(skipped=[Skipped("c", "too large")]), {"allow_unreadable": True}, ExitCode.CLEAN),
    ],
)
def test_exit_status(made, options, status):
    assert exit_status(made, **options) == status
