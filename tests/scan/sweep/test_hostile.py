"""Repositories that somebody else made, to harm: nothing of them is run, and each has an outcome that is told."""

import os
import shutil
import stat

import pytest

from nbguard.repository.git_guard import arguments_for, distrust
from nbguard.scan.sweep.executors import PoolExecutor
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave
from tests.scan.sweep.sweeping import setup_for, sweep

# Settings by which a repository names programs.
PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass", "core.alternateRefsCommand",
    "gpg.program", "diff.external", "diff.x.textconv", "diff.x.command", "filter.x.smudge", "filter.x.process",
    "uploadpack.packObjectsHook", "pager.rev-list", "alias.rev-list",
)  # fmt: skip


@pytest.fixture
def planted(tmp_path):
    """A repository with one credential, and a script that leaves a mark when it is run."""
    history = History(tmp_path / "r")
    history.commit(**{"a.py": with_dwave(FakeTokens(1).dwave())})
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    script.chmod(0o755)
    return history, str(script), tmp_path / "ran"


def results(tmp_path, **settings):
    return sweep(tmp_path / "r", output=tmp_path / "results.sqlite", **settings)


def test_settings_and_hooks_of_a_repository_run_nothing(planted, tmp_path):
    history, script, ran = planted
    for name in PROGRAMS:
        history.git("config", name, script)
    history.git("config", "core.hooksPath", str(tmp_path / "r" / ".git" / "hooks"))
    history.git("config", "log.showSignature", "true")
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman", "post-index-change"):
        shutil.copy(script, tmp_path / "r" / ".git" / "hooks" / hook)
    history.write(".gitattributes", "* diff=x filter=x\n")
    swept = results(tmp_path)
    assert (swept.run.findings, swept.skipped) == (1, {})
    assert not ran.exists()


def test_configuration_in_the_tree_is_not_read(planted, tmp_path):
    history, _, _ = planted
    nothing = '[tool.nbguard]\nexclude = ["**"]\nseverity = {credential = "off"}\nsalt = "theirs"\n'
    history.commit(**{"nbguard.toml": nothing, "pyproject.toml": nothing, ".nbguard-salt": "theirs\n"})
    assert results(tmp_path).run.findings == 1


def test_a_partial_clone_fetches_nothing(planted, tmp_path):
    history, script, ran = planted
    history.git("config", "uploadpack.allowFilter", "true")
    history.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{tmp_path}/r", str(tmp_path / "partial.git"))
    partial = History(tmp_path / "partial.git", "--bare")
    partial.git("config", "remote.origin.uploadpack", script)
    partial.git("config", "remote.origin.url", f"ext::{script}")
    partial.git("config", "protocol.ext.allow", "always")
    swept = sweep(tmp_path / "partial.git", output=tmp_path / "results.sqlite")
    assert not ran.exists()
    assert list(swept.skipped) == [f"{tmp_path}/partial.git/a.py"]
    assert "git doesn't have this content (a partial clone" in swept.skipped[f"{tmp_path}/partial.git/a.py"]
    # What this one hasn't, another has: then it is known, and the lack is told all the same.
    both = sweep(tmp_path / "partial.git", tmp_path / "r", output=tmp_path / "both.sqlite")
    assert {f.path for f in both.report.findings} == {f"{tmp_path}/r/a.py"}
    assert list(both.skipped) == [f"{tmp_path}/partial.git/a.py"]


def test_what_one_repository_lacks_is_looked_at_in_the_next(planted, tmp_path):
    """The content is planned for the first repository that has it, where it is damaged; its fork has it whole."""
    history, _, _ = planted
    blob = history.git("rev-parse", "HEAD:a.py")
    history.git("clone", "-q", "--bare", "--no-hardlinks", str(tmp_path / "r"), str(tmp_path / "a.git"))
    loose = tmp_path / "a.git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"no zlib stream")
    swept = sweep(tmp_path / "a.git", tmp_path / "r", output=tmp_path / "results.sqlite")
    assert {f.path for f in swept.report.findings} == {f"{tmp_path}/r/a.py"}
    assert list(swept.skipped) == [f"{tmp_path}/a.git/a.py"]


