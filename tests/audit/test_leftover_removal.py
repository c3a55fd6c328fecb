"""`nbguard decommission --remove` deletes what the plan showed, and nothing a repository or a change leads it to."""

import os
from pathlib import Path

import pytest

from nbguard.audit.leftover_places import find_home_files, find_stores
from nbguard.audit.leftover_removal import plan_removal, remove
from nbguard.audit.leftovers import Leftover
from nbguard.errors import ExitCode
from tests.audit.test_decommission import by_kind, look
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import History, with_ionq

EVERY_KIND = "checkpoints,collaboration,marimo,papermill,outputs,dotfiles"
A_NOTEBOOK = as_bytes(notebook(code("1")))
RAN_BY_PAPERMILL = as_bytes(notebook(code("1"), papermill={"parameters": {"shots": 100}}))


def decommission(path, home, *arguments):
    # HOME too: a name that begins with ~ would be read by it.
    environment = {"HOME": str(home), "XDG_CACHE_HOME": str(home.parent / "cache")}
    given = ("--without-vault", "--home", home, "--remove", EVERY_KIND, "--yes", *arguments)
    return nbguard("decommission", *given, cwd=path, env=environment)


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    (home / ".ipynb_checkpoints").mkdir(parents=True)
    (home / ".ipynb_checkpoints/thesis.ipynb").write_text("{}")
    (home / "thesis.ipynb").write_bytes(RAN_BY_PAPERMILL)
    return home


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["~", "~root", "~/x\n", "$HOME"])
def test_a_folder_called_like_a_home_directory_is_a_folder(tmp_path, home, name):
    history, before = History(tmp_path / "r"), files_below(home)
    history.write(f"{name}/.ipynb_checkpoints/thesis.ipynb", A_NOTEBOOK)
    history.write(f"{name}/thesis.ipynb", RAN_BY_PAPERMILL)
    run = decommission(history.path, home)
    assert run.status == ExitCode.CLEAN, run.err + run.out
    assert files_below(home) == before
    assert not {path for path in files_below(history.path) if not path.startswith(".git/")}


def test_no_link_is_followed_by_removal(tmp_path, home):
    history, before = History(tmp_path / "r"), files_below(home)
    for name in (".ipynb_checkpoints", "__marimo__", ".jupyter_ystore.db"):
        os.symlink(home / ".ipynb_checkpoints", history.path / name)
    os.symlink(home / "thesis.ipynb", history.path / "a.ipynb")
    os.symlink(home, history.path / "elsewhere")
    decommission(history.path, home)
    assert files_below(home) == before


def test_the_outputs_of_another_repository_stay(tmp_path, home):
    """A folder that came in an archive says by its ``.git`` where git is to look, or has a link in it."""
    other = History(tmp_path / "other")
    other.commit(readme="x")
    other.write(".git/nbguard/outputs/ab/cdef", "1\n[]")
    led = tmp_path / "led"
    led.mkdir()
    (led / ".git").write_text(f"gitdir: {other.path}/.git\n")
    linked = History(tmp_path / "linked")
    os.symlink(other.path / ".git/nbguard", linked.path / ".git/nbguard")
    for path in (led, linked.path):
        run = decommission(path, home)
        assert run.status != ExitCode.CLEAN
        assert (other.path / ".git/nbguard/outputs/ab/cdef").exists(), run.err


def test_a_part_is_given_up_without_the_outputs_of_the_others(tmp_path, home):
    history = History(tmp_path / "r")
    history.commit(**{"mine/a.py": "1\n", "other/b.py": "1\n"})
    history.write(".git/nbguard/outputs/ab/cdef", "1\n[]")
    assert decommission(history.path / "mine", home).status == ExitCode.FINDINGS
    assert (history.path / ".git/nbguard/outputs/ab/cdef").exists()


def test_a_linked_work_tree_is_given_up_without_the_outputs_of_the_others(tmp_path, home):
    history = History(tmp_path / "r")
    history.commit(readme="x")
    history.write(".git/nbguard/outputs/ab/cdef", "1\n[]")
    history.git("worktree", "add", "-q", str(tmp_path / "second"))
    assert decommission(tmp_path / "second", home).status == ExitCode.FINDINGS
    assert (history.path / ".git/nbguard/outputs/ab/cdef").exists()


def test_files_that_a_link_in_the_home_directory_leads_to_stay(tmp_path):
    home, shared = tmp_path / "home", tmp_path / "shared"
    for folder in (home / ".qnexus", shared):
        folder.mkdir(parents=True)
    (home / ".qnexus/token").write_text("x")
    (shared / "of-all.txt").write_text("x")
    os.symlink(shared, home / ".qnexus/team")
    found = list(find_home_files(str(home), {"quantinuum"}))
    assert list(remove(plan_removal([item for item in found if item.removable], ("/nowhere", str(home)))))
    assert not (home / ".qnexus/token").exists()
    assert (shared / "of-all.txt").exists()


