"""A path that is named is looked at, or its skipping is said and counts: never 0 files and status 0."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nbguard.errors import ExitCode, UsageError
from nbguard.policy.policy_settings import Config
from nbguard.repository.history import select_everything
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.pipeline import ScanResult
from nbguard.scan.scan_paths import scan_paths
from nbguard.scan.staged import scan_staged
from tests.fake_tokens import FakeTokens

TOKEN = FakeTokens(3).dwave()
LEAK = f"DWaveSampler(token='{TOKEN}')\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "r"
    folder.mkdir()
    git(folder, "init", "-q")
    monkeypatch.chdir(folder)
    return folder


def scan(*paths: str, root: Path, **settings: object) -> ScanResult:
    return scan_paths(paths, Config(str(root), **settings), frozenset(("credential",)))  # type: ignore[arg-type]


def found(result: ScanResult) -> list[str]:
    return [finding.path for finding in result.report.findings]


def unread(result: ScanResult) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in result.report.skipped}


@pytest.mark.parametrize("named", ["ignored", "ignored/deep", "ignored/deep/a.py", "./ignored"])
def test_what_git_ignores_is_scanned_where_it_is_named(repository: Path, named: str) -> None:
    (repository / ".gitignore").write_text("ignored/\n")
    (repository / "ignored/deep").mkdir(parents=True)
    (repository / "ignored/deep/a.py").write_text(LEAK)
    assert found(scan(named, root=repository)) == ["ignored/deep/a.py"]
    assert found(scan(".", root=repository)) == []


def test_a_folder_of_which_git_ignores_every_file_is_said(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.log\n")
    (repository / "logs").mkdir()
    (repository / "logs/a.log").write_text(LEAK)
    result = scan("logs", root=repository)
    assert list(unread(result)) == ["logs"]
    assert result.exit_code == ExitCode.INCOMPLETE


@pytest.mark.parametrize("paths", [("none.py",), ("none/",), (".", "none.ipynb")])
def test_a_missing_path_is_an_error(repository: Path, paths: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        scan(*paths, root=repository)


def test_a_submodule_is_looked_into_where_it_is_checked_out_and_else_said(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "leak.py").write_text(LEAK)
    git(other, "add", ".")
    git(other, "commit", "-qm", "x")
    git(repository, "submodule", "add", "-q", str(other), "sub")
    for named in (".", "sub"):
        assert found(scan(named, root=repository)) == ["sub/leak.py"]
    git(repository, "submodule", "--quiet", "deinit", "-f", "sub")
    for named in (".", "sub"):
        result = scan(named, root=repository)
        assert (found(result), list(unread(result)), result.exit_code) == ([], ["sub"], ExitCode.INCOMPLETE)
    assert unread(scan(".", root=repository, exclude=("sub",))) == {}


def test_a_clone_within_a_repository_is_looked_into(repository: Path) -> None:
    inner = repository / "vendor/tool"
    inner.mkdir(parents=True)
    git(inner, "init", "-q")
    (inner / "leak.py").write_text(LEAK)
    assert found(scan(".", root=repository)) == ["vendor/tool/leak.py"]


@pytest.mark.parametrize("named", [".", "store.git"])
def test_a_bare_repository_is_said_not_to_be_looked_into(tmp_path: Path, named: str) -> None:
    git(tmp_path, "init", "-q", "--bare", "store.git")
    result = scan_paths([str(tmp_path / named)], Config(str(tmp_path)), frozenset())
    assert list(unread(result)) == ["store.git"]
    assert result.exit_code == ExitCode.INCOMPLETE


def test_links(repository: Path, tmp_path: Path) -> None:
    """One that is named is followed; of those in folders those count that lead to what isn't scanned anyway."""
    (tmp_path / "outside.py").write_text(LEAK)
    (repository / "inside.py").write_text("x = 1\n")
    (repository / "out.py").symlink_to(tmp_path / "outside.py")
    (repository / "in.py").symlink_to("inside.py")
    (repository / "nowhere.py").symlink_to("gone.py")
    assert found(scan("out.py", root=repository)) == ["out.py"]
    result = scan(".", root=repository)
    assert list(unread(result)) == ["out.py"]
    assert unread(scan("nowhere.py", root=repository)) == {"nowhere.py": "no such file"}


def pointer(content: bytes) -> tuple[str, str]:
    identity = hashlib.sha256(content).hexdigest()
    return identity, f"version https://git-lfs.github.com/spec/v1\noid sha256:{identity}\nsize {len(content)}\n"


