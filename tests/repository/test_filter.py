"""The git filter with real git: what is stored is stripped, what is in the work tree keeps its outputs."""

import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.repository.filter_setup import install_filter
from nbguard.strip.strip_bytes import strip
from tests.repository.real_git import Repository


@pytest.fixture
def filtered(repository: Repository) -> Repository:
    """A repository with the filter set up and one notebook committed."""
    install_filter(str(repository.path))
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    return repository


def test_what_is_added_is_stripped_and_the_working_copy_keeps_its_outputs(filtered: Repository) -> None:
    raw = filtered.read("a.ipynb")
    assert b"an output" in raw
    assert filtered.staged("a.ipynb") == strip(raw)
    assert filtered.status() == ""


def test_running_a_notebook_again_changes_nothing_in_git_and_editing_a_cell_does(filtered: Repository) -> None:
    filtered.write("a.ipynb", output="another output")
    assert filtered.git("diff") == ""
    assert filtered.git("add", "-v", "a.ipynb") == ""
    assert filtered.status() == ""
    filtered.write("a.ipynb", source="2 + 2")
    assert filtered.status() == " M a.ipynb\n"
    shown = filtered.git("diff")
    assert "2 + 2" in shown
    assert "output" not in shown.replace('"outputs": []', "")


def test_many_notebooks_are_cleaned_by_one_process(filtered: Repository, tmp_path: Path) -> None:
    for number in range(30):
        filtered.write(f"sub/n{number}.ipynb", source=str(number))
    trace = tmp_path / "trace"
    filtered.git("-c", "core.fsmonitor=false", "add", ".", env=_environment(GIT_TRACE=str(trace)))
    assert trace.read_text().count("filter_start.py") <= 2  # git names a command once or twice when it starts it
    assert all(b"an output" not in filtered.staged(f"sub/n{number}.ipynb") for number in range(30))


def test_a_clone_without_nbguard_works_as_usual(filtered: Repository, tmp_path: Path) -> None:
    filtered.git("clone", "-q", ".", str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "a.ipynb").read_bytes() == filtered.staged("a.ipynb")


def test_checkout_and_switching_branches(filtered: Repository) -> None:
    filtered.git("checkout", "-q", "-b", "other")
    filtered.write("a.ipynb", source="other")
    filtered.git("commit", "-qam", "other")
    filtered.git("checkout", "-q", "main")
    assert b"1 + 1" in filtered.read("a.ipynb")
    filtered.git("checkout", "-q", "other")
    assert b"other" in filtered.read("a.ipynb")
    assert filtered.status() == ""


def test_stash_and_pop(filtered: Repository) -> None:
    filtered.write("a.ipynb", source="stashed")
    filtered.git("stash")
    assert b"1 + 1" in filtered.read("a.ipynb")
    filtered.git("stash", "pop")
    assert b"stashed" in filtered.read("a.ipynb")
    assert filtered.status() == " M a.ipynb\n"


def test_rebase(filtered: Repository) -> None:
    filtered.git("checkout", "-q", "-b", "topic")
    filtered.write("b.ipynb", source="topic")
    filtered.git("add", ".")
    filtered.git("commit", "-qm", "topic")
    filtered.git("checkout", "-q", "main")
    filtered.write("a.ipynb", source="main moved on")
    filtered.git("commit", "-qam", "main")
    filtered.git("checkout", "-q", "topic")
    filtered.git("rebase", "-q", "main")
    assert b"main moved on" in filtered.read("a.ipynb")
    assert b"an output" not in filtered.staged("b.ipynb")
    assert filtered.status() == ""


