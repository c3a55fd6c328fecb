"""Scans of histories: nothing that any commit held is missed, and what can't be looked at is said."""

import os
import shutil
import subprocess
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from nbguard.errors import ExitCode, UsageError
from nbguard.policy.policy_settings import Config, Zone
from nbguard.repository.history import resolve, select_everything, select_range, select_since
from nbguard.scan import history_scan as history_module
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.scan_paths import scan_paths
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import History, grow, with_dwave, with_ionq


def scan(history, selection=None, **settings):
    folder = str(history.path)
    chosen = selection or select_everything(folder)
    return HistoryScan(folder, Config(folder, **settings), frozenset()).run(chosen)


def findings(history, selection=None, **settings):
    return scan(history, selection, **settings).result.report.findings


def placed(found):
    return {(finding.fingerprint, finding.path) for finding in found}


def scan_commit(history, commit, folder):
    """What `nbguard scan` finds in the files of one commit, checked out on their own."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=history.path, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    found = scan_paths((), Config(str(folder)), frozenset()).report.findings
    shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_history_holds_all_that_a_scan_of_each_commit_finds(tmp_path, seed):
    history = History(tmp_path / "r")
    grow(history, seed)
    commits = history.git("rev-list", "--all").split("\n")
    each = [placed(scan_commit(history, commit, tmp_path / "files")) for commit in commits]
    assert set().union(*each), "the generated history holds something"
    assert set().union(*each) <= placed(findings(history))


@pytest.mark.parametrize("seed", range(10, 14))
def test_a_range_holds_what_its_commits_brought_in(tmp_path, seed):
    """A value whose content stood in a parent outside of the range isn't the range's; all others are."""
    history = History(tmp_path / "r")
    grow(history, seed)
    start = history.git("rev-parse", "HEAD~4")
    inside = history.git("rev-list", f"{start}..HEAD").split("\n")
    edge = set(history.git("rev-list", "--parents", f"{start}..HEAD").split()) - set(inside)
    before = set().union(*(placed(scan_commit(history, c, tmp_path / "files")) for c in edge))
    within = set().union(*(placed(scan_commit(history, c, tmp_path / "files")) for c in inside))
    assert within - before <= placed(findings(history, select_range(str(history.path), f"{start}..HEAD")))


def test_a_removed_value_is_told_with_the_commit_that_brought_it(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(1).dwave()
    history.commit(a="nothing\n")
    first = history.commit(**{"run.py": with_dwave(token)})
    second = history.commit(**{"run.py": "# more\n" + with_dwave(token)})
    history.commit(**{"run.py": "clean\n"})
    (found,) = findings(history)
    assert (found.path, found.file_line) == ("run.py", 2), "the newest version that holds it"
    assert (found.origin.commit, found.origin.last, found.origin.commits) == (first, second, 2)
    assert found.origin.author == "Ada Q <ada@lab.example>"
    assert found.origin.date == "2023-11-14T23:15:20+01:00"
    assert token not in repr(found)


def test_a_range_leaves_out_what_was_there_before(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(2)
    start = history.commit(**{"old.py": with_dwave(tokens.dwave())})
    history.commit(**{"new.py": with_dwave(tokens.dwave())})
    folder = str(history.path)
    for selection in (
        select_range(folder, f"{start}..HEAD"),
        select_since(folder, start),
        select_range(folder, f"{start}..."),
    ):
        assert [finding.path for finding in findings(history, selection)] == ["new.py"]


def test_content_is_read_by_every_name_it_had(tmp_path):
    """The same bytes are a provider's configuration under one name, and nothing under another."""
    history, token = History(tmp_path / "r"), FakeTokens(3).ibm_legacy()
    content = '{"default": {"token": "' + token + '"}}'
    history.commit(**{"a.txt": content})
    history.write("x/.qiskit/qiskit-ibm.json", content)
    history.commit()
    assert "x/.qiskit/qiskit-ibm.json" in {finding.path for finding in findings(history)}


def test_a_value_is_found_in_older_files_of_other_commits(tmp_path):
    """An opaque token in a note is known by the notebook that uses it later."""
    history, token = History(tmp_path / "r"), FakeTokens(4).ionq()
    history.commit(**{"note.txt": f"the value is {token}\n"})
    history.commit(**{"note.txt": "gone\n"})
    history.commit(**{"a.ipynb": with_ionq(token)})
    assert {finding.path for finding in findings(history)} == {"note.txt", "a.ipynb"}


