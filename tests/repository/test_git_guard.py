"""Nothing that a repository names is run, whatever we ask of git: a canary in each setting that names a program."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nbguard
from nbguard.repository.git import run_git, start_git
from nbguard.repository.git_errors import GitError
from nbguard.repository.git_guard import READING, SETTINGS, TELLING_SETTINGS
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.repository.real_git import Repository

# Every kind of setting by which git runs a program (https://git-scm.com/docs/git-config), by whom; {} is a command.
PROGRAMS = """
[core]
 fsmonitor = "{}"
 hooksPath = hooks
 pager = "{}"
 editor = "{}"
 askPass = "{}"
 sshCommand = "{}"
 gitProxy = "{}"
 alternateRefsCommand = "{}"
[sequence]
 editor = "{}"
[pager]
 diff = "{}"
 log = "{}"
 status = "{}"
 config = "{}"
[gpg]
 program = "{}"
[gpg "ssh"]
 program = "{}"
[log]
 showSignature = true
[diff]
 external = "{}"
[diff "x"]
 command = "{}"
 textconv = "{}"
[diff "nbguard"]
 textconv = "{}"
[filter "x"]
 clean = "{}"
 smudge = "{}"
 process = "{}"
 required = true
[filter "a=b"]
 clean = "{}"
 process = "{}"
 required = true
[filter "nbguard"]
 clean = "{}"
 smudge = "{}"
 process = "{}"
 required = true
[merge "x"]
 driver = "{}"
[interactive]
 diffFilter = "{}"
[credential]
 helper = "!{}"
[uploadpack]
 packObjectsHook = "{}"
[alias]
 ls-files = "!{}"
 status = "!{}"
 diff-files = "!{}"
[hook "x"]
 event = post-index-change
 command = "{}"
[remote "origin"]
 url = "ext::{}"
 uploadpack = "{}"
 promisor = true
 partialclonefilter = blob:none
[extensions]
 partialClone = origin
[submodule "x"]
 update = "!{}"
[trailer "x"]
 command = "{}"
