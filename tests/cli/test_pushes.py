"""Hooks that refuse pushes, on real servers: what gets through, what doesn't, and what the person is told."""

import sys

import pytest

from nbguard.errors import UsageError
from nbguard.repository.pushes import read_pushed, read_received
from tests.command_line import assert_no_secret, nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave


def put_hook(folder, name, arguments):
    hook = folder / "hooks" / name
    hook.write_text(f"#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {sys.executable} -m nbguard {name} {arguments}\n")
    hook.chmod(0o755)


@pytest.fixture
def server(tmp_path):
    server = History(tmp_path / "server.git", "--bare")
    put_hook(server.path, "pre-receive", "")
    return server


@pytest.fixture
def work(server, tmp_path):
    """A clone with one clean commit on the server."""
    work = History(tmp_path / "work")
    work.git("remote", "add", "origin", str(server.path))
    work.commit(a="clean\n")
    work.git("push", "-q", "origin", "main")
    return work


def refused(work, *arguments):
    said = work.git("push", *arguments, fails=True)
    assert_no_secret(said)
    return said


def test_a_push_with_a_secret_is_refused_and_explained(server, work):
    commit = work.commit(**{"run.py": with_dwave(FakeTokens(80).dwave())})
    work.commit(**{"run.py": "deleted in a later commit\n"})
    said = refused(work, "origin", "main")
    assert "--> run.py  line 1, column" in said
    assert f"in commit {commit[:12]}" in said
    assert "push refused; the server took nothing" in said
    assert f"git rebase -i {commit[:12]}^" in said
    assert "rotate" in said
    assert server.git("rev-list", "--count", "main") == "1"
    assert commit not in server.git("cat-file", "--batch-all-objects", "--batch-check"), "git drops what it kept aside"


def test_what_it_says_to_do_works(work, server):
    commit = work.commit(**{"run.py": with_dwave(FakeTokens(81).dwave())})
    refused(work, "origin", "main")
    work.git("rebase", "-q", "-i", f"{commit}^", GIT_SEQUENCE_EDITOR="sed -i s/^pick/edit/")
    work.write("run.py", "clean\n")
    work.git("commit", "-q", "-a", "--amend", "--no-edit")
    work.git("rebase", "--continue")
    work.git("push", "-q", "origin", "main")
    assert server.git("rev-list", "--count", "main") == "2"


def test_new_branches_tags_and_forced_pushes_are_looked_at(work):
    tokens = FakeTokens(82)
    work.git("checkout", "-q", "-b", "side")
    work.commit(**{"one.py": with_dwave(tokens.dwave())})
    assert "one.py" in refused(work, "origin", "side")
    work.git("tag", "-a", "-m", "a tag", "v1")
    assert "one.py" in refused(work, "origin", "v1")
    work.git("checkout", "-q", "--orphan", "other")
    work.commit(**{"two.py": with_dwave(tokens.dwave())})
    assert "two.py" in refused(work, "--force", "origin", "other:main")
    blob = work.git("hash-object", "-w", "--stdin", stdin=with_dwave(tokens.dwave()).encode())
    work.git("tag", "loose", blob)
    assert "refs/tags/loose" in refused(work, "origin", "loose")
    assert "one.py" in refused(work, "origin", "side:refs/odd/--all")


def test_clean_pushes_and_deletions_pass(work, server):
    work.git("checkout", "-q", "-b", "side")
    work.commit(b="clean too\n")
    work.git("push", "-q", "origin", "side", "main")
    work.git("push", "-q", "--force", "origin", "main:side")
    work.git("push", "-q", "origin", ":side")
    assert server.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_what_was_there_before_the_hook_is_not_held_against_a_push(work, server):
    hook = server.path / "hooks" / "pre-receive"
    hook.rename(hook.with_name("off"))
    work.commit(**{"old.py": with_dwave(FakeTokens(83).dwave())})
    work.git("push", "-q", "origin", "main")
    hook.with_name("off").rename(hook)
    work.commit(b="clean\n")
    work.git("push", "-q", "origin", "main")


def test_the_pushed_repository_configures_nothing(work, server, tmp_path):
    work.commit(
        **{"run.py": with_dwave(FakeTokens(84).dwave()), "nbguard.toml": 'exclude = ["**"]\n', ".nbguard-salt": "x\n"}
    )
    assert "run.py" in refused(work, "origin", "main")
    (tmp_path / "operator.toml").write_text('disable = ["credential"]\n')
    put_hook(server.path, "pre-receive", f"--config {tmp_path}/operator.toml")
    work.git("push", "-q", "origin", "main")


def test_a_hook_that_can_not_work_refuses(work, server, tmp_path):
    work.commit(b="clean\n")
    put_hook(server.path, "pre-receive", f"--config {tmp_path}/missing.toml")
    assert "no such configuration file" in refused(work, "origin", "main")


def test_odd_names_make_no_lines_of_their_own(work):
    work.write("a\n::error::b.py", with_dwave(FakeTokens(85).dwave()))
    work.commit()
    assert "\nremote: ::error" not in refused(work, "origin", "main")


