"""Values in texts that git keeps beside its objects, each left there by git itself: no all-clear, and in the list."""

import json
from pathlib import Path

import pytest

from nbguard.errors import ExitCode
from nbguard.repository.own_texts import own_texts
from tests.audit.test_decommission import by_kind, look
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave


def _refused_commit(history: History, token: str) -> str:
    history.write(".git/hooks/commit-msg", "#!/bin/sh\nexit 1\n")
    (history.path / ".git/hooks/commit-msg").chmod(0o755)
    history.git("commit", "-q", "--allow-empty", "-m", f"the key is {token}", fails=True)
    return ".git/COMMIT_EDITMSG"


def _begun_merge(history: History, token: str) -> str:
    history.git("branch", "side")
    history.commit(a="1")
    history.git("checkout", "-q", "side")
    history.commit(b="1")
    history.git("merge", "-q", "--no-ff", "--no-commit", "-m", f"with {token}", "main")
    return ".git/MERGE_MSG"


def _squashed(history: History, token: str) -> str:
    history.git("checkout", "-q", "-b", "side")
    history.commit(f"now with {token}", a="1")
    history.git("checkout", "-q", "main")
    history.git("merge", "-q", "--squash", "side")
    _forget(history, "side")
    return ".git/SQUASH_MSG"


def _unfinished_tag(history: History, token: str) -> str:
    history.write("../editor", f'#!/bin/sh\necho "{token}" > "$1"\nexit 1\n')
    (history.path / "../editor").chmod(0o755)
    history.git("tag", "-a", "v1", fails=True, GIT_EDITOR=str(history.path / "../editor"))
    return ".git/TAG_EDITMSG"


def _remembered_conflict(history: History, token: str) -> str:
    history.git("config", "rerere.enabled", "true")
    history.commit(**{"a.py": "x\n"})
    history.git("checkout", "-q", "-b", "side")
    history.commit(**{"a.py": with_dwave(token)})
    history.git("checkout", "-q", "main")
    history.commit(**{"a.py": "y\n"})
    history.git("merge", "-q", "side", fails=True)
    history.git("merge", "--abort")
    _forget(history, "side")
    [kept] = (history.path / ".git/rr-cache").iterdir()
    return f".git/rr-cache/{kept.name}/preimage"


def _broken_patch(history: History, token: str) -> str:
    patch = f"From: A <a@lab.example>\nSubject: x\n\n{token}\n---\n--- a/n\n+++ b/n\n@@ -1 +1 @@\n-no\n+yes\n"
    history.git("am", "-q", fails=True, stdin=patch.encode())
    return ".git/rebase-apply/0001"


def _stopped_rebase(history: History, token: str) -> str:
    history.git("checkout", "-q", "-b", "side")
    history.commit(f"was {token}", **{"a.py": "x\n"})
    history.git("checkout", "-q", "main")
    history.commit(**{"a.py": "y\n"})
    history.git("rebase", "-q", "main", "side", fails=True)
    return ".git/rebase-merge/message"


def _logged(history: History, token: str) -> str:
    history.git("update-ref", "-m", f"before {token} was revoked", "HEAD", "HEAD")
    return ".git/logs/HEAD"


def _set(history: History, token: str) -> str:
    history.git("config", "lab.key", token)
    return ".git/config"


def _forget(history: History, branch: str) -> None:
    history.git("branch", "-q", "-D", branch)
    history.git("reflog", "expire", "--expire=now", "--all")
    history.git("gc", "-q", "--prune=now")


WAYS = (
    _refused_commit, _begun_merge, _squashed, _unfinished_tag, _remembered_conflict, _broken_patch, _stopped_rebase,
    _logged, _set,
)  # fmt: skip


