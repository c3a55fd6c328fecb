"""What holds for every format: it is written, and neither a secret nor a hostile name gets through."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.policy.verdict import Judgement
from nbguard.report.records import Origin, make_report, record
from nbguard.report.writing import FORMATS, write_report
from tests.policy.findings import find, text_document
from tests.report.samples import HOSTILE, SECRETS, TOKENS, sample_report


def written(format_name, report=None):
    stream = io.StringIO()
    write_report(report or sample_report(), format_name, stream)
    return stream.getvalue()


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_secret_in_any_format(format_name):
    """Neither whole nor in a part that would narrow a search: four characters of an opaque token are two too many."""
    got = written(format_name)
    assert [secret for secret in SECRETS if secret in got] == []
    assert [token[4:12] for token in TOKENS if token[4:12] in got] == []
    assert not re.search("ada@|alan@|1815|1912", got)


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_control_character_and_valid_utf8(format_name):
    got = written(format_name)
    assert HOSTILE not in got
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", got)
    assert got.encode("utf-8")


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_line_is_a_command_of_a_ci_runner(format_name):
    """A runner reads what a job prints: a file name must not be able to speak to it."""
    lines = written(format_name).splitlines()
    if format_name == "github":
        assert all(re.match("::(error|warning|notice) file=", line) for line in lines if line.startswith("::"))
    else:
        assert not [line for line in lines if line.lstrip().startswith(("::", "##vso", "##["))]


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_clean_run_has_a_report_too(format_name):
    assert written(format_name, make_report([], [], 3, 10, 0.1))


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_format_loads_no_other_format(format_name):
    """A hook prints text; it must not pay for XML and HTML."""
    probe = (
        "import io, sys; from nbguard.report.records import make_report; from nbguard.report.writing import *;"
        f"write_report(make_report([], [], 1, 1, 1), {format_name!r}, io.StringIO());"
        "loaded = {*FORMATS.values(), 'html', 'csv', 'xml', 'uuid'} & set(sys.modules); print(*loaded)"
    )
    got = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    allowed = {FORMATS[format_name], "nbguard.report.text", "nbguard.report.json_report", "csv", "html"}
    assert set(got) <= allowed


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_poor_encoding_ends_no_run(format_name, encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    document = text_document(f"t = '{TOKENS[0]}'", "読む.py")
    made = record(find(document, TOKENS[0]), document, Judgement("high"), b"salt")
    write_report(make_report([made], [], 1, 1, 1), format_name, stream)
    stream.flush()
    assert raw.getvalue().decode(encoding)


def test_the_docs_name_every_format():
    docs = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"| `{name}` |" not in docs] == []


def _in_a_history(report):
    """The same value in two commits of two repositories."""
    found = next(finding for finding in report.findings if finding.waived is None)
    origins = [Origin(commit * 40, "ada", "2026-01-02T03:04:05Z", commit * 40, 1, repository) for commit, repository in
               (("a", "lab/one"), ("b", "lab/two"))]  # fmt: skip
    return make_report([found._replace(origin=origin) for origin in origins], [], 1, 1, 1)


@pytest.mark.parametrize(
    "format_name", ["github", "junit", "markdown", "html", "csv", "ocsf", "json", "sarif", "gitlab"]
)
def test_every_format_has_the_fingerprint_by_which_a_value_is_traced(format_name):
    report = sample_report()
    found = next(finding for finding in report.findings if finding.waived is None)
    assert found.fingerprint in written(format_name, make_report([found], [], 1, 1, 1))


def test_a_row_of_csv_says_which_commit_by_whom_when_and_where():
    rows = list(csv.DictReader(io.StringIO(written("csv", _in_a_history(sample_report())))))
    assert [(row["repository"], row["commit"], row["author"], row["date"][:10]) for row in rows] == [
        ("lab/one", "a" * 40, "ada", "2026-01-02"), ("lab/two", "b" * 40, "ada", "2026-01-02"),
    ]  # fmt: skip


def test_an_ocsf_event_is_one_place_and_the_same_in_each_run():
    report = _in_a_history(sample_report())
    both = ([json.loads(line) for line in written("ocsf", report).splitlines()] for _ in range(2))
    # The last event counts what was left out; it is no finding.
    first, again = ([event for event in events if "finding_info" in event] for events in both)
    uids = [event["finding_info"]["uid"] for event in first]
    assert len(set(uids)) == 2
    assert uids == [event["finding_info"]["uid"] for event in again]
    assert [event["unmapped"]["commit"] for event in first] == ["a" * 40, "b" * 40]
