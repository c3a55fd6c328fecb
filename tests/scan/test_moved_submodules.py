"""A submodule that commits add or move is looked into where it is here, else listed: never passed over."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from nbguard.errors import ExitCode
from nbguard.policy.policy_settings import Config
from nbguard.repository.history import select_everything, select_range
from nbguard.scan.history_scan import HistoryResult, HistoryScan
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave

ABSENT = "ab" * 20


class Nested:
    """A repository with a submodule, which has a repository of its own to come from."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.inner = History(folder / "inner", *options)
        self.inner.commit(readme="nothing here\n")
        self.outer = History(folder / "r", *options)
        self.outer.git("submodule", "--quiet", "add", str(self.inner.path), "deps/inner")
        self.first = self.outer.commit("adds it")

    def move(self, to: str = "main") -> str:
        """Checks out another commit of the submodule and commits that; the id of the commit."""
        for arguments in (("fetch", "-q", "origin"), ("checkout", "-q", f"origin/{to}" if to == "main" else to)):
            self.outer.git("-C", "deps/inner", *arguments)
        return self.outer.commit("moves it")


@pytest.fixture
def nested(tmp_path: Path) -> Nested:
    return Nested(tmp_path)


def scan(history: History, text: str = "", **settings: Any) -> HistoryResult:
    folder = str(history.path)
    selection = select_range(folder, text) if text else select_everything(folder)
    return HistoryScan(folder, Config(folder, **settings), frozenset(("credential",))).run(selection)


def found(result: HistoryResult) -> list[str]:
    return sorted(finding.path for finding in result.result.report.findings)


def unread(result: HistoryResult) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in result.result.report.skipped}


def test_what_a_move_brings_is_looked_into_in_every_version(nested: Nested) -> None:
    token = FakeTokens(71).dwave()
    leaked = nested.inner.commit(**{"lab/a.py": with_dwave(token)})
    nested.inner.commit(**{"lab/a.py": "clean\n"})
    nested.move()
    result = scan(nested.outer, "HEAD~1..HEAD")
    (finding,) = result.result.report.findings
    assert (finding.path, finding.origin.commit) == ("deps/inner/lab/a.py", leaked)
    assert finding.origin.author.startswith("Ada Q")
    assert result.result.exit_code == ExitCode.FINDINGS
    assert found(scan(nested.outer)) == ["deps/inner/lab/a.py"]


def test_of_a_new_submodule_what_it_has_now_is_looked_into(tmp_path: Path) -> None:
    inner, tokens = History(tmp_path / "inner"), FakeTokens(72)
    inner.commit(**{"old.py": with_dwave(tokens.dwave())})
    inner.commit(**{"old.py": "clean\n", "kept.py": with_dwave(tokens.dwave())})
    outer = History(tmp_path / "r")
    outer.git("submodule", "--quiet", "add", str(inner.path), "sub")
    outer.commit()
    assert found(scan(outer)) == ["sub/kept.py"]


def test_names_messages_and_links_of_a_submodule_are_looked_at(nested: Nested) -> None:
    tokens = FakeTokens(73)
    nested.inner.write(f"{tokens.github()}.txt", "x\n")
    (nested.inner.path / "link").symlink_to(f"/srv/{tokens.github()}")
    nested.inner.commit(f"uses {tokens.github()}")
    nested.move()
    assert found(scan(nested.outer, "HEAD~1..HEAD")) == ["<commit message>", "<file name>", "<link target>"]
    new = History(nested.outer.path.parent / "new")
    new.git("submodule", "--quiet", "add", str(nested.inner.path), "sub")
    new.commit()
    assert found(scan(new)) == ["<file name>", "<link target>"]


def test_a_value_of_the_submodule_is_found_around_it(nested: Nested) -> None:
    token = FakeTokens(74).dwave()
    nested.inner.commit(**{"a.py": with_dwave(token)})
    nested.outer.write("notes.txt", f"the key is {token}\n")
    nested.move()
    assert found(scan(nested.outer, "HEAD~1..HEAD")) == ["deps/inner/a.py", "notes.txt"]


def test_a_move_back_is_looked_into_as_it_stands(nested: Nested) -> None:
    """What is between the two commits isn't brought, and what the older one holds is."""
    tokens = FakeTokens(75)
    old = nested.inner.commit(**{"a.py": with_dwave(tokens.dwave())})
    nested.inner.commit(**{"a.py": "clean\n"})
    nested.move()
    before = nested.outer.git("rev-parse", "HEAD")
    nested.move(old)
    assert found(scan(nested.outer, f"{before}..HEAD")) == ["deps/inner/a.py"]


@pytest.mark.parametrize("how", ["deinit", "gone", "checked out without"])
def test_a_submodule_that_git_still_keeps_is_looked_into(nested: Nested, how: str) -> None:
    token = FakeTokens(76).dwave()
    nested.inner.commit(**{"a.py": with_dwave(token)})
    nested.move()
    if how == "deinit":
        nested.outer.git("submodule", "--quiet", "deinit", "-f", "deps/inner")
    elif how == "gone":
        shutil.rmtree(nested.outer.path / "deps")
    else:
        nested.outer.git("checkout", "-q", "--orphan", "other")
        nested.outer.git("rm", "-rfq", ".")
    assert found(scan(nested.outer, f"{nested.first}..main")) == ["deps/inner/a.py"]