def test_a_push_is_stopped_before_it_leaves(tmp_path):
    server = History(tmp_path / "server.git", "--bare")
    work = History(tmp_path / "work")
    work.git("remote", "add", "origin", str(server.path))
    work.commit(**{"old.py": with_dwave(FakeTokens(86).dwave())})
    work.git("push", "-q", "origin", "main")
    put_hook(work.path / ".git", "pre-push", '"$@"')
    work.commit(b="clean\n")
    work.git("push", "-q", "origin", "main")
    work.git("checkout", "-q", "-b", "side")
    work.commit(**{"run.py": with_dwave(FakeTokens(87).dwave())})
    said = refused(work, "origin", "side")
    assert "run.py" in said
    assert "old.py" not in said
    assert "nothing left this machine" in said
    # A remote without a name is not known: all of it counts.
    assert "old.py" in refused(work, str(server.path), "main:other")
    work.git("push", "-q", "origin", "HEAD~1:refs/heads/gone")
    work.git("push", "-q", "origin", ":gone")


def test_other_input_is_refused():
    for lines in (["x"], ["--all main refs/heads/x"], ["a b"], ["x y z w"]):
        with pytest.raises(UsageError, match="git that calls"):
            read_received(lines)
        with pytest.raises(UsageError, match="git that calls"):
            read_pushed(lines)
    (update,) = read_received([f"{'0' * 40} {'a' * 40} refs/heads/with space", ""])
    assert (update.ref, update.old, update.new) == ("refs/heads/with space", "", "a" * 40)


def test_install_sets_up_the_hook_beside_what_is_there_and_takes_it_out(tmp_path):
    server = History(tmp_path / "server.git", "--bare")
    work = History(tmp_path / "work")
    work.git("remote", "add", "origin", str(server.path))
    hook = work.path / ".git" / "hooks" / "pre-push"
    mine = f"#!/bin/sh\ncat > {tmp_path / 'seen'}\n"
    hook.write_text(mine)
    hook.chmod(0o755)
    for said in ("pre-push hook: ", "was set up already"):
        done = nbguard("install", "--filter", "--pre-push", cwd=work.path)
        assert said in done.out
    work.commit(a="clean\n")
    work.git("push", "-q", "origin", "main")
    assert (tmp_path / "seen").read_text().startswith("refs/heads/main "), "the other hook hears what git says"
    work.commit(**{"run.py": with_dwave(FakeTokens(88).dwave())})
    assert "nothing left this machine" in refused(work, "origin", "main")
    assert "pre-push hook: taken out" in nbguard("uninstall", "--hooks", cwd=work.path).out
    assert hook.read_text() == mine
    hook.unlink()
    nbguard("install", "--filter", "--pre-push", cwd=work.path)
    assert "nothing left this machine" in refused(work, "origin", "main")
    nbguard("uninstall", "--filter", "--pre-push", cwd=work.path)
    assert not hook.exists()


def test_messages_of_commits_and_of_tags_are_looked_at(work, server):
    tokens = FakeTokens(89)
    work.commit("clean")
    work.git("tag", "-a", "v1", "-m", f"released with {tokens.dwave()}")
    assert "<tag message> v1" in refused(work, "origin", "main", "v1")
    work.git("tag", "-d", "v1")
    work.commit(f"uses {tokens.dwave()}")
    said = refused(work, "origin", "main")
    assert "<commit message>" in said
    assert "<tag message>" not in said


def test_an_allow_counts_on_the_server_once_it_stood_there(work, server):
    tokens = FakeTokens(100)
    allowed, other = tokens.dwave(), tokens.dwave()
    mark = "# nbguard: allow dwave-sapi-token reason='fake'\n"
    work.commit(**{"run.py": mark + with_dwave(allowed)})
    said = " ".join(refused(work, "origin", "main").replace("remote:", " ").split())
    assert "doesn't count here: it came with what is judged" in said
    assert "An allow or a baseline counts once it stands on the branch this goes to" in said
    put_hook(server.path, "pre-receive", "--policy-from head")
    work.git("push", "-q", "origin", "main")
    put_hook(server.path, "pre-receive", "")
    work.git("checkout", "-q", "-b", "side")
    work.commit(**{"run.py": "# moved\n" + mark + with_dwave(allowed)})
    work.git("push", "-q", "origin", "side")
    work.commit(**{"run.py": mark + with_dwave(other)})
    assert "run.py" in refused(work, "origin", "side")


def test_a_push_is_judged_by_the_policy_before_it(tmp_path):
    server = History(tmp_path / "server.git", "--bare")
    work = History(tmp_path / "work")
    work.git("remote", "add", "origin", str(server.path))
    work.commit(**{"a.py": "x = 1\n"})
    work.git("push", "-q", "origin", "main")
    work.git("remote", "set-head", "origin", "main")
    put_hook(work.path / ".git", "pre-push", '"$@"')
    work.git("checkout", "-q", "-b", "side")
    work.commit(**{"run.py": with_dwave(FakeTokens(101).dwave()), "nbguard.toml": 'exclude = ["**"]\n'})
    assert "run.py" in refused(work, "origin", "side")
    put_hook(work.path / ".git", "pre-push", '--policy-from head "$@"')
    work.git("push", "-q", "origin", "side")