def planned(root, kind="papermill", place="a.ipynb"):
    return plan_removal([Leftover(kind, place, "", "", removable=True)], (str(root), "/nowhere"))


@pytest.mark.parametrize("change", ["other file", "written", "link", "gone"])
def test_what_changed_since_the_plan_stays(tmp_path, change):
    (tmp_path / "kept").write_text("kept")
    file = tmp_path / "a.ipynb"
    file.write_bytes(RAN_BY_PAPERMILL)
    plan = planned(tmp_path)
    if change != "written":
        file.unlink()
    if change == "link":
        os.symlink(tmp_path / "kept", file)
    elif change != "gone":
        file.write_text("the work of a day")
    ((_, problem),) = remove(plan)
    assert problem
    assert (tmp_path / "kept").read_text() == "kept"
    assert os.path.lexists(file) == (change != "gone")


def test_a_folder_that_became_a_link_since_the_plan_is_not_entered(tmp_path):
    root, other = tmp_path / "r", tmp_path / "other"
    for folder in (root / "runs", other):
        (folder / ".ipynb_checkpoints").mkdir(parents=True)
        (folder / ".ipynb_checkpoints/a.ipynb").write_text("{}")
    plan = planned(root, "checkpoints", "runs/.ipynb_checkpoints")
    os.rename(root / "runs", root / "before")
    os.symlink(other, root / "runs")
    ((_, problem),) = remove(plan)
    assert problem
    assert (other / ".ipynb_checkpoints/a.ipynb").exists()


@pytest.mark.parametrize("place", ["../other/a.ipynb", "..", ".", "/etc/hostname"])
def test_nothing_outside_is_planned(tmp_path, place):
    assert planned(tmp_path / "r", place=place)[0].problem


def test_a_mounted_file_system_stays(tmp_path, monkeypatch):
    """A real one is only mounted by who may: its number is what says that it is another."""
    inside = tmp_path / ".ipynb_checkpoints" / "data"
    inside.mkdir(parents=True)
    (inside / "kept").touch()
    real = os.lstat

    def lstat(path, **options):
        status = real(path, **options)
        return os.stat_result((*status[:2], status.st_dev + 1, *status[3:])) if str(path) == str(inside) else status

    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", lstat)
        plan = plan_removal([Leftover("checkpoints", ".ipynb_checkpoints", "", "", True)], (str(tmp_path), "/x"))
        ((_, problem),) = remove(plan)
    assert problem
    assert (inside / "kept").exists()


def test_a_link_to_a_device_and_a_pipe_are_no_notebooks(tmp_path):
    os.symlink("/dev/zero", tmp_path / "endless.ipynb")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.ipynb")
    assert list(find_stores(str(tmp_path), lambda _: True)) == []


def test_a_folder_that_cannot_be_listed_is_no_all_clear(tmp_path, monkeypatch):
    from datetime import date

    from nbguard.audit.leftover_search import find_remains, scope_of
    from nbguard.policy.config import load_config

    history = History(tmp_path / "r")
    history.commit(**{"open.py": "1\n"})
    (history.path / "closed").mkdir()
    real = os.scandir

    def refusing(path="."):
        if os.path.basename(os.fspath(path)) == "closed":
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    config = load_config(str(history.path))
    remains = find_remains(scope_of(str(history.path), config, str(tmp_path)), date(2026, 3, 1), None)
    assert [(one.path, one.reason) for one in remains.skipped] == [("closed", "permission denied")]


def test_a_project_that_is_its_own_virtual_environment_is_looked_at(tmp_path, home):
    history, token = History(tmp_path / "r"), FakeTokens(310).ionq()
    history.write("pyvenv.cfg", "home = /usr/bin\n")
    history.write("lab.ipynb", with_ionq(token))
    history.write("runs/.ipynb_checkpoints/a.ipynb", A_NOTEBOOK)
    kinds = by_kind(look(history.path, home, "--without-vault"))
    assert {"values", "checkpoints"} <= set(kinds)


def test_what_is_given_by_a_link_or_below_a_tool_is_no_all_clear(tmp_path, home):
    history, other = History(tmp_path / "r"), History(tmp_path / "other")
    other.write("lab.ipynb", with_ionq(FakeTokens(311).ionq()))
    history.write("node_modules/pilot/a.py", "1\n")
    os.symlink(other.path, history.path / "link")
    assert "values" in by_kind(look(history.path, home, "link", "--without-vault"))
    look(history.path, home, "node_modules/pilot", "--without-vault", status=ExitCode.INCOMPLETE)


def test_the_plan_is_safe_to_print(tmp_path, home):
    history = History(tmp_path / "r")
    history.write("a\x1b[2J\nto be deleted  x/.ipynb_checkpoints/a.ipynb", A_NOTEBOOK)
    run = decommission(history.path, home)
    assert "\x1b" not in run.err
    assert not any(line.startswith("to be deleted  x") for line in run.err.split("\n"))
    assert not Path(history.path, "a\x1b[2J\nto be deleted  x/.ipynb_checkpoints").exists()