def test_a_content_under_a_false_id_hides_nothing(planted, tmp_path):
    """Git doesn't hold what it reads against its id: a clean content under that id must not clear the true one."""
    history, _, _ = planted
    blob = history.git("rev-parse", "HEAD:a.py")
    other = history.git("hash-object", "-w", "--stdin", stdin=b"nothing here\n")
    history.git("clone", "-q", "--bare", "--no-hardlinks", str(tmp_path / "r"), str(tmp_path / "a.git"))
    loose = tmp_path / "a.git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes((tmp_path / "r" / ".git" / "objects" / other[:2] / other[2:]).read_bytes())
    swept = sweep(tmp_path / "a.git", tmp_path / "r", output=tmp_path / "results.sqlite")
    assert {f.path for f in swept.report.findings} == {f"{tmp_path}/r/a.py"}
    assert "damaged repository" in swept.skipped[f"{tmp_path}/a.git/a.py"]


def test_one_damaged_content_does_not_hide_the_others(planted, tmp_path):
    history, _, _ = planted
    tokens = FakeTokens(2)
    history.commit(**{f"f{number}.py": with_dwave(tokens.dwave()) for number in range(5)})
    blob = history.git("rev-parse", "HEAD:f2.py")
    loose = tmp_path / "r" / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-20])
    swept = results(tmp_path, limits=None)
    assert swept.run.findings == 5
    assert list(swept.skipped) == [f"{tmp_path}/r/f2.py"]


def test_a_damaged_pack_is_told(planted, tmp_path):
    history, _, _ = planted
    history.git("gc", "-q")
    (pack,) = (tmp_path / "r" / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    raw = bytearray(pack.read_bytes())
    raw[12 : len(raw) - 20] = b"\xff" * (len(raw) - 32)
    pack.write_bytes(raw)
    swept = results(tmp_path)
    assert swept.skipped
    assert swept.run.skipped


def test_objects_of_another_repository_are_told(planted, tmp_path):
    history, _, _ = planted
    history.git("clone", "-q", "--bare", "--shared", str(tmp_path / "r"), str(tmp_path / "a.git"))
    swept = sweep(tmp_path / "a.git", output=tmp_path / "results.sqlite")
    assert swept.run.findings == 1
    assert swept.notes == [f"{tmp_path}/a.git: takes objects from {tmp_path}/r/.git/objects"]


def test_refs_and_files_named_like_options_are_names(planted, tmp_path):
    history, _, _ = planted
    head = history.git("rev-parse", "HEAD")
    for name in ("refs/heads/--output=x", "refs/heads/-n1", "refs/tags/--all", "refs/odd/$(touch x)"):
        path = tmp_path / "r" / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "\n")
    history.commit(
        **{"--upload-pack=x": with_dwave(FakeTokens(3).dwave()), "a\nb.py": with_dwave(FakeTokens(4).dwave())}
    )
    swept = results(tmp_path)
    inside = {os.path.relpath(f.path, tmp_path / "r") for f in swept.report.findings}
    assert inside == {"a.py", "--upload-pack=x", "a\nb.py"}
    assert not (tmp_path / "r" / "x").exists()
    assert swept.skipped == {
        f"{tmp_path}/r/(history)": "not all of it could be listed: git rev-list: bad object refs/odd/$(touch x)"
    }, "no name of a ref, and all others are looked at"


def test_replaced_and_grafted_commits_hide_nothing(planted, tmp_path):
    history, _, _ = planted
    first = history.git("rev-parse", "HEAD")
    second = history.commit(**{"a.py": "clean\n"})
    third = history.commit(**{"a.py": "cleaner\n"})
    (tmp_path / "r" / ".git" / "info" / "grafts").write_text(f"{second}\n")
    history.git("replace", "--graft", third)
    history.git("reflog", "expire", "--expire=all", "--all")
    swept = results(tmp_path)
    assert [f.origin.commit for f in swept.report.findings] == [first]


@pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs", "shallow"])
def test_a_pipe_in_place_of_a_file_holds_nobody_up(name, planted, tmp_path):
    path = tmp_path / "r" / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert results(tmp_path).skipped == {f"{tmp_path}/r": f"not a git repository: {name} in it is no file"}