"""
HOOKS = (
    "post-index-change",
    "pre-commit",
    "post-checkout",
    "fsmonitor-watchman",
    "reference-transaction",
    "pre-auto-gc",
)
# What reads, and what writes nothing but the index or our own files.
COMMANDS = (
    ("scan",), ("scan", "."), ("scan", "--staged"), ("scan", "--history"), ("scan", "--range", "HEAD~1..HEAD"),
    ("scan", "--since", "HEAD~1"), ("scan", "--strip", "n.ipynb"), ("strip", "--check"),
    ("strip", "--check", "--staged"),
    ("strip", "--staged"), ("strip", "n.ipynb"), ("status",), ("status", "--refresh"), ("doctor",), ("waivers",),
    ("baseline", "create", "--reason", "x"), ("renormalize", "--check"), ("renormalize",), ("ci", "--base", "HEAD~1"),
    ("sweep", ".git"), ("credentials",), ("evidence",), ("review",), ("sdk",), ("policy", "show"),
    ("decommission", "."), ("install",), ("uninstall",), ("restore", "--prune"),
)  # fmt: skip


def hostile(tmp_path: Path, attribute: str, canary: Path) -> Repository:
    """A repository as somebody could pack it: its settings, attributes and hooks run ``canary``."""
    repository = Repository.create(tmp_path / "unpacked")
    for number in range(2):
        (repository.path / "a.py").write_text(f"x = {number}\n")
        (repository.path / "n.ipynb").write_bytes(as_bytes(notebook(code("1 + 1", stream(str(number))))))
        repository.git("add", ".")
        repository.git("commit", "-qm", "x")
    (repository.path / ".gitattributes").write_text(f"* filter={attribute} diff=x merge=x\n")
    command = f"touch {canary}; cat"
    with (repository.path / ".git" / "config").open("a") as file:
        file.write(PROGRAMS.replace("{}", command))
    for folder in (repository.path / "hooks", repository.path / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).write_text(f"#!/bin/sh\ntouch {canary}\n")
            (folder / name).chmod(0o755)
    (repository.path / ".git" / "nbguard" / "outputs").mkdir(parents=True)
    return repository


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "nbguard", *arguments],
        cwd=folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("attribute", ["x", "nbguard", "a=b"])
def test_nothing_that_settings_attributes_and_hooks_name_is_run(tmp_path: Path, attribute: str) -> None:
    canary = tmp_path / "ran"
    folder = hostile(tmp_path, attribute, canary).path
    ran = []
    for command in COMMANDS:
        # A file of the same size whose time is the index's own is compared by its content.
        (folder / "a.py").write_text("x = 7\n")
        (folder / "n.ipynb").write_bytes(as_bytes(notebook(code("1 + 1", stream("7" * len(command))))))
        run(folder, *command)
        if canary.exists():
            ran.append(" ".join(command))
            canary.unlink()
    assert ran == []


def test_the_canary_would_sing(tmp_path: Path) -> None:
    """Else the test above shows nothing."""
    canary = tmp_path / "ran"
    folder = hostile(tmp_path, "x", canary).path
    (folder / "a.py").write_text("x = 7\n")
    subprocess.run(["git", "diff-files"], cwd=folder, capture_output=True, check=False)
    assert canary.exists()


@pytest.mark.parametrize("how", ["a clone that lies in it", "settings elsewhere"])
def test_nor_is_what_they_lead_to(tmp_path: Path, how: str) -> None:
    canary = tmp_path / "ran"
    inner = hostile(tmp_path, "x", canary)
    if how == "settings elsewhere":
        repository = inner
        settings = repository.path / ".git" / "config"
        (repository.path / "hidden").write_bytes(settings.read_bytes())
        (repository.path / ".git" / "config.worktree").write_bytes(settings.read_bytes())
        settings.write_text(
            "[core]\n repositoryformatversion = 1\n[extensions]\n worktreeConfig = true\n[include]\n path = ../hidden\n"
            '[includeIf "gitdir:**"]\n path = ../hidden\n'
        )
    else:
        repository = Repository.create(tmp_path / "outer")
        inner.path.rename(repository.path / "sub")
        repository.git("-c", "core.fsmonitor=false", "add", "sub")
        repository.git("commit", "-qm", "x")
        repository.git("commit", "-q", "--allow-empty", "-m", "y")
        (repository.path / "sub" / "a.py").write_text("x = 9\n")
        canary.unlink(missing_ok=True)
    ran = []
    for command in COMMANDS:
        run(repository.path, *command)
        if canary.exists():
            ran.append(" ".join(command))
            canary.unlink()
    assert ran == []


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_repository_inside_a_work_tree_is_a_folder_like_any_other(tmp_path: Path, below: str) -> None:
    canary = tmp_path / "ran"
    outer = Repository.create(tmp_path / "outer")
    data = outer.path / "data"
    (data / "refs").mkdir(parents=True)
    (data / "objects").mkdir()
    (data / "deeper").mkdir()
    for folder in ("refs", "objects"):
        (data / folder / "kept").write_text("")
    (data / "HEAD").write_text("ref: refs/heads/main\n")
    (data / "config").write_text(f'[core]\n bare = false\n worktree = .\n fsmonitor = "touch {canary}; false"\n')
    (data / "deeper" / "m.py").write_text("x = 1\n")
    (data / "n.ipynb").write_bytes(as_bytes(notebook(code("1 + 1", stream("2")))))
    outer.git("add", "-A")
    outer.git("commit", "-qm", "x")
    for command in (*COMMANDS, ("scan", "HEAD")):
        run(data / below, *command)
        assert not canary.exists(), command


def test_every_command_of_git_that_we_use_is_known_for_what_it_runs() -> None:
    """Whoever adds one says whether it runs filters and hooks: it does, unless it is listed among those that don't."""
    known = READING | TELLING_SETTINGS | {"add", "blame", "diff-files", "log", "status", "update-index"}
    used = set()
    for path in Path(nbguard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in ("run_git", "run_git_bytes", "start_git", "read_lines") and path.stem not in ("git", "stream"):
                first = node.args[1] if len(node.args) > 1 else None
                if isinstance(first, ast.Constant):
                    used.add(first.value)
    assert {"cat-file", "rev-list", "diff-files", "config"} <= used
    assert used <= known


def test_git_is_started_in_one_module() -> None:
    """Others start other programs: each is named here. GitPython starts git as well, but for its parsers."""
    starters = re.compile(
        r"\b(?:Popen|subprocess|os\.(?:system|popen|exec\w+|spawn\w+)|create_subprocess\w*)\b"
        r"|^\s*(?:import git\b|from git (?:import)|from git\.(?!objects\.util import))",
        re.MULTILINE,
    )
    root = Path(nbguard.__file__).parent
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if starters.search(path.read_text())}
    others = {
        "cli/run.py", "policy/ssh_signatures.py", "vault/local_server.py", "tables/files/isolated_reader.py",
        "tables/files/reader_process.py", "repository/adoption/framework_hook.py",
    }  # fmt: skip
    assert {name for name in found if not name.startswith("cli/demo/")} - others == {"repository/git.py"}


def test_settings_of_the_caller_stay_and_ours_go_over_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbguard.repository.git import run_git, setting

    repository = Repository.create(tmp_path / "r")
    canary = tmp_path / "ran"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    for number, (name, value) in enumerate(
        (("filter.nbguard.process", "theirs"), ("core.fsmonitor", f"touch {canary}"))
    ):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'core.fsmonitor'='touch {canary}'")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {canary}")
    run_git(str(repository.path), "ls-files", "-o")
    assert setting(str(repository.path), "filter.nbguard.process") == "theirs"
    assert not canary.exists()


def test_the_list_of_settings_names_each_once() -> None:
    names = [name.lower() for name, _ in SETTINGS]
    assert len(names) == len(set(names))
    assert os.devnull in dict(SETTINGS).values()


@pytest.mark.parametrize(
    "name", [".gitattributes", ".gitignore", ".git/config", ".git/info/attributes", "deep/er/.gitignore"]
)
def test_git_waits_for_no_pipe_in_the_place_of_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("NBGUARD_GIT_TIMEOUT", "20")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    # A git that waited would be told as one that was stopped.
    with pytest.raises(GitError, match=f"{name} is no regular file"):
        run_git(str(tmp_path), "ls-files", "-o", "--exclude-standard")
    with pytest.raises(GitError, match=f"{name} is no regular file"):
        _listed(tmp_path)


def _listed(folder: Path) -> list[bytes]:
    with start_git(str(folder), "ls-files", "-o", "--exclude-standard") as command:
        lines = list(command.output)
        command.finish()
    return lines
