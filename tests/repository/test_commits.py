"""Author and date of a commit as reports have them: its own time zone, and nothing where somebody wrote nonsense."""

import os
import subprocess
import sys

import pytest

from nbguard.repository.history import Commit, _parse_commit, read_commits
from tests.repository.real_git import Repository


@pytest.mark.parametrize(
    ("line", "author", "date"),
    [
        ("Ada Q <ada@lab.example> 1700000000 +0530", "Ada Q <ada@lab.example>", "2023-11-15T03:43:20+05:30"),
        ("Ada Q <ada@lab.example> 1700000000 -0800", "Ada Q <ada@lab.example>", "2023-11-14T14:13:20-08:00"),
        (" <ada@lab.example> 12 +0000", "<ada@lab.example>", "1970-01-01T00:00:12+00:00"),
        ("Ada <ada@lab.example> 99999999999999999999 +0000", "Ada <ada@lab.example>", ""),
        ("nonsense", "", ""),
        ("", "", ""),
    ],
)
def test_an_author_line_is_read_as_git_writes_it(line: str, author: str, date: str) -> None:
    text = f"tree {'0' * 40}\nauthor {line}\ncommitter x <y> 1 +0000\n\nauthor of a message <z> 1 +0000\n"
    assert _parse_commit("id", text) == Commit("id", author, date)


def test_commits_that_are_not_there_are_left_out(repository: Repository) -> None:
    environment = os.environ | {"GIT_AUTHOR_DATE": "2026-02-03T04:05:06+0100"}
    repository.git("commit", "-q", "--allow-empty", "-m", "x", env=environment)
    commit = repository.git("rev-parse", "HEAD").strip()
    found = read_commits(str(repository.path), [commit, "1" * 40])
    assert {key: value.date for key, value in found.items()} == {commit: "2026-02-03T04:05:06+01:00"}


def test_a_run_without_findings_needs_no_gitpython(repository: Repository) -> None:
    (repository.path / "a.py").write_text("x = 1\n")
    repository.git("add", ".")
    repository.git("commit", "-qm", "x")
    script = (
        "import sys; from nbguard.cli.main import main; status = main(['scan', '--history'])\n"
        "assert status == 0 and 'git' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=repository.path, check=True, capture_output=True)