def test_a_pipe_in_place_of_an_object_is_told(planted, tmp_path):
    """Git would wait for it for ever."""
    history, _, _ = planted
    history.commit(**{"b.py": with_dwave(FakeTokens(7).dwave())})
    blob = history.git("rev-parse", "HEAD:b.py")
    path = tmp_path / "r" / ".git" / "objects" / blob[:2] / blob[2:]
    path.unlink()
    os.mkfifo(path)
    assert f"{blob[2:]} is no regular file" in "".join(results(tmp_path).skipped.values())


@pytest.mark.slow
def test_a_task_that_takes_too_long_is_told(planted, tmp_path, monkeypatch):
    """A git that doesn't come to an end when it is asked for contents."""
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *cat-file*) exec sleep 600 ;; esac\nexec "{shutil.which("git")}" "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    setup = setup_for(timeout=3)
    executor = PoolExecutor(setup, 1)
    try:
        swept = results(tmp_path, setup=setup, executor=executor, limits=None)
    finally:
        executor.close()
    assert "it took too long" in "".join(swept.skipped.values())


def test_what_is_no_repository_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("")
    around = History(tmp_path / "around")
    around.commit(a="nothing\n")
    broken = tmp_path / "around" / "inner.git"
    for name in ("objects", "refs"):
        (broken / name).mkdir(parents=True)
    (broken / "HEAD").write_text("nonsense\n")
    History(tmp_path / "void")
    linked = History(tmp_path / "linked")
    linked.commit(a="x\n")
    linked.git("worktree", "add", "-q", str(tmp_path / "tree"))
    (tmp_path / "disguise").mkdir()
    (tmp_path / "disguise" / ".git").symlink_to(tmp_path / "around" / ".git")
    swept = sweep(
        tmp_path / "empty", tmp_path / "nowhere", broken, tmp_path / "void", tmp_path / "tree", tmp_path / "disguise",
        f"{tmp_path}/*.txt", f"{tmp_path}/none-*", output=tmp_path / "results.sqlite",
    )  # fmt: skip
    elsewhere = "its .git leads to another place, which isn't followed; sweep that place"
    assert {os.path.relpath(path, tmp_path): reason for path, reason in swept.report.skipped} == {
        "empty": "there is no git repository in it; for files, write file://FOLDER",
        "nowhere": "there is no such folder, file or URL",
        "around/inner.git": "not a git repository: HEAD, objects or refs are damaged or missing",
        "tree": elsewhere,
        "disguise": elsewhere,
        "file.txt": "matches the pattern and is no git repository",
        "none-*": "nothing matches the pattern",
    }
    assert swept.notes == [f"{tmp_path}/void: no contents: the repository is empty, or all of it is excluded"]


def test_a_repository_of_another_owner_is_swept(planted, tmp_path, monkeypatch):
    """Git refuses those, as their settings could run something; here they can't."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert results(tmp_path).run.findings == 1


def test_a_shallow_clone_is_told(planted, tmp_path):
    history, _, _ = planted
    history.commit(**{"b.txt": "more\n"})
    history.git("clone", "-q", "--bare", "--depth=1", f"file://{tmp_path}/r", str(tmp_path / "a.git"))
    swept = sweep(tmp_path / "a.git", output=tmp_path / "results.sqlite")
    assert "shallow" in swept.skipped[f"{tmp_path}/a.git/(history)"]


def test_submodules_are_named(planted, tmp_path):
    history, _, _ = planted
    other = History(tmp_path / "other")
    other.commit(a="x\n")
    history.git("submodule", "--quiet", "add", str(tmp_path / "other"), "sub")
    history.git("config", "-f", ".gitmodules", "submodule.sub.url", "ext::sh -c touch% ran")
    history.commit("with a submodule")
    assert "sub is a submodule" in results(tmp_path).notes[0]


def test_the_environment_is_as_it_was(planted, tmp_path):
    before = dict(os.environ)
    results(tmp_path)
    assert dict(os.environ) == before
    with distrust(), distrust():
        assert "safe.directory=*" in arguments_for(".", "rev-list")
        assert dict(os.environ) == before
    assert "safe.directory=*" not in arguments_for(".", "rev-list")


def test_results_are_for_their_owner_only(planted, tmp_path):
    results(tmp_path)
    assert stat.S_IMODE((tmp_path / "results.sqlite").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("results.sqlite-*")), "one file, no journal beside it"