@pytest.mark.parametrize("leave", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_a_text_of_gits_own_is_no_all_clear(tmp_path: Path, leave):
    history, token = History(tmp_path / "r"), FakeTokens(310).dwave()
    history.commit(readme="nothing")
    place = leave(history, token)
    assert place in by_kind(look(history.path, tmp_path, "--without-vault"))["copies"]
    listed = nbguard("credentials", "--format", "json", cwd=history.path)
    assert token not in listed.out + listed.err
    [credential] = json.loads(listed.out)["credentials"]
    assert place in {one["path"] for one in credential["now"]}


@pytest.mark.parametrize("leave", [_refused_commit, _squashed, _remembered_conflict, _broken_patch, _logged])
def test_what_is_told_takes_it_out(tmp_path: Path, leave):
    history, token = History(tmp_path / "r"), FakeTokens(311).dwave()
    history.commit(readme="nothing")
    leave(history, token)
    told = look(history.path, tmp_path, "--without-vault")["left"]
    for place, needs in sorted({(item["place"], item["needs"]) for item in told}):
        if needs == "delete the file":
            (history.path / place).unlink()
        elif (history.path / place).exists():
            history.git(*needs.partition(", or ")[0].removeprefix("git ").split())
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)


def test_a_bare_repository_is_looked_through_like_any_other(tmp_path: Path):
    """Its history, its texts, and the objects that nothing leads to."""
    history, tokens = History(tmp_path / "r", "--bare"), FakeTokens(312)
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)
    history.git("hash-object", "-w", "--stdin", stdin=with_dwave(tokens.dwave()).encode())
    assert by_kind(look(history.path, tmp_path, "--without-vault")) == {"copies": {".git/objects"}}
    history.git("gc", "-q", "--prune=now")
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)
    history.git("config", "lab.key", tokens.dwave())
    assert by_kind(look(history.path, tmp_path, "--without-vault")) == {"copies": {"config"}}


def test_messages_of_dropped_commits_and_tags_are_objects_too(tmp_path: Path):
    history, token = History(tmp_path / "r"), FakeTokens(313).dwave()
    before = history.commit(readme="nothing")
    history.git("tag", "-a", "-m", "a clean one", "v0")
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)
    history.commit(f"the key is {token}")
    history.git("reset", "-q", "--hard", before)
    history.git("reflog", "expire", "--expire=now", "--all")
    (history.path / ".git/COMMIT_EDITMSG").unlink()
    assert by_kind(look(history.path, tmp_path, "--without-vault")) == {"copies": {".git/objects"}}


def test_all_of_a_submodule_s_repository_counts(tmp_path: Path):
    """Also what no commit of the repository around it names: other branches, dropped objects, its messages."""
    inner, outer, tokens = History(tmp_path / "inner"), History(tmp_path / "r"), FakeTokens(314)
    inner.commit(**{"a.py": "x = 1\n"})
    outer.git("submodule", "--quiet", "add", str(inner.path), "sub")
    outer.commit()
    look(outer.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)
    outer.git("-C", "sub", "hash-object", "-w", "--stdin", stdin=with_dwave(tokens.dwave()).encode())
    assert by_kind(look(outer.path, tmp_path, "--without-vault")) == {"copies": {".git/objects"}}
    outer.git("-C", "sub", "gc", "-q", "--prune=now")
    inner.git("checkout", "-q", "-b", "side")
    inner.commit(**{"b.py": with_dwave(tokens.dwave())})
    outer.git("-C", "sub", "fetch", "-q", "origin", "side")
    assert set(by_kind(look(outer.path, tmp_path, "--without-vault"))) == {"history"}


def test_a_repository_below_is_no_all_clear(tmp_path: Path):
    """Somebody cloned into the project: its history isn't the project's, and is looked at there."""
    outer, other = History(tmp_path / "r"), History(tmp_path / "r/vendor/other")
    other.commit(readme="x")
    outer.git("clone", "-q", "--bare", str(other.path), "backup.git")
    assert by_kind(look(outer.path, tmp_path, "--without-vault"))["copies"] == {"backup.git", "vendor/other"}


def test_objects_and_indexes_are_no_texts(tmp_path: Path):
    history = History(tmp_path / "r")
    history.commit(readme="nothing")
    names = {Path(path).relative_to(history.path / ".git").parts[0] for path in own_texts(str(history.path))}
    assert {"COMMIT_EDITMSG", "HEAD", "config", "logs"} <= names
    assert not names & {"objects", "index", "refs"}
