"""Git is asked nothing where it would wait: a pipe or a device may stand wherever git opens a file."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nbguard.errors import ExitCode
from nbguard.repository.blocking_files import blocking_file, blocking_file_below
from nbguard.repository.git import run_git
from nbguard.repository.git_errors import GitGaveUpError
from nbguard.repository.settings_files import files_named_in
from tests.cli.repository import make_repository, nbguard


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A test that fails ends soon, all the same."""
    monkeypatch.setenv("NBGUARD_GIT_TIMEOUT", "60")


@pytest.fixture
def repository(tmp_path):
    folder = make_repository(tmp_path)
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "all"], cwd=folder)
    return folder


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def settings(text: str):
    def put(folder: Path) -> None:
        pipe(folder / "pipe")
        pipe(folder / ".git" / "pipe")
        with open(folder / ".git" / "config", "a") as file:
            file.write(text.replace("PIPE", str(folder / "pipe")))

    return put


def in_its_place(name: str):
    return lambda folder: pipe(folder / name)


def put_included_twice(folder: Path) -> None:
    pipe(folder / ".git" / "pipe")
    (folder / ".git" / "more").write_text("[include]\n\tpath = sub/more\n")
    (folder / ".git" / "sub").mkdir()
    (folder / ".git" / "sub" / "more").write_text("[user]\n\tname = x\n[include]\n\tpath = ../pipe\n")
    settings("[include]\n\tpath = more\n")(folder)


def put_into_another_store(folder: Path) -> None:
    """A store of objects that lies elsewhere may name another."""
    for name in ("info", "pack"):
        (folder / "store" / name).mkdir(parents=True)
    pipe(folder / "store" / "info" / "alternates")
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{folder}/store\n")


def put_for_a_branch(folder: Path) -> None:
    pipe(folder / ".git" / (folder / ".git" / "HEAD").read_text().split()[1])


FIRST = {
    "include": settings("[include]\n\tpath = pipe\n"),
    "include on one line": settings("[include] path = pipe\n"),
    "include in quotes": settings('[include]\n\tpath = "pi"pe ; there\n'),
    "include over two lines": settings("[include]\n\tpath = pi\\\npe\n"),
    "include with a full path": settings('[Include]\n\tPATH = "PIPE"\n'),
    "include under a condition": settings('[includeIf "gitdir:**"]\n\tpath = pipe\n'),
    "include of an include": put_included_twice,
    "ignored files": settings("[core]\n\texcludesFile = PIPE\n"),
    "attributes": settings("[core]\n\tattributesFile = pipe\n"),
    "a device": settings("[core]\n\texcludesFile = /dev/zero\n"),
    "the included device": settings("[include]\n\tpath = /dev/zero\n"),
    "settings": in_its_place(".git/config"),
    "settings of the work tree": lambda folder: (
        settings("[extensions]\n\tworktreeConfig = true\n")(folder), pipe(folder / ".git" / "config.worktree")
    ),
    "index": in_its_place(".git/index"),
    "head": in_its_place(".git/HEAD"),
    "branch": put_for_a_branch,
    "stores": in_its_place(".git/objects/info/alternates"),
    "shallow": in_its_place(".git/shallow"),
    "packed refs": in_its_place(".git/packed-refs"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIRST)
def test_what_git_would_wait_for_is_said_before_it_is_asked(repository, kind):
    assert blocking_file(str(repository)) == ""
    FIRST[kind](repository)
    assert blocking_file(str(repository))
    for arguments in (("ls-files",), ("rev-parse", "HEAD"), ("status",)):
        with pytest.raises(GitGaveUpError, match="is no regular file: git can't be asked here"):
            run_git(str(repository), *arguments)


COMMANDS = [
    ("scan",), ("scan", "--staged"), ("scan", "--history"), ("strip", "--check"), ("status",), ("doctor",),
    ("waivers",), ("baseline", "update"), ("install",), ("ci", "--base", "HEAD"), ("init", "--dry-run"),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("kind", ["include", "ignored files"])
def test_every_command_says_it_with_the_status_for_what_could_not_be_looked_at(repository, command, kind):
    FIRST[kind](repository)
    said = nbguard(repository, *command, status=int(ExitCode.INCOMPLETE))
    assert "pipe (named in .git/config) is no regular file" in said
    assert not (repository / ".nbguard-baseline.jsonl").exists()


LATER = {
    "stores of a store": (put_into_another_store, ("cat-file", "-e", "1" * 40)),
    "an object": (in_its_place(".git/objects/11/" + "1" * 38), ("cat-file", "-p", "1" * 40)),
    "a folder's ignored files": (in_its_place("deep/er/.gitignore"), ("ls-files", "-o", "--exclude-standard")),
    "a tag": (in_its_place(".git/refs/tags/v1"), ("for-each-ref",)),
}


@pytest.mark.parametrize("kind", LATER)
def test_what_is_met_later_is_said_as_soon_as_git_waits(repository, kind):
    put, arguments = LATER[kind]
    put(repository)
    assert blocking_file_below(str(repository))
    with pytest.raises(GitGaveUpError, match="is no regular file: git can't be asked here"):
        run_git(str(repository), *arguments)


def test_what_git_shares_between_work_trees_is_looked_at(repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "tree"
    subprocess.run(["git", "worktree", "add", "-q", str(other)], cwd=repository, check=True)
    assert blocking_file(str(other)) == ""
    pipe(repository / ".git" / "packed-refs")
    assert blocking_file(str(other)).endswith(".git/packed-refs")


def test_settings_of_a_bare_repository_are_looked_at(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    assert blocking_file(str(tmp_path / "bare")) == ""
    pipe(tmp_path / "bare" / "pipe")
    with open(tmp_path / "bare" / "config", "a") as file:
        file.write("[include]\n\tpath = pipe\n")
    assert blocking_file(str(tmp_path / "bare")) == "pipe (named in config)"


def test_ordinary_settings_name_nothing_to_wait_for(repository):
    shutil.copy(repository / ".git" / "config", repository / ".git" / "ours")
    settings(
        "[core]\n\thooksPath = /dev/null\n\texcludesFile = /dev/null\n\tattributesFile = gone\n\tpager = PIPE\n"
        '[include]\n\tpath = ours\n\tpath = ~/.gone\n[remote "origin"]\n\turl = pipe\n; path = PIPE\n'
    )(repository)
    assert blocking_file(str(repository)) == ""
    run_git(str(repository), "ls-files")


def test_what_settings_name_is_read_as_git_reads_it(tmp_path):
    """Git itself says what a value is."""
    values = [
        '"a b"',
        "a b  # no",
        'a\\"b',
        "a\\\\b",
        '"a;b"',
        "a;b",
        '"a" "b"',
        "a\\tb",
        '"',
        "a  ",
        '""',
        "a=b",
        "  x",
    ]
    for value in values:
        path = tmp_path / "settings"
        path.write_text(f"[core]\n\texcludesFile = {value}\n")
        told = subprocess.run(["git", "config", "-f", str(path), "-z", "core.excludesFile"], capture_output=True)
        wanted = [told.stdout.rstrip(b"\0").decode()] if told.returncode == 0 else None
        named = [file.path for file in files_named_in(str(path), "")]
        assert wanted is None or named == [name for name in wanted if name], value


def test_a_long_line_of_settings_is_read_at_once(tmp_path):
    for text in ("[" * 500_000, '["' * 250_000, "[a" + " " * 500_000, 'x = "' + "\\" * 500_000, "a" * 500_000):
        (tmp_path / "settings").write_text(text)
        assert list(files_named_in(str(tmp_path / "settings"), "")) == []
