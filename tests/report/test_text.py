"""The report for people."""

import io

import pytest

from nbguard.errors import UsageError
from nbguard.report import text
from nbguard.report.records import Origin, Skipped, make_report
from nbguard.report.writing import write_report
from tests.report.samples import HOSTILE, SECRETS, sample_report


class Terminal(io.StringIO):
    def isatty(self):
        return True


def written(report=None, stream=None):
    stream = stream or io.StringIO()
    write_report(report or sample_report(), "text", stream)
    return stream.getvalue()


def test_it_says_what_where_why_and_how_to_fix_it():
    block = next(
        block for block in written().split("\n\n") if block.startswith("runs/a.ipynb: cell 2") and "output" not in block
    )
    head, message, match, fix = block.split("\n")
    assert head == "runs/a.ipynb: cell 2 (cell0001) line 2  high  ionq-api-key"
    assert message.strip() == "An IonQ API key."
    assert "…(32)" in match
    assert "IonQProvider(token=…)" in match
    assert fix.strip() == "Fix: Revoke it at cloud.ionq.com."


def test_places_that_are_no_source():
    got = written()
    assert "runs/a.ipynb: cell 2 (cell0001) output line 1  critical  dwave-api-token" in got
    assert "runs/a.ipynb: metadata, file line " in got
    assert "b.env: line 1  high  github-token" in got


def test_the_summary_and_the_skipped_files():
    lines = written().splitlines()
    assert lines[-2] == "6 findings in 3 of 4 files, 1 waived, 1 not scanned (12.3 kB in 0.12 s)."
    assert "c\\n.ipynb  not scanned: not valid JSON: <b> (line 1)" in lines


def test_clean():
    assert written(make_report([], [], 1, 0, 0)) == "Nothing found in 1 file (0 bytes in 0.00 s).\n"


def test_what_was_not_scanned_is_not_called_clean():
    skipped = [Skipped("a.ipynb", "no such file"), Skipped("a.ipynb", "another reason")]
    assert written(make_report([], skipped, 3, 0, 0)).endswith(
        "Nothing found in 2 files, 1 not scanned (0 bytes in 0.00 s).\n"
    )


def test_the_next_step_is_told_once_and_only_where_there_is_one():
    accept = 'Accept one: `# nbguard: allow RULE reason="…"` on its line.'
    report = sample_report()
    data = [finding for finding in report.findings if finding.kind == "sample-data"]
    past = [finding._replace(origin=Origin("abc", "ada", "2026-01-01", "abc", 1)) for finding in report.findings]
    assert written().splitlines()[-1] == f"Move credentials: `nbguard vault move FILE`. {accept}"
    assert written(make_report(data, [], 1, 0, 0)).splitlines()[-1] == accept
    assert "Accept one" not in written(make_report([], [], 1, 0, 0))
    assert "Accept one" not in written(make_report(past, [], 1, 0, 0))


def test_a_credential_in_a_history_has_its_fingerprint():
    """It is what `nbguard trace` takes; data can't be traced, and a file's findings are traced by their place."""
    report = sample_report()
    past = [finding._replace(origin=Origin("abc", "ada", "2026-01-01", "abc", 1)) for finding in report.findings]
    told = {line.strip() for line in written(make_report(past, [], 1, 0, 0)).splitlines() if "fingerprint " in line}
    counted = [finding for finding in past if finding.waived is None]
    assert told == {f"fingerprint {finding.fingerprint}" for finding in counted if finding.kind == "credential"}
    assert {finding.kind for finding in counted} > {"credential"}
    assert "fingerprint " not in written()


def test_no_secret_in_it():
    got = written()
    assert not [secret for secret in SECRETS if secret in got]


def test_a_file_name_cannot_fake_a_line_or_paint_the_terminal():
    got = written()
    assert HOSTILE not in got
    assert "\x1b" not in got
    assert not any(line.startswith("::error") for line in got.splitlines())
    got.encode("utf-8")


def test_the_fix_is_told_once_a_rule():
    assert written().count("Fix:") == 5


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