def test_merge_with_a_conflict_can_be_looked_at_given_up_and_resolved(filtered: Repository) -> None:
    filtered.git("checkout", "-q", "-b", "topic")
    filtered.write("a.ipynb", source="theirs")
    filtered.git("commit", "-qam", "theirs")
    filtered.git("checkout", "-q", "main")
    filtered.write("a.ipynb", source="ours")
    filtered.git("commit", "-qam", "ours")
    filtered.git("merge", "topic", fails=True)
    assert b"<<<<<<<" in filtered.read("a.ipynb")
    assert "UU a.ipynb" in filtered.status()
    filtered.git("diff")
    filtered.git("merge", "--abort")
    assert b"ours" in filtered.read("a.ipynb")
    filtered.git("merge", "topic", fails=True)
    filtered.write("a.ipynb", source="both")
    filtered.git("add", "a.ipynb")
    filtered.git("commit", "-qm", "merged")
    assert b"an output" not in filtered.staged("a.ipynb")


def test_linked_worktree(filtered: Repository, tmp_path: Path) -> None:
    filtered.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    linked = Repository(tmp_path / "linked")
    linked.write("b.ipynb")
    linked.git("add", ".")
    assert b"an output" not in linked.staged("b.ipynb")


def test_install_inside_a_linked_worktree_is_effective(repository: Repository, tmp_path: Path) -> None:
    repository.git("commit", "-q", "--allow-empty", "-m", "empty")
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    linked = Repository(tmp_path / "linked")
    linked.nbguard("install", "--filter")
    for place in (linked, repository):
        place.write("b.ipynb")
        place.git("add", "b.ipynb")
        assert b"an output" not in place.staged("b.ipynb")


def test_install_inside_a_submodule_is_effective_and_stays_there(repository: Repository, tmp_path: Path) -> None:
    inner = Repository.create(tmp_path / "inner")
    inner.git("commit", "-q", "--allow-empty", "-m", "empty")
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    submodule = Repository(repository.path / "sub")
    submodule.nbguard("install", "--filter")
    submodule.write("b.ipynb")
    submodule.git("add", ".")
    assert b"an output" not in submodule.staged("b.ipynb")
    repository.write("c.ipynb")
    repository.git("add", "c.ipynb")
    assert b"an output" in repository.staged("c.ipynb")


def test_sparse_checkout(filtered: Repository) -> None:
    filtered.write("in/b.ipynb")
    filtered.write("out/c.ipynb")
    filtered.git("add", ".")
    filtered.git("commit", "-qm", "more")
    filtered.git("sparse-checkout", "set", "in")
    assert not (filtered.path / "out").exists()
    filtered.write("in/b.ipynb", source="changed")
    filtered.git("add", "in")
    assert filtered.git("status", "--short") == "M  in/b.ipynb\n"
    filtered.git("sparse-checkout", "disable")
    assert b"an output" not in filtered.read("out/c.ipynb")


def test_a_broken_notebook_is_not_added_and_the_reason_is_told(filtered: Repository) -> None:
    (filtered.path / "b.ipynb").write_bytes(b'{"cells": [\n{]')
    said = filtered.git("add", "b.ipynb", fails=True)
    assert "nbguard: b.ipynb: not valid JSON" in said
    assert "(line 2)" in said
    (filtered.path / "nbguard.toml").write_text("allow_unreadable = true\n")
    assert "passed on as it is" in filtered.git("add", "b.ipynb")


def test_an_empty_notebook_can_be_added(filtered: Repository) -> None:
    (filtered.path / "b.ipynb").write_bytes(b"")
    filtered.git("add", "b.ipynb")
    assert filtered.staged("b.ipynb") == b""


def test_the_repository_s_configuration_holds_in_the_filter(repository: Repository) -> None:
    repository.nbguard("install", "--filter")
    (repository.path / "pyproject.toml").write_text(
        '[tool.nbguard]\nexclude = ["kept/"]\n[tool.nbguard.strip]\nkeep_count = true\n'
    )
    raw = repository.write("kept/b.ipynb")
    repository.write("c.ipynb")
    repository.git("add", ".")
    assert repository.staged("kept/b.ipynb") == raw
    assert b'"execution_count": 7' in repository.staged("c.ipynb")
    assert b"an output" not in repository.staged("c.ipynb")


