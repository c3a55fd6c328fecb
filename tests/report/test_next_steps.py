"""The next step: for each door, kind of finding, and how far the value has come."""

import os
import shutil
import subprocess
from functools import partial

import pytest

from nbguard.policy.policy_settings import Config
from nbguard.report.causes import group
from nbguard.report.next_steps import closing, steps
from nbguard.report.records import Origin, make_report
from nbguard.report.shell_word import quote
from nbguard.report.situation import Situation, find_situation
from nbguard.vault.places_for_references import check_runs_shell, check_takes_references
from nbguard.vault.text_changes import CannotRewriteError
from tests.report.samples import sample_report

ORIGIN = Origin("a" * 40, "ada", "2026-01-01", "b" * 40, 1)


def told(finding, **situation):
    (cause,) = group([finding])
    return [f"{step.label} {step.text}" for step in steps(cause, Situation(**situation))]


def only(rule, where="source"):
    found = [f for f in sample_report().findings if f.rule == rule and f.where == where and f.waived is None]
    return found[0]


def test_a_value_that_was_never_committed_isnt_rotated():
    assert told(only("ionq-api-key"))[0] == "next nbguard vault move runs/a.ipynb"
    assert not any("rotate" in line for line in told(only("ionq-api-key")))


@pytest.mark.parametrize(
    "name", ["main.go", "web/app.js", "report.qmd", "Dockerfile", "app.dockerfile", "deploy/Makefile", "job.slurm"]
)
def test_where_no_lookup_runs_no_move_is_told(name):
    """`vault move` would leave the value there, with the reason."""
    finding = only("ionq-api-key")._replace(where="file", path=name, cell=None)
    lines = told(finding)
    assert lines[0] == "next let it read the value from the environment"
    assert not any("vault move" in line for line in lines)
    check = check_runs_shell if name.endswith("file") else partial(check_takes_references, text="key", start=0)
    with pytest.raises(CannotRewriteError):
        check(name)


@pytest.mark.parametrize(
    "name", ["run.sh", "a.R", "a.jl", "settings.yaml", ".env", "README.md", "config.ini", "a.ipy~"]
)
def test_where_one_runs_or_is_read_it_is(name):
    finding = only("ionq-api-key")._replace(where="file", path=name, cell=None)
    assert told(finding)[0] == f"next nbguard vault move {quote(name)}"


def test_in_a_commit_of_this_clone_the_commit_is_mended_too():
    finding = only("ionq-api-key")
    lines = told(finding, reach={(finding.path, finding.fingerprint): ""})
    assert lines[:2] == [
        "next nbguard vault move runs/a.ipynb",
        "then git commit --amend, or git rebase -i: a commit here holds it",
    ]


def test_what_was_pushed_is_rotated_first():
    finding = only("ionq-api-key")
    lines = told(finding, reach={(finding.path, finding.fingerprint): "origin/main"})
    assert lines[0] == "first rotate it, origin/main has it: nbguard explain ionq-api-key"


def test_outputs_are_stripped_and_rows_redacted_or_moved_out():
    assert told(only("dwave-api-token", "output")._replace(path="a b.ipynb"))[0] == "next nbguard strip 'a b.ipynb'"
    assert told(only("inline-records"))[:2] == [
        "next nbguard data redact runs/a.ipynb",
        "or nbguard data extract --to ~/data runs/a.ipynb",
    ]
    rows = only("inline-records")._replace(where="file", path="people.csv", cell=None)
    assert told(rows)[:2] == ["next nbguard data redact people.csv", "or git rm --cached people.csv"]
    table = only("inline-records")._replace(where="file", path="people.parquet", cell=None)
    assert told(table) == ["next git rm --cached people.parquet", "else nbguard baseline update"]


def test_an_allow_is_a_comment_only_where_comments_are():
    assert told(only("github-token", "file"))[-1] == 'else # nbguard: allow github-token reason="…"'
    data = only("github-token", "file")._replace(path="a.json")
    assert told(data)[-1] == "else nbguard baseline update"


@pytest.mark.parametrize(
    ("door", "left", "pushed"),
    [("ci", True, "git push --force-with-lease"), ("ci", False, "git push"), ("pre-receive", True, "git push"),
     ("pre-push", False, "git push")],
)  # fmt: skip
def test_how_commits_get_through_is_told_in_the_same_words(door, left, pushed):
    """Rotation only where the value left the machine."""
    finding = only("ionq-api-key")._replace(origin=ORIGIN)
    report = make_report([finding], [], 1, 0, 0)
    lines = closing(report, Situation(door, has_left=left))
    said, rotated = "\n".join(lines), left
    assert lines[-1] == f"- Then {pushed}."
    assert f"git rebase -i {'a' * 12}^" in said
    assert "git commit --amend" in said
    assert ("Rotate" in said) == rotated
    assert any("rotate" in line for line in told(finding, door=door, has_left=left)) == rotated