def test_an_allow_written_later_counts(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(5).dwave()
    history.commit(**{"run.py": with_dwave(token)})
    allowed = with_dwave(token).strip() + '  # nbguard: allow dwave-token reason="expired in 2019"\n'
    rule = findings(history)[0].rule
    history.commit(**{"run.py": allowed.replace("dwave-token", rule)})
    (found,) = findings(history)
    assert found.waived is not None
    assert scan(history).result.exit_code == ExitCode.CLEAN


def test_excluded_paths_and_zones_hold_in_histories(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(6).dwave()
    history.commit(**{"vendor/run.py": with_dwave(token)})
    history.commit(**{"lab/run.py": with_dwave(token)})
    history.commit(**{"src/run.py": with_dwave(token)})
    found = findings(history, exclude=("vendor/**",), zones=(Zone(("lab/**",), disable=("credential",)),))
    assert [finding.path for finding in found] == ["src/run.py"]


def test_notebooks_in_archives_of_the_past_count(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(17).ionq()
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("lab/a.ipynb", with_ionq(token))
    history.commit(**{"old.zip": packed.getvalue()})
    history.git("mv", "old.zip", "older.zip")
    history.commit(**{"note.ipynb": as_bytes(notebook(code(f"# {token}")))})
    found = {finding.path for finding in findings(history)}
    assert found == {"old.zip!/lab/a.ipynb", "older.zip!/lab/a.ipynb", "note.ipynb"}


def test_a_shallow_clone_is_said_to_be_shallow(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"a.py": with_dwave(FakeTokens(7).dwave())})
    history.commit(**{"a.py": "clean\n"})
    clone = History(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth", "1", f"file://{history.path}", "main:copy")
    report = scan(clone).result.report
    assert [skipped.path for skipped in report.skipped] == ["(history)"]
    assert "shallow" in report.skipped[0].reason
    run = nbguard("scan", "--since", "copy~1", cwd=clone.path)
    assert run.status == ExitCode.USAGE
    assert "names no commit of this shallow clone: git fetch --unshallow" in run.err
    assert "there is no commit here yet" in nbguard("review", cwd=History(tmp_path / "empty").path).err


def test_a_large_content_is_reported_and_not_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(history_module, "LARGEST", 3_000_000)
    history, token = History(tmp_path / "r"), FakeTokens(8).dwave()
    history.commit(**{"big.bin": os.urandom(3_000_001), "run.py": with_dwave(token)})
    outcome = scan(history).result
    assert [skipped.path for skipped in outcome.report.skipped] == ["big.bin"]
    assert "too large: 3 MB" in outcome.report.skipped[0].reason
    assert len(outcome.report.findings) == 1
    assert outcome.report.summary.bytes < 1000


def test_a_tag_on_a_file_is_looked_into(tmp_path):
    """No commit leads to such a file, so no log shows it."""
    history, tokens = History(tmp_path / "r"), FakeTokens(9)
    history.commit(a="x")
    blob = history.git("hash-object", "-w", "--stdin", stdin=with_dwave(tokens.dwave()).encode())
    history.git("tag", "-a", "-m", "a tag", "annotated", blob)
    history.git("tag", "plain", blob)
    other = history.git("hash-object", "-w", "--stdin", stdin=with_dwave(tokens.dwave()).encode())
    tree = history.git("mktree", stdin=f"100644 blob {other}\tdeep.py\n".encode())
    history.git("update-ref", "refs/odd/tree", tree)
    assert len({finding.fingerprint for finding in findings(history)}) == 2


def test_stashes_and_commits_that_were_amended_away_count(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(10)
    history.commit(a="x")
    history.commit(**{"gone.py": with_dwave(tokens.dwave())})
    history.git("reset", "-q", "--hard", "HEAD~1")
    history.write("a", with_dwave(tokens.dwave()))
    history.git("stash")
    assert {finding.path for finding in findings(history)} == {"gone.py", "a"}


def test_odd_paths_and_refs_break_nothing(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(11)
    names = ["a\nb.py", "::error::x.py", "-n.py", ":100644 x.py", "\udcff.py", "tab\t.py"]
    for name in names:
        history.write(name, with_dwave(tokens.dwave()))
    os.symlink("/etc/passwd", history.path / "link.ipynb")
    history.commit()
    history.git("update-ref", "refs/heads/--all", "HEAD")
    history.git("update-ref", "refs/heads/--output=x", "HEAD")
    assert {finding.path for finding in findings(history)} == set(names)
    assert resolve(str(history.path), "--output=x") == history.git("rev-parse", "main")
    run = nbguard("scan", "--range=--all..--output=x", cwd=history.path)
    assert run.status == ExitCode.CLEAN, run.err
    assert not (history.path / "x").exists()
    told = nbguard("scan", "--history", "--format", "text", cwd=history.path)
    assert told.status == ExitCode.FINDINGS
    assert "\n::error" not in told.out


def test_a_replaced_object_does_not_hide_what_it_stands_for(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(12).dwave()
    history.commit(**{"run.py": with_dwave(token)})
    innocent = history.git("hash-object", "-w", "--stdin", stdin=b"clean\n")
    history.git("replace", history.git("rev-parse", "HEAD:run.py"), innocent)
    assert len(findings(history)) == 1


def test_settings_of_the_repository_run_nothing(tmp_path):
    """A repository may name programs for git to run: for signatures, diffs and transport."""
    history = History(tmp_path / "r")
    history.commit(**{"run.py": with_dwave(FakeTokens(13).dwave())})
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in ("gpg.program", "diff.external", "core.fsmonitor", "core.pager", "diff.x.textconv", "core.sshCommand"):
        history.git("config", name, str(trap))
    history.git("config", "log.showSignature", "true")
    (history.path / ".git/info/attributes").write_text("*.py diff=x filter=x\n")
    history.git("config", "filter.x.smudge", str(trap))
    assert len(findings(history)) == 1
    assert not (tmp_path / "sprung").exists()


def test_content_that_git_lost_is_reported(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(14).dwave()
    history.commit(**{"lost.py": "print()\n", "run.py": with_dwave(token)})
    blob = history.git("rev-parse", "HEAD:lost.py")
    (history.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    report = scan(history).result.report
    assert [skipped.path for skipped in report.skipped] == ["lost.py"]
    assert [finding.path for finding in report.findings] == ["run.py"]


def test_bare_repositories_and_empty_ones(tmp_path):
    bare = History(tmp_path / "bare.git", "--bare")
    assert nbguard("scan", "--history", cwd=bare.path).status == ExitCode.CLEAN
    history = History(tmp_path / "r")
    history.commit(**{"run.py": with_dwave(FakeTokens(15).dwave())})
    history.git("push", "-q", str(bare.path), "main")
    assert nbguard("scan", "--history", cwd=bare.path).status == ExitCode.FINDINGS
    assert nbguard("scan", "--history", bare.path, cwd=tmp_path).status == ExitCode.FINDINGS


@pytest.mark.parametrize("format_name", ["json", "jsonl", "sarif", "gitlab", "github", "csv", "html", "junit", "ocsf"])
def test_every_format_tells_of_a_history_without_the_value(tmp_path, format_name):
    history, token = History(tmp_path / "r"), FakeTokens(16).dwave()
    commit = history.commit(**{"run.py": with_dwave(token)})
    run = nbguard("scan", "--history", "--format", format_name, cwd=history.path)
    assert run.status == ExitCode.FINDINGS, run.err
    assert token not in run.out
    if format_name in ("json", "jsonl", "sarif", "gitlab"):
        assert commit in run.out


def test_what_does_not_go_together_is_refused(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"a.ipynb": as_bytes(notebook(code("1")))})
    for arguments in (["--history", "--strip"], ["--range", "A..B", "--since", "A"], ["--history", "a.ipynb"]):
        assert nbguard("scan", *arguments, cwd=history.path).status == ExitCode.USAGE
    with pytest.raises(UsageError, match="is no range"):
        select_range(str(history.path), "main")
    assert nbguard("scan", "--history", cwd=tmp_path).status == ExitCode.USAGE


def test_messages_of_commits_and_tags_and_notes_are_looked_into(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(31)
    said, tagged, noted, opaque = tokens.dwave(), tokens.dwave(), tokens.dwave(), tokens.ionq()
    first = history.commit(f"Set it up\n\nwith {said}\n", a="x\n")
    history.commit("commit 0123456789012345678901234567890123456789\n", **{"n.ipynb": with_ionq(opaque)})
    last = history.commit(f"Again {said}, and {opaque} too", b="y\n")
    history.git("tag", "-a", "v1", "-m", f"use {tagged}")
    history.git("tag", "-a", "v2", "-m", "a tag of a tag", "v1")
    history.git("update-ref", "-d", "refs/tags/v1")
    history.git("notes", "add", "-m", f"the key was {noted}", first)
    found = {(f.path, f.fingerprint): f for f in findings(history)}
    by_path = {}
    for f in found.values():
        by_path.setdefault(f.path, []).append(f)
    messages = sorted(by_path["<commit message>"], key=lambda f: f.rule)
    assert [f.rule for f in messages] == ["dwave-sapi-token", "ionq-api-key"]
    assert (messages[0].origin.commit, messages[0].origin.last, messages[0].origin.commits) == (first, last, 2)
    assert messages[1].origin.commit == last, "a value that only a notebook gave away"
    (tag,) = by_path["<tag message> v2"]
    assert (tag.rule, tag.origin.commit) == ("dwave-sapi-token", "")
    assert [f.rule for path, rest in by_path.items() for f in rest if len(path) == 40] == ["dwave-sapi-token"]


def test_a_message_of_a_range_is_only_that_of_its_commits(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(32)
    history.commit(f"old {tokens.dwave()}", a="x\n")
    before = history.commit(b="y\n")
    new = history.commit(f"new {tokens.dwave()}", c="z\n")
    (found,) = findings(history, select_range(str(history.path), f"{before}..HEAD"))
    assert (found.path, found.origin.commit, found.line) == ("<commit message>", new, 1)


def test_damaged_contents_are_reported_and_the_others_scanned(tmp_path):
    """Git ends at the first object it can't unpack."""
    history, tokens = History(tmp_path / "r"), FakeTokens(33)
    files = {f"f{number}.py": with_dwave(tokens.dwave()) + "# \n" * 500 for number in range(6)}
    history.commit(**files)
    for name in ("f1.py", "f4.py"):
        blob = history.git("rev-parse", f"HEAD:{name}")
        path = history.path / ".git/objects" / blob[:2] / blob[2:]
        raw = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(raw[:60] + bytes(40) + raw[100:])
    report = scan(history).result.report
    assert sorted(skipped.path for skipped in report.skipped) == ["f1.py", "f4.py"]
    assert all("damaged" in skipped.reason for skipped in report.skipped)
    assert sorted(finding.path for finding in report.findings) == ["f0.py", "f2.py", "f3.py", "f5.py"]


def test_refs_that_git_cannot_read_are_reported_and_the_others_scanned(tmp_path):
    """A tag object with a hole in it ends every listing of refs and of commits."""
    history, tokens = History(tmp_path / "r"), FakeTokens(35)
    head = history.commit(**{"a.py": with_dwave(tokens.dwave())})
    for number in range(5):
        history.git("tag", "-m", f"fine {tokens.dwave()}", f"v{number}")
    hole = f"object {head}\ntype commit\ntag bad".encode()
    for name in ("bad", "v3"):
        tag = history.git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=hole)
        (history.path / ".git/refs/tags" / name).write_text(f"{tag}\n")
    report = scan(history).result.report
    assert sorted(skipped.path for skipped in report.skipped) == ["refs/tags/bad", "refs/tags/v3"]
    assert sorted(finding.path for finding in report.findings) == [
        "<tag message> v0", "<tag message> v1", "<tag message> v2", "<tag message> v4", "a.py",
    ]  # fmt: skip


def test_a_partial_clone_fetches_nothing_and_says_what_is_missing(tmp_path):
    """Its remote may be anywhere, and a command that reads an object would ask it."""
    origin, tokens = History(tmp_path / "origin"), FakeTokens(34)
    origin.commit(**{"a.py": with_dwave(tokens.dwave())})
    origin.git("config", "uploadpack.allowFilter", "true")
    clone = History(tmp_path / "clone")
    clone.git("fetch", "-q", "--filter=blob:none", f"file://{origin.path}", "main")
    clone.git("update-ref", "refs/heads/main", "FETCH_HEAD")
    clone.git("config", "remote.origin.promisor", "true")
    clone.git("config", "remote.origin.url", f"ext::sh -c touch% {tmp_path}/sprung")
    clone.git("config", "protocol.ext.allow", "always")
    clone.git("config", "extensions.partialClone", "origin")
    report = scan(clone).result.report
    assert [(skipped.path, "partial clone" in skipped.reason) for skipped in report.skipped] == [("a.py", True)]
    assert not (tmp_path / "sprung").exists()


def test_submodules_and_hooks_of_a_hostile_repository_run_nothing(tmp_path):
    history = History(tmp_path / "r")
    url = f"ext::sh -c touch% {tmp_path}/sprung"
    history.write(".gitmodules", f'[submodule "s"]\n\tpath = s\n\turl = {url}\n\tupdate = !touch {tmp_path}/sprung\n')
    history.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},s")
    history.git("add", ".gitmodules")
    history.git("commit", "-q", "-m", "x")
    for name in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        hook = history.path / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        hook.chmod(0o755)
    for name in ("include.path", "core.hooksPath", "core.worktree"):
        history.git("config", name, str(tmp_path / "elsewhere"))
    run = nbguard("scan", "--history", history.path, cwd=tmp_path)
    assert run.status == ExitCode.INCOMPLETE, run.err
    assert "r/s  not scanned: not looked into: a submodule" in run.out
    assert not (tmp_path / "sprung").exists()
