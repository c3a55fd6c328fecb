"""The door to git under faults: a git that hangs, is missing or too old, a run that is ended, odd repositories."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from nbguard.errors import ExitCode, UsageError
from nbguard.repository.git import run_git, start_git, top_of
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.tracked import list_files_of_repository
from tests.fake_tokens import FakeTokens
from tests.repository.real_git import Repository


def fake_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Puts another program in git's place."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


@pytest.fixture
def committed(repository: Repository) -> Repository:
    """A repository with a credential in its history, and none in the work tree."""
    (repository.path / "a.py").write_text(f'IonQProvider("{FakeTokens(5).ionq()}")\n')
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    (repository.path / "a.py").write_text("x = 1\n")
    repository.git("commit", "-qam", "second")
    return repository


def test_git_that_keeps_us_waiting_is_stopped_and_it_is_said(tmp_path, monkeypatch):
    fake_git(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setenv("NBGUARD_GIT_TIMEOUT", "0.3")
    with pytest.raises(GitGaveUpError, match="stopped after 0 s") as raised:
        run_git(".", "ls-files")
    assert raised.value.exit_code == ExitCode.INCOMPLETE
    with start_git(".", "rev-list", "HEAD") as command:
        command.output.read()
        with pytest.raises(GitGaveUpError, match="NBGUARD_GIT_TIMEOUT"):
            command.finish()
    assert not [child for child in psutil.Process().children() if child.name() == "sleep"]


def test_a_slow_reader_is_no_slow_git(committed, monkeypatch):
    monkeypatch.setenv("NBGUARD_GIT_TIMEOUT", "0.5")
    with start_git(str(committed.path), "rev-list", "HEAD") as command:
        time.sleep(1.2)
        assert len(command.output.read().split()) == 2
        command.finish()


@pytest.mark.parametrize("given", ["x", "-1", "0"])
def test_a_wrong_deadline_is_refused(given, monkeypatch):
    monkeypatch.setenv("NBGUARD_GIT_TIMEOUT", given)
    with pytest.raises(UsageError, match="NBGUARD_GIT_TIMEOUT"):
        run_git(".", "version")


def test_missing_git_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git isn't on PATH"):
        run_git(".", "version")


def test_a_git_that_is_too_old_is_said(monkeypatch, tmp_path):
    fake_git(tmp_path, monkeypatch, "echo 'usage: git [--version]' >&2; exit 129")
    with pytest.raises(GitError, match=r"too old.*2\.31"):
        run_git(".", "rev-parse", "HEAD")


def heed_signals() -> None:
    """Tests that run in the background may have been told to ignore these."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_child_is_left_behind(committed, monkeypatch, tmp_path, number):
    fake_git(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    running = subprocess.Popen(
        [sys.executable, "-m", "nbguard", "scan", "--history"], cwd=committed.path, stderr=subprocess.PIPE,
        preexec_fn=heed_signals,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < until
        time.sleep(0.02)
    child = int((tmp_path / "pid").read_text())
    time.sleep(0.2)
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert not psutil.pid_exists(child)


def test_the_index_of_a_hook_is_the_one_that_is_looked_at(committed):
    """`git commit FILE` gives its hook an index of its own."""
    other = committed.path / "other index"
    (committed.path / "b.py").write_text(f'IonQProvider("{FakeTokens(6).ionq()}")\n')
    environment = os.environ | {"GIT_INDEX_FILE": str(other)}
    committed.git("read-tree", "HEAD", env=environment)
    committed.git("add", "b.py", env=environment)
    run = [sys.executable, "-m", "nbguard", "scan", "--staged"]
    seen = subprocess.run(run, cwd=committed.path, env=environment, capture_output=True, check=False)
    assert seen.returncode == 1, seen
    assert subprocess.run(run, cwd=committed.path, capture_output=True, check=False).returncode == 0


def test_what_a_hook_says_of_its_repository_holds_for_no_other(committed, tmp_path):
    other = Repository.create(tmp_path / "other")
    (other.path / "c.py").write_text("y = 1\n")
    other.git("add", ".")
    environment = os.environ | {"GIT_DIR": str(committed.path / ".git"), "GIT_INDEX_FILE": ".git/index"}
    script = "import sys; from nbguard.repository.tracked import list_files_of_repository as l; print(l(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(other.path)], cwd=committed.path, env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == str([str(other.path / "c.py")])


def test_git_dir_of_a_hook_holds_from_a_folder_below_the_top(committed):
    (committed.path / "sub").mkdir()
    (committed.path / "sub" / "n.py").write_text("z = 1\n")
    committed.git("add", ".")
    script = "from nbguard.repository.tracked import list_files_of_repository as l; print(l('sub'))"
    environment = os.environ | {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=committed.path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['sub/n.py']"


def test_a_linked_work_tree_and_its_git_file(committed, tmp_path):
    linked = tmp_path / "linked"
    committed.git("worktree", "add", "-q", str(linked))
    assert (linked / ".git").is_file()
    assert list_files_of_repository(str(linked)) == [str(linked / "a.py")]
    assert top_of(str(linked)) == str(linked)
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", "scan", "--history"], cwd=linked, capture_output=True, check=False
    )
    assert done.returncode == 1


def test_a_repository_of_another_owner_is_refused_with_what_to_do(committed, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"dubious ownership.*safe\.directory"):
        top_of(str(committed.path))


@pytest.mark.parametrize("how", ["clone --bare", "clone --mirror"])
def test_the_history_of_a_bare_repository_is_scanned_where_it_is_named(committed, tmp_path, how):
    committed.git(*how.split(), "-q", str(committed.path), str(tmp_path / "bare"))
    arguments = [sys.executable, "-m", "nbguard", "scan", "--history"]
    assert subprocess.run(arguments, cwd=tmp_path / "bare", capture_output=True, check=False).returncode == 1


def test_a_partial_clone_fetches_nothing(committed, tmp_path):
    committed.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    committed.git("clone", "-q", "--filter=blob:none", f"file://{committed.path}", str(clone))
    before = sorted(str(path) for path in (clone / ".git" / "objects").rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", "scan", "--history"], cwd=clone, capture_output=True, check=False, text=True
    )
    assert done.returncode == 3
    assert "partial clone" in done.stdout
    assert sorted(str(path) for path in (clone / ".git" / "objects").rglob("*")) == before


def test_a_repository_with_sha256_is_read(tmp_path):
    repository = Repository(tmp_path)
    repository.git("init", "-q", "--object-format=sha256")
    (tmp_path / "a.py").write_text(f'IonQProvider("{FakeTokens(5).ionq()}")\n')
    repository.git("add", ".")
    assert "ionq" in repository.nbguard("scan", "--staged", status=1)
    repository.git("commit", "-qm", "first")
    assert "ionq" in repository.nbguard("scan", "--history", status=1)


def test_input_reaches_a_git_that_is_slow(tmp_path, monkeypatch):
    """A second look at a command that takes its time once gave it its input again, which Python refuses."""
    monkeypatch.setattr("nbguard.repository.git.SOON", 0.05)
    fake_git(tmp_path, monkeypatch, f"sleep 0.5\nexec '{shutil.which('git')}' \"$@\"")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    # Git's name for a blob of these bytes.
    wanted = hashlib.sha1(b"blob 4\0text").hexdigest()
    assert run_git(str(tmp_path), "hash-object", "--stdin", stdin=b"text").strip() == wanted