def test_a_pointer_of_git_lfs_is_followed_or_said(repository: Path) -> None:
    identity, text = pointer(LEAK.encode())
    (repository / "big.py").write_text(text)
    result = scan(".", root=repository)
    assert list(unread(result)) == ["big.py"]
    assert result.exit_code == ExitCode.INCOMPLETE
    fetched = repository / ".git/lfs/objects" / identity[:2] / identity[2:4] / identity
    fetched.parent.mkdir(parents=True)
    fetched.write_text(LEAK)
    git(repository, "add", "big.py")
    for result in (scan(".", root=repository), scan_staged(Config(str(repository)), frozenset(("credential",)))):
        assert (found(result), unread(result)) == (["big.py"], {})
    git(repository, "commit", "-qm", "x")
    chosen = select_everything(str(repository))
    history = HistoryScan(str(repository), Config(str(repository)), frozenset()).run(chosen).result
    assert (found(history), unread(history)) == (["big.py"], {})
    fetched.unlink()
    (repository / "big.py").write_text(pointer(b"y")[1])
    git(repository, "commit", "-qam", "another")
    history = (
        HistoryScan(str(repository), Config(str(repository)), frozenset())
        .run(select_everything(str(repository)))
        .result
    )
    (reason,) = unread(history).values()
    assert "git lfs fetch --all" in reason
    assert history.exit_code == ExitCode.INCOMPLETE


@pytest.mark.parametrize("line", ["ext-0-x {value}", "ext-0-x sha256:{value}"])
def test_what_stands_beside_the_id_in_a_pointer_is_text(repository: Path, line: str) -> None:
    """Only an id leads to another text: a pointer that has room for more isn't one."""
    identity, text = pointer(b"harmless")
    fetched = repository / ".git/lfs/objects" / identity[:2] / identity[2:4] / identity
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(b"harmless")
    (repository / "big.txt").write_text(text.replace("oid", f"{line.format(value=TOKEN)}\noid"))
    assert found(scan(".", root=repository)) == ["big.txt"]


@pytest.mark.parametrize("name", ["big.ipynb", "big.zip", "big.npz"])
def test_a_pointer_of_git_lfs_is_listed_once(repository: Path, name: str) -> None:
    """That a pointer is no notebook and no archive is no news: git has not fetched what it stands for."""
    (repository / name).write_text(pointer(b"x")[1])
    result = scan(".", root=repository)
    assert [(skipped.path, "git lfs pull" in skipped.reason) for skipped in result.report.skipped] == [(name, True)]


def test_a_linked_work_tree_shares_what_git_lfs_fetched(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "first")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
    identity, text = pointer(LEAK.encode())
    (tmp_path / "linked" / "big.py").write_text(text)
    fetched = repository / ".git/lfs/objects" / identity[:2] / identity[2:4] / identity
    fetched.parent.mkdir(parents=True)
    fetched.write_text(LEAK)
    assert found(scan(str(tmp_path / "linked"), root=tmp_path / "linked")) == ["big.py"]


@pytest.mark.parametrize(
    "spoil", [lambda text: text + LEAK, lambda text: text.replace("oid", "id"), lambda text: text * 2]
)
def test_what_only_begins_like_a_pointer_is_an_ordinary_file(repository: Path, spoil: Callable[[str], str]) -> None:
    (repository / "big.py").write_text(spoil(pointer(b"x")[1]))
    assert unread(scan(".", root=repository)) == {}


def test_an_empty_folder_has_nothing_that_could_be_missed(repository: Path) -> None:
    (repository / "empty").mkdir()
    assert scan("empty", root=repository).exit_code == ExitCode.CLEAN


@pytest.mark.parametrize("named", [".", "data"])
def test_a_folder_that_only_looks_like_a_bare_repository_is_a_folder(repository: Path, named: str) -> None:
    """Files that were committed to a repository are its files, whatever they look like together."""
    git(repository, "init", "-q", "--bare", "data")
    (repository / "data/leak.py").write_text(LEAK)
    git(repository, "add", "-f", ".")
    assert found(scan(named, root=repository)) == ["data/leak.py"]


@pytest.mark.parametrize("elsewhere", ["..", "../other", ".git"])
def test_a_work_tree_that_is_set_elsewhere_hides_no_file(repository: Path, elsewhere: str) -> None:
    """A repository that somebody unpacked may say ``core.worktree``."""
    (repository.parent / "other").mkdir()
    (repository / "a.py").write_text(LEAK)
    git(repository, "config", "core.worktree", str((repository / elsewhere).resolve()))
    assert found(scan(".", root=repository)) == ["a.py"]


def test_a_folder_whose_git_file_leads_to_another_repository_is_looked_into(repository: Path) -> None:
    git(repository, "init", "-q", "--bare", "other")
    (repository / "other/config").write_text("[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n")
    (repository / "inner").mkdir()
    (repository / "inner/.git").write_text("gitdir: ../other\n")
    (repository / "inner/a.py").write_text(LEAK)
    assert [Path(path).name for path in found(scan("inner", root=repository))] == ["a.py"]


def test_a_repository_all_of_whose_files_git_passes_over_is_listed(repository: Path) -> None:
    (repository / "a.py").write_text(LEAK)
    (repository / ".git/info").mkdir(exist_ok=True)
    (repository / ".git/info/exclude").write_text("*\n")
    result = scan(".", root=repository)
    assert (found(result), list(unread(result))) == ([], ["."])