def test_one_whose_commit_is_not_here_is_listed_with_what_to_do(nested: Nested, tmp_path: Path) -> None:
    nested.inner.commit(**{"a.py": with_dwave(FakeTokens(77).dwave())})
    nested.move()
    clone = History(tmp_path / "clone")
    clone.git("fetch", "-q", str(nested.outer.path), "main:main", "--update-head-ok")
    result = scan(clone)
    assert list(unread(result)) == ["deps/inner"]
    assert "git submodule update --init" in unread(result)["deps/inner"]
    assert result.result.exit_code == ExitCode.INCOMPLETE
    assert scan(clone, exclude=("deps/inner",)).result.exit_code == ExitCode.CLEAN
    assert scan(clone, exclude=("deps/**",)).result.report.summary.excluded == 1
    assert scan(clone, allow_unreadable=True).result.exit_code == ExitCode.CLEAN
    for form in ("text", "json", "sarif", "html", "csv", "gitlab", "junit", "markdown", "github"):
        run = nbguard("scan", "--history", "--no-cache", "--format", form, cwd=clone.path)
        assert (run.status, "deps/inner" in run.out) == (ExitCode.INCOMPLETE, True), form


def test_removing_one_brings_nothing_and_says_nothing(nested: Nested) -> None:
    nested.outer.git("rm", "-qf", "deps/inner")
    nested.outer.commit("without")
    result = scan(nested.outer, "HEAD~1..HEAD")
    assert (found(result), unread(result)) == ([], {})


def test_a_submodule_of_a_submodule_is_looked_into(nested: Nested, tmp_path: Path) -> None:
    deep = History(tmp_path / "deep")
    deep.commit(**{"a.py": with_dwave(FakeTokens(78).dwave())})
    nested.inner.git("submodule", "--quiet", "add", str(deep.path), "deep")
    nested.inner.commit()
    nested.move()
    assert list(unread(scan(nested.outer))) == ["deps/inner/deep"]
    nested.outer.git("submodule", "--quiet", "update", "--init", "--recursive")
    assert found(scan(nested.outer)) == ["deps/inner/deep/a.py"]
    nested.outer.git("submodule", "--quiet", "deinit", "-f", "--all")
    assert found(scan(nested.outer)) == ["deps/inner/deep/a.py"]


def test_a_hook_before_a_push_looks_into_it_and_says_where_it_cannot(nested: Nested) -> None:
    nested.inner.commit(**{"a.py": with_dwave(FakeTokens(79).dwave())})
    head = nested.move()
    line = f"refs/heads/main {head} refs/heads/main {nested.first}\n".encode()
    run = nbguard("pre-push", "origin", "u", "--policy-from", "head", stdin=line, cwd=nested.outer.path)
    assert (run.status, "deps/inner/a.py" in run.err) == (ExitCode.FINDINGS, True), run.err
    nested.outer.git("update-index", "--cacheinfo", f"160000,{ABSENT},deps/inner")
    nested.outer.git("commit", "-qm", "unknown")
    line = f"refs/heads/main {nested.outer.git('rev-parse', 'HEAD')} refs/heads/main {head}\n".encode()
    run = nbguard("pre-push", "origin", "u", "--policy-from", "head", stdin=line, cwd=nested.outer.path)
    assert run.status == ExitCode.INCOMPLETE, run.err
    assert "deps/inner" in run.err
    assert ABSENT[:12] in run.err


def test_a_plain_repository_in_its_place_counts_if_it_has_the_commit(tmp_path: Path) -> None:
    """`git add` of a folder with a repository in it stages a commit, and writes nothing to .gitmodules."""
    outer = History(tmp_path / "r")
    outer.commit(a="x\n")
    inner = History(tmp_path / "r/vendor")
    inner.commit(**{"a.py": with_dwave(FakeTokens(80).dwave())})
    outer.commit()
    assert found(scan(outer)) == ["vendor/a.py"]
    shutil.rmtree(inner.path)
    other = History(tmp_path / "r/vendor")
    other.commit(b="y\n")
    assert list(unread(scan(outer))) == ["vendor"]


def test_a_link_in_its_place_leads_to_no_other_repository(tmp_path: Path) -> None:
    other = History(tmp_path / "other")
    head = other.commit(**{"a.py": with_dwave(FakeTokens(81).dwave())})
    outer = History(tmp_path / "r")
    outer.git("update-index", "--add", "--cacheinfo", f"160000,{head},deps/sub")
    outer.git("commit", "-qm", "x")
    (outer.path / "deps").symlink_to(other.path.parent, target_is_directory=True)
    other.path.rename(tmp_path / "sub")
    assert (found(scan(outer)), list(unread(scan(outer)))) == ([], ["deps/sub"])


@pytest.mark.parametrize("path", ["../../etc", "/etc", "../modules/x"])
def test_names_in_gitmodules_are_not_believed(nested: Nested, path: str) -> None:
    nested.outer.write(".gitmodules", f'[submodule "{path}"]\n\tpath = deps/inner\n\turl = ext::sh -c touch% ran\n')
    nested.inner.commit(**{"a.py": with_dwave(FakeTokens(82).dwave())})
    nested.outer.git("-C", "deps/inner", "pull", "-q", "origin", "main")
    nested.outer.commit()
    assert found(scan(nested.outer)) == ["deps/inner/a.py"]
    assert not (nested.outer.path / "ran").exists()


def test_a_submodule_in_a_linked_work_tree_and_with_long_ids(tmp_path: Path) -> None:
    nested = Nested(tmp_path, "--object-format=sha256")
    nested.inner.commit(**{"a.py": with_dwave(FakeTokens(83).dwave())})
    nested.outer.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = History(tmp_path / "linked")
    linked.git("submodule", "--quiet", "update", "--init")
    linked.git("-C", "deps/inner", "pull", "-q", "origin", "main")
    linked.commit()
    assert found(scan(linked, "main..side")) == ["deps/inner/a.py"]
    linked.git("submodule", "--quiet", "deinit", "-f", "--all")
    assert found(scan(linked, "main..side")) == ["deps/inner/a.py"]
    assert len(linked.git("rev-parse", "HEAD")) == 64
