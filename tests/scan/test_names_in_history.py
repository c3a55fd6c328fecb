"""Credentials in names that a repository holds: of people, refs and files, and in what links lead to."""

import os
from pathlib import Path
from typing import Any

from nbguard.policy.policy_settings import Config
from nbguard.repository.history import select_everything, select_range
from nbguard.scan.history_scan import HistoryScan
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History


def findings(history: History, selection: Any = None, **settings: Any) -> list[Any]:
    folder = str(history.path)
    config = Config(root=folder, **settings)
    report = HistoryScan(folder, config, frozenset()).run(selection or select_everything(folder)).result.report
    return list(report.findings)


def test_each_kind_of_name_is_looked_at(tmp_path: Path) -> None:
    history, tokens = History(tmp_path / "r"), FakeTokens(61)
    author, committer, local, branch, tag, name, folder, target = (tokens.github() for _ in range(8))
    first = history.commit(a="x\n")
    history.write("b", "x\n")
    history.git("add", "-A")
    mail = f"{local}@lab.example"
    history.git(
        "commit", "-qm", "b", GIT_AUTHOR_NAME=f"Ada {author}", GIT_COMMITTER_NAME=committer, GIT_AUTHOR_EMAIL=mail
    )
    second = history.git("rev-parse", "HEAD")
    history.git("branch", f"try/{branch}")
    history.git("tag", tag)
    history.write(f"notes-{name}.txt", "x\n")
    history.write(f"{folder}/c.txt", "y\n")
    os.symlink(f"/srv/{target}/x", history.path / "link")
    third = history.commit()
    found = findings(history)
    places = {(f.path, f.origin.commit) for f in found}
    assert places == {("<author name>", second), ("<ref name>", ""), ("<file name>", third), ("<link target>", third)}
    assert len({f.fingerprint for f in found}) == len(found) == 8
    assert {f.rule for f in found} == {"github-token"}
    assert first not in {f.origin.commit for f in found}
    for value in (author, committer, local, branch, tag, name, folder, target):
        assert value not in repr(found), "no name of a report shows it"


def test_names_of_a_range_are_only_those_of_its_commits(tmp_path: Path) -> None:
    history, tokens = History(tmp_path / "r"), FakeTokens(62)
    old, new, elsewhere = (tokens.github() for _ in range(3))
    history.write(f"{old}.txt", "x\n")
    history.commit()
    history.git("branch", elsewhere)
    history.commit(b="y\n")
    before = history.git("rev-parse", "HEAD")
    history.write(f"{new}.txt", "z\n")
    after = history.commit()
    selection = select_range(str(history.path), f"{before}..HEAD")
    (found,) = findings(history, selection)
    assert (found.path, found.origin.commit) == ("<file name>", after)


def test_people_and_ordinary_names_are_no_findings(tmp_path: Path) -> None:
    """Every commit has a name and an address: they are no sample data."""
    history = History(tmp_path / "r")
    history.git("config", "user.name", "Anna Ostrowska")
    history.write("anna.ostrowska@posteo.de.csv", "x\n")
    history.write("patients/4539 1488 0343 6467.txt", "x\n")
    os.symlink("/home/anna.ostrowska/data.csv", history.path / "link")
    history.commit()
    assert findings(history) == []


def test_a_file_whose_name_holds_a_token_is_told_without_it(tmp_path: Path) -> None:
    history, tokens = History(tmp_path / "r"), FakeTokens(63)
    name, inside = tokens.github(), tokens.github()
    history.write(f"{name}.py", f"login('{inside}')\n")
    history.commit()
    found = findings(history)
    assert {f.path.removesuffix(".py") for f in found} == {"<file name>", "…"}
    assert name not in repr(found)


def test_names_of_excluded_files_are_left_out(tmp_path: Path) -> None:
    history, tokens = History(tmp_path / "r"), FakeTokens(64)
    history.write(f"vendored/{tokens.github()}.txt", "x\n")
    history.commit()
    assert findings(history, exclude=("vendored/**",)) == []
