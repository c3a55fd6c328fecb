"""Credentials in names of files and folders and in what links lead to are found where files are as they are, too."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nbguard.errors import ExitCode
from nbguard.policy.policy_settings import Config
from nbguard.scan.pipeline import ScanResult
from nbguard.scan.scan_paths import scan_paths
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import with_dwave, with_ionq

TOKENS = FakeTokens(65)


@pytest.fixture(params=["in git", "outside of git"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "r"
    made.mkdir()
    if request.param == "in git":
        subprocess.run(["git", "init", "-q", str(made)], check=True)
    monkeypatch.chdir(made)
    return made


def write(path: Path, content: str | bytes = "x\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def scan(folder: Path, *paths: str, **settings: Any) -> ScanResult:
    return scan_paths(paths or (str(folder),), Config(str(folder), **settings), frozenset(("credential",)))


def found(result: ScanResult) -> list[str]:
    return sorted(finding.path for finding in result.report.findings)


def test_each_name_is_looked_at_and_told_without_what_it_holds(folder: Path) -> None:
    name, inside, target, broken, outside = (TOKENS.github() for _ in range(5))
    write(folder / f"notes-{name}.txt")
    write(folder / inside / "deep" / "a.txt")
    write(folder / "held" / target / "x")
    (folder / "link").symlink_to(f"held/{target}/x")
    (folder / "broken").symlink_to(f"gone/{broken}")
    (folder / "outside").symlink_to(f"../../{outside}")
    result = scan(folder)
    names = ["<file name>"] * 3 + ["<link target>"] * 3
    assert found(result) == names
    for value in (name, inside, target, broken, outside):
        assert value not in repr(result.report)
    assert any("The name: held/…/x" in finding.message for finding in result.report.findings)


def test_what_else_is_told_of_such_a_file_shows_no_name(folder: Path) -> None:
    name = TOKENS.github()
    write(folder / f"{name}.py", with_dwave(TOKENS.dwave()))
    write(folder / f"{name}.ipynb", "{")
    result = scan(folder)
    assert found(result) == ["<file name>", "<file name>", "…"]
    assert [skipped.path for skipped in result.report.skipped] == ["…"]
    for form in ("text", "json", "sarif", "html", "csv", "gitlab", "junit", "markdown", "github"):
        run = nbguard("scan", "--format", form, cwd=folder)
        assert name not in run.out + run.err, form


def test_a_value_without_a_shape_is_found_in_a_name(folder: Path) -> None:
    token = TOKENS.ionq()
    write(folder / "a.ipynb", with_ionq(token))
    write(folder / f"results-{token}.csv")
    assert "<file name>" in found(scan(folder))
    assert "<file name>" in found(scan(folder, "a.ipynb", f"results-{token}.csv"))


def test_named_files_and_links_are_looked_at(folder: Path) -> None:
    """As a hook names them. What lies above the repository isn't its name."""
    name, target = TOKENS.github(), TOKENS.github()
    write(folder / f"{name}.txt")
    write(folder / target)
    (folder / "link").symlink_to(target)
    assert found(scan(folder, f"{name}.txt", "link")) == ["<file name>", "<link target>"]
    above = folder / TOKENS.github()
    write(above / "a.txt")
    assert found(scan_paths([str(above / "a.txt")], Config(str(above)), frozenset())) == []


def test_excluded_names_people_and_ordinary_names_are_no_findings(folder: Path) -> None:
    write(folder / "vendored" / f"{TOKENS.github()}.txt")
    (folder / "vendored" / "link").symlink_to(TOKENS.github())
    write(folder / "anna.ostrowska@posteo.de.csv")
    write(folder / "patients" / "4539 1488 0343 6467.txt")
    assert found(scan_paths([str(folder)], Config(str(folder), exclude=("vendored/**",)), frozenset())) == []


def test_only_credentials_are_asked_for_in_names(folder: Path) -> None:
    write(folder / f"{TOKENS.github()}.txt")
    assert scan_paths([str(folder)], Config(str(folder)), frozenset(("sample-data",))).exit_code == ExitCode.CLEAN


def test_a_finding_in_a_name_can_be_accepted(folder: Path) -> None:
    write(folder / f"{TOKENS.github()}.txt")
    run = nbguard("scan", cwd=folder)
    assert run.status == ExitCode.FINDINGS
    assert "nbguard baseline update" in run.out
    assert "nbguard vault move" not in run.out
    assert nbguard("baseline", "update", cwd=folder).status == ExitCode.CLEAN
    assert nbguard("scan", cwd=folder).status == ExitCode.CLEAN
    assert json.loads(nbguard("scan", "--format", "json", cwd=folder).out)["summary"]["waived"] == 1
    assert nbguard("baseline", "update", cwd=folder).status == ExitCode.CLEAN
    assert nbguard("scan", cwd=folder).status == ExitCode.CLEAN


def test_a_file_by_itself_is_not_read_again_for_its_own_values(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = TOKENS.ionq()
    write(folder / "a.ipynb", with_ionq(token))
    write(folder / f"{token}.txt")
    searched: list[list[str]] = []
    from nbguard.scan import file_workers

    real = file_workers.search_paths
    monkeypatch.setattr(
        file_workers,
        "search_paths",
        lambda scan, paths, *rest: searched.append(list(paths)) or real(scan, paths, *rest),
    )
    alone = scan(folder, "a.ipynb")
    assert searched == [[]]
    both = scan(folder)
    assert len(searched[1]) == 2
    assert len(both.report.findings) == len(alone.report.findings) + 1 == 3