def test_a_wrong_configuration_stops_git_add_with_the_reason(filtered: Repository) -> None:
    (filtered.path / "nbguard.toml").write_text("[strip]\nkeep_ouput = true\n")
    filtered.write("b.ipynb")
    assert "keep_ouput" in filtered.git("add", "b.ipynb", fails=True)


def test_a_git_that_knows_no_filter_process_uses_the_plain_command(repository: Repository) -> None:
    repository.nbguard("install", "--filter")
    repository.git("config", "--unset", "filter.nbguard.process")
    repository.write("a file's name.ipynb")
    repository.git("add", ".")
    assert b"an output" not in repository.staged("a file's name.ipynb")
    (repository.path / "b.ipynb").write_bytes(b"{")
    assert "nbguard: b.ipynb: not valid JSON" in repository.git("add", "b.ipynb", fails=True)


@pytest.mark.parametrize(
    "name", ["it's.ipynb", "sp ace.ipynb", '"quoted".ipynb', "-dash.ipynb", "ünï.ipynb", "a\nb.ipynb"]
)
def test_names_of_any_kind(filtered: Repository, name: str) -> None:
    filtered.write(name)
    filtered.git("add", "--", name)
    assert b"an output" not in filtered.staged(name)


def test_a_name_that_is_not_utf_8(filtered: Repository) -> None:
    name = b"\xff.ipynb".decode("utf-8", "surrogateescape")
    filtered.write(name)
    filtered.git("add", ".")
    assert b"an output" not in filtered.staged(name)


def test_crlf_and_a_missing_last_line_end_are_stored_as_they_are(filtered: Repository) -> None:
    raw = filtered.read("a.ipynb").replace(b"\n", b"\r\n").rstrip()
    (filtered.path / "b.ipynb").write_bytes(raw)
    filtered.git("-c", "core.autocrlf=false", "add", "b.ipynb")
    assert filtered.staged("b.ipynb") == strip(raw)
    assert b"\r\n" in filtered.staged("b.ipynb")


def _environment(**more: str) -> dict[str, str]:
    import os

    return {**os.environ, **more}


def test_the_filter_imports_no_heavy_module(filtered: Repository) -> None:
    """Start-up is paid with every git command: a list of what may not be imported."""
    script = filtered.git("config", "filter.nbguard.clean").removesuffix(" clean %f\n")
    program = (
        "import sys; sys.argv=['filter', 'clean', 'x.ipynb']; sys.path.insert(0, '.');"
        " from nbguard.cli.filter_start import start; start(); sys.stdout.flush();"
        " print('|'.join(sys.modules), file=sys.stderr)"
    )
    assert "-I -S" in script
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["python3", "-S", "-c", program], cwd=root, input=filtered.read("a.ipynb"), capture_output=True, check=True
    )
    modules = set(done.stderr.decode().strip().split("|"))
    heavy = {"argparse", "git", "subprocess", "pathlib", "dataclasses", "nbformat", "logging", "importlib.metadata"}
    assert modules & heavy == set()


def test_kept_outputs_come_back_on_checkout_and_on_demand(repository: Repository) -> None:
    repository.nbguard("install", "--filter", "--keep-outputs")
    raw = repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.git("checkout", "-q", "-b", "other")
    repository.write("a.ipynb", source="other")
    repository.git("commit", "-qam", "other")
    repository.git("checkout", "-q", "main")
    assert repository.read("a.ipynb") == raw
    assert repository.status() == ""
    (repository.path / "a.ipynb").write_bytes(repository.staged("a.ipynb"))
    assert b"an output" not in repository.read("a.ipynb")
    assert repository.nbguard("status")
    _restore(repository)
    assert repository.read("a.ipynb") == raw


def _restore(repository: Repository) -> None:
    program = (
        "import argparse; from nbguard.cli import restore; parser = argparse.ArgumentParser();"
        " restore.add_arguments(parser); raise SystemExit(restore.run(parser.parse_args([])))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=repository.path, check=True)
