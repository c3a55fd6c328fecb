"""The report for people."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.errors import UsageError
from nbguard.policy.verdict import Judgement
from nbguard.report import text
from nbguard.report.causes import group
from nbguard.report.concise import concise
from nbguard.report.finding_block import MOST_LINES, block
from nbguard.report.records import Origin, Skipped, make_report, record
from nbguard.report.situation import Situation, Telling
from nbguard.report.terminal import Look
from nbguard.report.writing import write_report
from tests.fake_tokens import FakeTokens
from tests.policy.findings import find
from tests.report.samples import HOSTILE, SECRETS, sample_report


class Terminal(io.StringIO):
    def isatty(self):
        return True


def written(report=None, stream=None):
    stream = stream or io.StringIO()
    write_report(report or sample_report(), "text", stream)
    return stream.getvalue()


def blocks(told):
    return told.split("\n\n")


def test_a_block_says_what_where_why_and_the_next_step():
    block = next(block for block in blocks(written()) if "cell 2, line 2" in block)
    assert block.split("\n") == [
        "error[ionq-api-key]: An IonQ API key, goes to IonQProvider(token=…)",
        " --> runs/a.ipynb  cell 2, line 2, column 24",
        "  = next:  nbguard vault move runs/a.ipynb    puts a lookup in its place",
        '  = or:    os.environ["IONQ_API_KEY"]    set outside the repository',
        '  = else:  # nbguard: allow ionq-api-key reason="…"    if it is no secret',
    ]


def test_places_that_are_no_source():
    got = written()
    assert "critical[dwave-api-token]" in got
    assert ".ipynb  cell 2 output, line 1, column 7" in got
    assert "--> runs/a.ipynb  metadata, line " in got
    assert "--> b.env  line 1, column 8" in got


def test_the_summary_and_the_skipped_files():
    lines = written().splitlines()
    assert "6 findings in 3 of 4 files, 1 waived, 1 not scanned (12.3 kB in 0.12 s)." in lines
    assert "c\\n.ipynb  not scanned: not valid JSON: <b> (line 1)" in lines


def test_clean():
    assert written(make_report([], [], 1, 0, 0)) == "Nothing found in 1 file (0 bytes in 0.00 s).\n"


def test_what_was_not_scanned_is_not_called_clean():
    skipped = [Skipped("a.ipynb", "no such file"), Skipped("a.ipynb", "another reason")]
    assert written(make_report([], skipped, 3, 0, 0)).endswith(
        "Nothing found in 2 files, 1 not scanned (0 bytes in 0.00 s).\n"
    )


def test_the_closing_line_is_there_only_where_something_counts():
    explain = "More on a rule, and how to rotate: nbguard explain RULE"
    assert written().splitlines()[-1] == explain
    assert explain not in written(make_report([], [], 1, 0, 0))
    assert explain not in written(make_report([], [Skipped("a", "gone")], 1, 0, 0))


def test_a_credential_in_a_history_has_its_fingerprint():
    """It is what `nbguard trace` takes; data can't be traced, and a file's findings are traced by their place."""
    report = sample_report()
    past = [finding._replace(origin=Origin("abc", "ada", "2026-01-01", "abc", 1)) for finding in report.findings]
    lines = written(make_report(past, [], 1, 0, 0)).splitlines()
    told = {line.rpartition(" ")[2] for line in lines if "nbguard trace " in line}
    counted = [finding for finding in past if finding.waived is None]
    assert told == {finding.fingerprint for finding in counted if finding.kind == "credential"}
    assert {finding.kind for finding in counted} > {"credential"}
    assert "nbguard trace" not in written()


def test_no_secret_in_it():
    got = written()
    assert not [secret for secret in SECRETS if secret in got]


def test_a_file_name_cannot_fake_a_line_or_paint_the_terminal():
    got = written()
    assert HOSTILE not in got
    assert "\x1b" not in got
    assert not any(line.startswith("::error") for line in got.splitlines())
    got.encode("utf-8")


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal_only(monkeypatch, variables, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in written(stream=Terminal())) == coloured
    assert "\x1b[" not in written()


def test_sizes_are_told_in_units_people_read():
    assert [text._size(size) for size in (0, 999, 1000, 123_456, 40_960, 2_500_000_000)] == [
        "0 bytes", "999 bytes", "1.0 kB", "123 kB", "41.0 kB", "2.5 GB",
    ]  # fmt: skip


def test_an_unknown_format_is_a_usage_error():
    with pytest.raises(UsageError, match="there is no report format 'xml'; known are text"):
        write_report(sample_report(), "xml", io.StringIO())


def test_every_file_is_named_however_many_hold_one_value():
    report = sample_report()
    found = next(finding for finding in report.findings if finding.rule == "github-token")
    many = [found._replace(path=f"folder/{number}.env") for number in range(40)]
    told = written(make_report(many, [], 40, 1, 1))
    assert [finding.path for finding in many if finding.path not in told] == []
    assert told.count("error[") == 1


def test_a_file_whose_name_is_part_of_another_is_named_too():
    """One value in many files: a block names three of them, and the rest is told below it, each file once."""
    token = FakeTokens(21).ionq()
    paths = ["a/z.env", "b/z.env", "c/z.env", "d/z.env", "e/y.env", "z.env"]
    records = []
    for path in paths:
        document = open_document(path, f"IONQ={token}\n".encode())
        records.append(record(find(document, token), document, Judgement("high"), b"pepper"))
    told = written(make_report(records, [], len(paths), 100, 0.1))
    assert "The same values also in: e/y.env, z.env" in told


@settings(max_examples=300)
@given(
    st.integers(40, 140),
    st.sampled_from(("scan", "hook", "ci", "pre-push", "pre-receive")),
    st.text(max_size=300),
    st.text(max_size=300),
    st.text(min_size=1, max_size=200),
    st.sampled_from(("", "pip install nbguard")),
    st.integers(0, 4),
)
def test_a_finding_takes_eight_lines_at_most_in_full_and_one_in_concise(
    width, door, message, cause, path, missing, copies
):
    look, situation = Look(width), Situation(door, missing)
    for finding in sample_report().findings:
        told = finding._replace(message=message, cause=cause, path=path)
        others = tuple(told._replace(path=f"{path}{number}") for number in range(copies))
        for found in group([told, *others]):
            lines, named = block(found, Telling(situation=situation), look)
            assert not found.others or " more" in "".join(lines) or {f.path for f in found.others} <= named
            assert lines[-1] == ""
            assert len(lines[:-1]) <= MOST_LINES, lines
            assert all("\n" not in line for line in lines)
        assert [line.count("\n") for line in concise([told], situation, look)] == [0]
