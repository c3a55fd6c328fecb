"""Every format says where it comes from: targets, commit, policy, profile, rules."""

import csv
import io
import json

import pytest

from nbguard.report.provenance import Provenance, ReportTarget
from nbguard.report.writing import FORMATS, write_report
from nbguard.repository.origins import without_user
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.report.samples import sample_report
from tests.scan.histories import History, with_dwave

HOSTILE = "=cmd|<script>"
KNOWN = Provenance(
    (
        ReportTarget("git.example.org/lab/one", "https://git.example.org/lab/one.git", "a1" * 20, "main", 3),
        ReportTarget(HOSTILE, findings=0),
    ),
    "main..HEAD", "enterprise", "nbguard.toml", "security, version 7", "b2" * 32, "c3" * 32,
)  # fmt: skip
# GitHub's commands have no place for it, text is for whoever ran it, and GitLab's schema names what it takes.
WITHOUT = {"text", "github", "gitlab"}


@pytest.mark.parametrize("form", sorted(set(FORMATS) - WITHOUT))
def test_it_stands_in_every_format_that_has_a_place_for_it(form: str) -> None:
    stream = io.StringIO()
    write_report(sample_report()._replace(provenance=KNOWN), form, stream)
    written = stream.getvalue()
    for said in ("git.example.org/lab/one", "a1" * 6, "enterprise", "nbguard.toml", "version 7", "b2" * 6, "c3" * 6):
        plain = written.replace("&#45;", "-").replace("&#46;", ".").replace("&#40;", "(")
        assert said in plain, said
    assert "<script>" not in written or form not in ("html", "markdown", "junit")


def test_a_spreadsheet_takes_none_of_it_for_a_formula() -> None:
    stream = io.StringIO()
    hostile = KNOWN._replace(targets=(ReportTarget(HOSTILE),))
    write_report(sample_report()._replace(provenance=hostile), "csv", stream)
    rows = [row for row in csv.DictReader(io.StringIO(stream.getvalue())) if row["kind"] == "provenance"]
    assert {row["rule"] for row in rows} == {"targets", "scope", "profile", "policy", "bundle", "rules"}
    assert not any(value.startswith("=") for row in rows for value in row.values() if value)


def test_a_page_lists_clean_places_and_how_to_trace_a_finding() -> None:
    stream = io.StringIO()
    report = sample_report()._replace(provenance=KNOWN)
    write_report(report, "html", stream)
    assert "<td>clean</td>" in stream.getvalue().replace('<td class="number">', "<td>")
    assert all(f"nbguard trace {f.fingerprint}" in stream.getvalue() for f in report.findings if f.waived is None)


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://user:word@git.example.org/a/b.git", "https://git.example.org/a/b.git"),
        ("git@git.example.org:a/b.git", "ssh://git.example.org/a/b.git"),
        ("ssh://git@git.example.org:2222/a/b", "ssh://git.example.org:2222/a/b"),
        ("https://git.example.org/a?token=word", "https://git.example.org/a"),
        ("/srv/git/a.git", ""), ("../a", ""), ("file:///srv/a", ""), ("C:\\repos\\a", ""), ("", ""), ("https://[", ""),
    ],
)  # fmt: skip
def test_an_address_holds_no_user_and_no_password(url: str, uri: str) -> None:
    assert without_user(url) == uri


def test_the_command_line_knows_what_it_looked_at(tmp_path) -> None:
    history = History(tmp_path / "r")
    head = history.commit(**{"a.py": with_dwave(FakeTokens(77).dwave()), "nbguard.toml": 'fail_on = "high"\n'})
    history.git("remote", "add", "origin", "https://user:word@git.example.org/lab/r.git")
    for arguments, scope in (
        (("scan",), "files as they are"), (("scan", "--history"), "the whole history"),
        (("scan", "a.py"), "files as they are: a.py"), (("scan", "--staged"), "what is staged"),
    ):  # fmt: skip
        body = json.loads(nbguard(*arguments, "--format", "json", cwd=history.path).out)["provenance"]
        (target,) = body["targets"]
        assert (target["name"], target["commit"], target["branch"]) == ("git.example.org/lab/r", head, "main")
        assert (body["scope"], body["policy"], body["profile"]) == (scope, "nbguard.toml", "standard")
        assert (len(body["policy_sha256"]), len(body["rules_sha256"])) == (64, 64)
    sarif = json.loads(nbguard("scan", "--format", "sarif", cwd=history.path).out)
    assert sarif["runs"][0]["versionControlProvenance"] == [
        {
            "repositoryUri": "https://git.example.org/lab/r.git", "revisionId": head, "branch": "main",
            "mappedTo": {"uriBaseId": "SRCROOT"},
        }
    ]  # fmt: skip


def test_a_folder_without_a_repository_is_named(tmp_path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    body = json.loads(nbguard("scan", "a.py", "--format", "json", cwd=tmp_path).out)["provenance"]
    assert body["targets"] == [{"name": tmp_path.name}]