def test_where_only_the_branch_before_counts_nobody_is_told_to_write_an_allow():
    report = make_report([only("ionq-api-key")._replace(origin=ORIGIN)], [], 1, 0, 0)
    assert "nbguard: allow" in "\n".join(closing(report, Situation("ci")))
    said = "\n".join(closing(report, Situation("ci", new_allows=False)))
    assert "nbguard: allow" not in said
    assert "once it stands on the branch" in said


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        (["ionq-api-key"], "Is it no secret?"),
        (["inline-records"], "Is it made up?"),
        (["ionq-api-key", "inline-records"], "Is it no secret, or made up?"),
    ],
)
def test_the_question_before_an_allow_is_about_what_was_found(rules, asked):
    found = [only(rule)._replace(origin=ORIGIN) for rule in rules]
    said = closing(make_report(found, [], 1, 0, 0), Situation("ci"))
    assert f'- {asked} Say so beside it: # nbguard: allow RULE reason="…"' in said


def test_a_weaker_policy_is_for_somebody_who_may_decide():
    weakened = only("ionq-api-key")._replace(
        rule="policy-weakened", kind="hygiene", origin=ORIGIN, remedy="Somebody who may decide it looks at this."
    )
    assert told(weakened, door="ci") == ["next Somebody who may decide it looks at this."]


@pytest.mark.parametrize("door", ["ci", "pre-receive", "pre-push"])
def test_a_policy_that_is_all_that_is_new_isn_t_to_be_taken_out(door):
    """As in the change that brings a baseline."""
    weakened = only("ionq-api-key")._replace(rule="policy-weakened", kind="hygiene", origin=ORIGIN)
    said = "\n".join(closing(make_report([weakened], [], 1, 0, 0), Situation(door)))
    assert "new baseline entries among it, counts once it is merged" in said
    assert "ask who may decide to merge although this is red" in said
    for other in ("git rebase", "--amend", "force", "allow RULE"):
        assert other not in said
    both = make_report([weakened, only("ionq-api-key")._replace(origin=ORIGIN)], [], 1, 0, 0)
    said = "\n".join(closing(both, Situation(door)))
    assert "counts once it is merged" in said
    assert "git rebase" in said


def test_where_no_shell_finds_nbguard_it_is_told_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PRE_COMMIT", "1")
    monkeypatch.setenv("PATH", str(tmp_path))
    for program, how in (
        ("", "    # pipx is among the system's packages"),
        ("pipx", "pipx install git+"),
        ("uv", "uv tool install git+"),
    ):
        if program:
            (tmp_path / program).write_text("#!/bin/sh\n")
            (tmp_path / program).chmod(0o755)
        found = find_situation("scan", Config(""))
        assert found.door == "hook"
        assert found.missing[0] == "To have nbguard in your shell, once:"
        assert found.missing[1].startswith("    ")
        assert how in found.missing[1]
    (tmp_path / "nbguard").write_text("#!/bin/sh\n")
    (tmp_path / "nbguard").chmod(0o755)
    assert find_situation("scan", Config("")).missing == ()


@pytest.mark.parametrize(
    ("path", "quoted"),
    [("a/b.ipynb", "a/b.ipynb"), ("a b", "'a b'"), ("-x", "./-x"), ("it's", "'it'\"'\"'s'"), ("$(x)", "'$(x)'")],
)
def test_a_path_is_one_word_for_a_shell(path, quoted):
    assert quote(path) == quoted


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("shell", [*filter(shutil.which, ("bash", "zsh"))])
@pytest.mark.parametrize(
    "name",
    [
        b"caf\xe9.py",
        b"\x1b[31m it's.py",
        b"a\nb\\x41'.py",
        "\N{NO-BREAK SPACE}x\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
        "名 前".encode(),
    ],
)
def test_a_shell_reads_the_very_bytes_of_a_name(shell, name):
    shown = quote(os.fsdecode(name))
    assert shown.isprintable()
    assert subprocess.run([shell, "-c", f"printf %s {shown}"], capture_output=True, check=True).stdout == name


def test_a_name_that_no_file_system_has_is_quoted_too():
    assert quote("a\ud800") == r"$'a\xed\xa0\x80'"
