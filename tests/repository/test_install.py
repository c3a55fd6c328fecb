"""Setting up and taking out: idempotent, exact, and right wherever git keeps its files."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.repository.attributes import LINES, add_lines, remove_lines
from nbguard.repository.git import top_of
from nbguard.repository.listing import list_notebooks
from tests.repository.real_git import Repository


def _attributes(repository: Repository) -> Path:
    return repository.path / ".git" / "info" / "attributes"


def test_install_twice_is_install_once_and_uninstall_leaves_no_trace(repository: Repository) -> None:
    config = repository.path / ".git" / "config"
    _attributes(repository).unlink(missing_ok=True)
    before = config.read_bytes()
    repository.nbguard("install")
    once = config.read_bytes(), _attributes(repository).read_bytes()
    assert "already" in repository.nbguard("install")
    assert (config.read_bytes(), _attributes(repository).read_bytes()) == once
    repository.nbguard("uninstall")
    assert config.read_bytes() == before
    assert not _attributes(repository).exists()
    assert not (repository.path / ".git" / "hooks" / "pre-commit").exists()
    repository.nbguard("uninstall")


@pytest.mark.parametrize(
    "lines", [b"*.txt text\n# *.ipynb filter=nbguard\n", b"*.txt text\r\n", b"\n\n*.ipynb -text\n"]
)
def test_other_lines_keep_their_bytes(tmp_path: Path, lines: bytes) -> None:
    file = tmp_path / "attributes"
    file.write_bytes(lines)
    assert add_lines(str(file))
    assert file.read_bytes().startswith(lines)
    assert file.read_bytes().count(b"\r\n") in (0, file.read_bytes().count(b"\n"))
    assert not add_lines(str(file))
    assert remove_lines(str(file))
    assert file.read_bytes() == lines
    assert not remove_lines(str(file))


def test_a_last_line_without_an_end_is_not_run_into(tmp_path: Path) -> None:
    file = tmp_path / "attributes"
    file.write_bytes(b"*.txt text")
    add_lines(str(file))
    assert file.read_bytes().splitlines() == [b"*.txt text", *(line.encode() for line in LINES)]


def test_uninstall_knows_the_file_that_install_was_given(repository: Repository) -> None:
    config = (repository.path / ".git" / "config").read_bytes()
    (repository.path / ".gitattributes").write_text("*.txt text\n")
    repository.nbguard("install", "--filter", "--attributes", ".gitattributes")
    assert "filter=nbguard" in (repository.path / ".gitattributes").read_text()
    repository.nbguard("uninstall", "--filter")
    assert (repository.path / ".gitattributes").read_text() == "*.txt text\n"
    assert (repository.path / ".git" / "config").read_bytes() == config


def test_files_are_named_without_detours(repository: Repository) -> None:
    (repository.path / "sub").mkdir()
    said = Repository(repository.path / "sub").nbguard("install")
    assert f"git hook: {Path('..', '.git', 'hooks', 'pre-commit')}\n" in said
    assert f"named in {Path('..', '.git', 'info', 'attributes')}\n" in said


def test_uninstall_offers_no_option_of_install(repository: Repository) -> None:
    assert "--keep-outputs" in repository.nbguard("install", "--help")
    assert "--keep-outputs" not in repository.nbguard("uninstall", "--help")


def test_the_attributes_can_go_into_the_repository(repository: Repository) -> None:
    (repository.path / ".gitattributes").write_text("*.txt text\n")
    repository.nbguard("install", "--filter", "--attributes", ".gitattributes")
    repository.write("a.ipynb")
    repository.git("add", ".")
    assert b"an output" not in repository.staged("a.ipynb")
    repository.nbguard("uninstall", "--filter", "--attributes", ".gitattributes")
    assert (repository.path / ".gitattributes").read_text() == "*.txt text\n"


def test_a_global_filter_holds_in_every_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Test\n\temail = test@nbguard.invalid\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    before = settings.read_bytes()
    repository.nbguard("install", "--global")
    repository.write("a.ipynb")
    repository.git("add", ".")
    assert b"an output" not in repository.staged("a.ipynb")
    assert not (repository.path / ".git" / "hooks" / "pre-commit").exists()
    repository.nbguard("uninstall", "--global")
    assert settings.read_bytes() == before


def test_outside_of_a_repository_there_is_one_clear_line(tmp_path: Path) -> None:
    said = Repository(tmp_path).nbguard("install", status=2)
    assert said == "nbguard: this isn't in a git repository's work tree\n"


def test_install_makes_no_salt_and_keeps_one(repository: Repository) -> None:
    """It comes with the first thing that needs it: a salt that comes later voids what was accepted before."""
    repository.nbguard("install")
    assert not (repository.path / ".nbguard-salt").exists()
    (repository.path / ".nbguard-salt").write_text("ours\n")
    repository.nbguard("install")
    assert (repository.path / ".nbguard-salt").read_text() == "ours\n"


def test_status_says_what_is_there_and_what_is_in_the_way(repository: Repository) -> None:
    """In the words of doctor: two for one state would be read as two states."""
    assert re.search("^git filter +not used here$", repository.nbguard("status", status=1), re.MULTILINE)
    repository.nbguard("install")
    said = repository.nbguard("status")
    for line in said.splitlines():
        if line.startswith(("git filter ", "pre-commit hook ", "configuration ", "salt ", "doors ")):
            name, state = re.split("  +", line, maxsplit=1)
            assert f"{name}: {state}" in repository.nbguard("doctor")
    repository.git("config", "--unset", "filter.nbguard.required")
    assert "unstripped" in repository.nbguard("status", status=1)
    repository.nbguard("install")
    repository.git("config", "filter.nbguard.process", "'/gone/python' '/gone/filter_start.py' process")
    assert "/gone/python" in repository.nbguard("status", status=1)
    repository.nbguard("install")
    (repository.path / ".gitattributes").write_text("*.ipynb filter=nbstripout\n")
    assert "*.ipynb filter=nbstripout" in repository.nbguard("status")


def test_the_hook_strips_what_is_staged_and_leaves_the_working_copy(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    raw = repository.write("a.ipynb")
    repository.git("add", ".")
    assert b"an output" in repository.staged("a.ipynb")
    assert "stripped a.ipynb" in repository.git("commit", "-m", "first")
    assert b"an output" not in repository.staged("a.ipynb")
    assert repository.read("a.ipynb") == raw


def test_partially_staged_and_intended_files_survive_the_hook(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    repository.write("a.ipynb", source="staged")
    repository.git("add", ".")
    later = repository.write("a.ipynb", source="not staged")
    intended = repository.write("b.ipynb", source="intended")
    repository.git("add", "-N", "b.ipynb")
    repository.git("commit", "-m", "first")
    committed = repository.git("show", "HEAD:a.ipynb")
    assert '"staged"' in committed
    assert "an output" not in committed
    assert repository.read("a.ipynb") == later
    assert repository.read("b.ipynb") == intended
    assert " A b.ipynb" in repository.git("status", "--short")
    assert "b.ipynb" not in repository.git("ls-tree", "--name-only", "HEAD")


def test_the_hook_takes_commit_a_deletions_renames_links_and_modes(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    for name in ("a", "b", "c"):
        repository.write(f"{name}.ipynb", source=name)
    (repository.path / "link.ipynb").symlink_to("a.ipynb")
    (repository.path / "a.ipynb").chmod(0o755)
    repository.git("add", ".")
    repository.git("commit", "-m", "first")
    repository.git("mv", "b.ipynb", "moved.ipynb")
    (repository.path / "c.ipynb").unlink()
    repository.write("a.ipynb", source="changed")
    repository.git("commit", "-am", "second")
    tree = repository.git("ls-tree", "-r", "HEAD")
    assert [line.split()[0] for line in tree.splitlines() if line.endswith(".ipynb")] == ["100755", "120000", "100644"]
    assert "changed" in repository.git("show", "HEAD:a.ipynb")
    for name in ("a", "moved"):
        assert "an output" not in repository.git("show", f"HEAD:{name}.ipynb")


def test_a_notebook_that_cannot_be_read_stops_the_commit_and_nothing_is_changed(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    repository.write("a.ipynb")
    (repository.path / "b.ipynb").write_bytes(b'{"cells": [')
    repository.git("add", ".")
    assert "b.ipynb: not valid JSON" in repository.git("commit", "-m", "first", fails=True)
    assert b"an output" in repository.staged("a.ipynb")


def test_a_hook_that_is_there_keeps_its_work_and_its_bytes(repository: Repository) -> None:
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    script = b"#!/usr/bin/env bash\nset -e\ntouch was-run\nexit 0"
    hook.write_bytes(script)
    hook.chmod(0o755)
    repository.nbguard("install", "--hooks")
    repository.nbguard("install", "--hooks")
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-m", "first")
    assert (repository.path / "was-run").exists()
    assert b"an output" not in repository.staged("a.ipynb")
    repository.nbguard("uninstall", "--hooks")
    assert hook.read_bytes() == script
    hook.write_bytes(b"#!/usr/bin/python3\n")
    assert "is no shell script" in repository.nbguard("install", "--hooks", status=2)
    assert hook.read_bytes() == b"#!/usr/bin/python3\n"


SHARED = ["my hooks", ".githooks", ".husky", ".husky/_"]


def with_nbguard(path: Path) -> dict[str, str]:
    """An environment in which a shell finds nbguard."""
    (path / "nbguard").write_text(f"#!/bin/sh\nexec '{sys.executable}' -m nbguard \"$@\"\n")
    (path / "nbguard").chmod(0o755)
    return {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("folder", SHARED)
@pytest.mark.parametrize("name", ["pre-commit", "pre-push"])
def test_a_hook_that_is_shared_names_no_path_of_this_machine(repository: Repository, folder: str, name: str) -> None:
    repository.git("config", "core.hooksPath", folder)
    repository.nbguard("install", "--hooks", "--pre-push")
    hook = repository.path / folder.removesuffix("/_") / name
    said = hook.read_text()
    assert sys.executable not in said
    assert str(Path(__file__).parents[2]) not in said
    repository.nbguard("install", "--hooks", "--pre-push")
    assert hook.read_text() == said
    repository.nbguard("uninstall", "--hooks", "--pre-push")
    assert not hook.exists()


def test_a_hook_that_git_keeps_for_this_clone_names_its_program(repository: Repository) -> None:
    """Programs that commit, such as editors, have another PATH."""
    repository.nbguard("install", "--hooks")
    assert sys.executable in (repository.path / ".git" / "hooks" / "pre-commit").read_text()


def test_the_hook_goes_where_git_looks_for_it(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "core.hooksPath", "my hooks")
    repository.nbguard("install", "--hooks")
    assert (repository.path / "my hooks" / "pre-commit").exists()
    repository.write("a.ipynb")
    repository.git("add", "a.ipynb")
    said = repository.git("commit", "-m", "first", fails=True, env={**os.environ, "PATH": "/usr/bin:/bin"})
    assert "nbguard is missing here: uv tool install" in said
    repository.git("commit", "-m", "first", env=with_nbguard(tmp_path))
    assert b"an output" not in repository.staged("a.ipynb")


def test_a_script_of_husky_keeps_its_lines(repository: Repository, tmp_path: Path) -> None:
    """Version 9 of husky has git run .husky/_/pre-commit, which runs .husky/pre-commit; that needs no first line."""
    hook = repository.path / ".husky" / "pre-commit"
    (repository.path / ".husky" / "_").mkdir(parents=True)
    runner = repository.path / ".husky" / "_" / "pre-commit"
    runner.write_text('#!/usr/bin/env sh\nsh -e "$(dirname "$(dirname "$0")")/pre-commit"\n')
    runner.chmod(0o755)
    hook.write_text("touch was-run\n")
    repository.git("config", "core.hooksPath", ".husky/_")
    repository.nbguard("install", "--hooks")
    repository.write("a.ipynb")
    repository.git("add", "a.ipynb")
    repository.git("commit", "-m", "first", env=with_nbguard(tmp_path))
    assert b"an output" not in repository.staged("a.ipynb")
    assert (repository.path / "was-run").exists()
    repository.nbguard("uninstall", "--hooks")
    assert hook.read_text() == "touch was-run\n"


def test_a_shared_hook_that_names_a_machine_s_program_is_to_be_mended(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    shared = repository.path / ".githooks" / "pre-commit"
    shared.parent.mkdir()
    (repository.path / ".git" / "hooks" / "pre-commit").rename(shared)
    repository.git("config", "core.hooksPath", ".githooks")
    assert "is shared, but names this machine's program" in repository.nbguard("doctor", status=1)
    repository.nbguard("install", "--hooks")
    assert sys.executable not in shared.read_text()


def test_the_hook_is_left_to_the_framework_where_it_is_used(repository: Repository) -> None:
    (repository.path / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert "pre-commit framework" in repository.nbguard("install")
    assert not (repository.path / ".git" / "hooks" / "pre-commit").exists()


def test_an_interpreter_with_quotes_in_its_path_can_run_the_filter(repository: Repository, tmp_path: Path) -> None:
    home = tmp_path / 'o\'neil "x" $y'
    subprocess.run(["python3", "-m", "venv", "--without-pip", str(home)], check=True)
    root = Path(__file__).parents[2]
    program = "import sys; from nbguard.repository.filter_setup import install_filter; install_filter(sys.argv[1])"
    site = subprocess.run(
        [str(home / "bin" / "python"), "-c", program, str(repository.path)],
        cwd=root, capture_output=True, env={"PYTHONPATH": _site_packages(), "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert site.returncode == 0, site.stderr
    assert "o'\\''neil" in repository.git("config", "filter.nbguard.clean")
    repository.write("a.ipynb")
    repository.git("add", ".")
    assert b"an output" not in repository.staged("a.ipynb")


def _site_packages() -> str:
    import git

    return str(Path(git.__file__).parents[1])


def test_a_dollar_in_a_path_is_not_expanded(repository: Repository) -> None:
    """GitPython expands variables in the folder it is given, and then works in another one."""
    repository.write("a.ipynb")
    found = list_notebooks(str(repository.path))
    assert found == [str(repository.path / "a.ipynb")]
    assert top_of(str(repository.path)) == str(repository.path)


def test_status_explains_modifications_that_are_none_and_refresh_ends_them(repository: Repository) -> None:
    repository.write("old.ipynb", source="committed before the filter")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.nbguard("install", "--filter")
    repository.write("a b.ipynb")
    repository.git("add", "a b.ipynb")
    repository.git("commit", "-qm", "second")
    repository.write("a b.ipynb", output="quite another output")
    repository.write("really.ipynb")
    repository.git("add", "really.ipynb")
    repository.write("really.ipynb", source="really changed")
    said = repository.nbguard("status")
    assert "not really modified: a b.ipynb" in said
    assert "modified: really.ipynb" not in said
    assert "stored unstripped: 1 notebooks" in said
    assert "refreshed: 1 notebooks" in repository.nbguard("status", "--refresh")
    assert "a b.ipynb" not in repository.git("status", "--short")
    repository.git("add", "--renormalize", ".")
    assert b"an output" not in repository.staged("old.ipynb")
    assert "stored unstripped" not in repository.nbguard("status")


@pytest.mark.parametrize("first", ["#!/bin/sh -e", "#!/usr/bin/env -S bash -eu", "#!/bin/bash -xe"])
def test_a_shell_with_options_is_a_shell(repository: Repository, first: str) -> None:
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"{first}\ntouch theirs\n")
    hook.chmod(0o755)
    repository.nbguard("install", "--hooks")
    repository.write("a.ipynb")
    repository.git("add", "a.ipynb")
    repository.git("commit", "-m", "first")
    assert (repository.path / "theirs").exists()
    repository.nbguard("uninstall")
    assert hook.read_text() == f"{first}\ntouch theirs\n"


def test_a_hook_that_somebody_switched_off_stays_off(repository: Repository) -> None:
    """Git runs no hook without the bit; with our lines in it and the bit, theirs would run again."""
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o644)
    assert "isn't executable, so git doesn't run it" in repository.nbguard("install", "--hooks", status=2)
    assert (hook.read_text(), hook.stat().st_mode & 0o777) == ("#!/bin/sh\nexit 1\n", 0o644)


def test_the_mode_of_a_script_of_husky_is_its_own(repository: Repository) -> None:
    """With `sh` husky reads it; a changed bit would be a change in git."""
    repository.git("config", "core.hooksPath", ".husky/_")
    script = repository.path / ".husky" / "pre-commit"
    script.parent.mkdir()
    script.write_text("npm test\n")
    script.chmod(0o644)
    for command in ("install", "uninstall"):
        repository.nbguard(command, "--hooks")
        assert script.stat().st_mode & 0o777 == 0o644
    assert script.read_text() == "npm test\n"
