"""What `nbguard baseline update` didn't look for, it doesn't drop: an entry's words are nowhere else."""

import json
import subprocess
import zipfile

import pytest

from tests.cli.repository import FIRST, SECOND, SOURCE, make_repository, nbguard

BASELINE = ".nbguard-baseline.jsonl"
WORDS = ("--reason", "old pilot", "--approved-by", "alice", "--expires", "2999-01-01")


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path)


def git(folder, *arguments):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=folder, check=True)


def rows(folder):
    return [json.loads(line) for line in (folder / BASELINE).read_text().splitlines()]


def create_and_commit(folder):
    nbguard(folder, "baseline", "create", *WORDS)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return rows(folder)


def leave_out_of_a_sparse_checkout(folder):
    git(folder, "sparse-checkout", "set", "--no-cone", "/*", "!/lib/")


def skip_in_the_work_tree(folder):
    git(folder, "update-index", "--skip-worktree", "lib/b.py")
    (folder / "lib" / "b.py").unlink()


def take_for_unchanged(folder):
    git(folder, "update-index", "--assume-unchanged", "lib/b.py")
    (folder / "lib" / "b.py").unlink()


def exclude(folder):
    (folder / "nbguard.toml").write_text('exclude = ["lib/**"]\n')


def exclude_what_is_not_checked_out(folder):
    exclude(folder)
    leave_out_of_a_sparse_checkout(folder)


def ignore_in_git(folder):
    git(folder, "rm", "-q", "--cached", "lib/b.py")
    (folder / ".gitignore").write_text("lib/\n")


def switch_the_rule_off(folder):
    (folder / "nbguard.toml").write_text('disable = ["dwave-sapi-token"]\n')


def switch_the_rule_off_in_a_zone(folder):
    (folder / "nbguard.toml").write_text('[[zones]]\npaths = ["lib/**"]\ndisable = ["dwave-*"]\n')


def lower_the_limit(folder):
    (folder / "lib" / "b.py").write_text(SOURCE.format(SECOND) + "#" * 2_000_000)
    (folder / "nbguard.toml").write_text("max_file_size = 1000000\n")


def allow_on_the_line(folder):
    text = SOURCE.format(SECOND).replace("')\n", '\')  # nbguard: allow dwave-sapi-token reason="x"\n')
    (folder / "lib" / "b.py").write_text(text)


WAYS = (
    leave_out_of_a_sparse_checkout, skip_in_the_work_tree, take_for_unchanged, exclude, exclude_what_is_not_checked_out,
    ignore_in_git, switch_the_rule_off, switch_the_rule_off_in_a_zone, lower_the_limit, allow_on_the_line,
)  # fmt: skip


@pytest.mark.parametrize("hide", WAYS)
@pytest.mark.parametrize("prune", [(), ("--prune",)])
def test_what_could_not_be_seen_again_is_kept_with_its_words(repository, hide, prune):
    before = create_and_commit(repository)
    hide(repository)
    status = 3 if hide in (*WAYS[:3], lower_the_limit) else 0
    said = nbguard(repository, "baseline", "update", *prune, status=status)
    assert " 0 dropped" in said
    assert rows(repository) == before
    if hide not in (switch_the_rule_off, switch_the_rule_off_in_a_zone, allow_on_the_line):
        assert "lib" in said.partition("Kept, as this run didn't look for them: ")[2]
    listed = nbguard(repository, "waivers", status=status)
    assert "0 unused" in listed
    assert "files that are gone" not in nbguard(repository, "doctor", status=1)


def test_what_was_looked_for_and_is_gone_is_dropped(repository):
    """The other side: a rule that is off is looked for all the same, and a deleted file can't hold anything."""
    create_and_commit(repository)
    switch_the_rule_off(repository)
    (repository / "lib" / "b.py").write_text("x = 1\n")
    assert "2 kept, 0 added, 1 dropped" in nbguard(repository, "baseline", "update")
    (repository / "a.ipynb").unlink()
    assert "0 kept, 0 added, 2 dropped" in nbguard(repository, "baseline", "update")


def test_an_entry_of_a_kind_that_is_not_looked_for_stays(repository):
    account, instance = "3f9a1c" * 5 + "7e", "5c1d7f0a-8e24-4b6c-9d3f-2a7b1e6c9f04"
    (repository / "c.py").write_text(
        f'crn = "crn:v1:bluemix:public:quantum-computing:eu-de:a/{account}:{instance}::"\n'
    )
    (repository / "nbguard.toml").write_text('profile = "enterprise"\n')
    nbguard(repository, "baseline", "create", *WORDS)
    before = rows(repository)
    assert any(row["path"] == "c.py" for row in before)
    (repository / "nbguard.toml").write_text('profile = "standard"\n')
    assert "quantum-metadata isn't looked for" in nbguard(repository, "baseline", "update")
    assert rows(repository) == before


def test_an_entry_of_a_rule_pack_that_is_not_loaded_stays(repository):
    (repository / "pack.toml").write_text(
        '[[rules]]\nid = "lab-key"\nregex = "lab_[a-z0-9]{20}"\nkeywords = ["lab_"]\n'
    )
    (repository / "c.py").write_text(f'key = "lab_{"q7d3k9x2m5" * 2}"\n')
    (repository / "nbguard.toml").write_text('rules = ["pack.toml"]\n')
    nbguard(repository, "baseline", "create", *WORDS)
    before = rows(repository)
    assert any(row["rule"] == "lab-key" for row in before)
    (repository / "nbguard.toml").unlink()
    assert "no rule lab-key is here" in nbguard(repository, "baseline", "update")
    assert rows(repository) == before


def test_entries_of_an_archive_that_cannot_be_read_stay(repository):
    with zipfile.ZipFile(repository / "old.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/b.py", SOURCE.format(SECOND))
    before = create_and_commit(repository)
    assert any(row["path"] == "old.zip!/deep/b.py" for row in before)
    (repository / "old.zip").write_bytes((repository / "old.zip").read_bytes()[:-30])
    nbguard(repository, "baseline", "update", status=3)
    assert rows(repository) == before


def test_a_file_that_cannot_be_read_is_known_from_any_folder(repository):
    before = create_and_commit(repository)
    (repository / "a.ipynb").write_text('{"cells": [')
    nbguard(repository / "lib", "baseline", "update", status=3)
    assert rows(repository) == before


def test_entries_of_a_submodule_without_a_clone_stay(repository, tmp_path_factory):
    other = make_repository(tmp_path_factory.mktemp("other"))
    git(other, "commit", "-q", "-m", "all")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    before = create_and_commit(repository)
    assert any(row["path"].startswith("sub/") for row in before)
    git(repository, "submodule", "--quiet", "deinit", "-f", "sub")
    nbguard(repository, "baseline", "update", status=3)
    exclude(repository)
    (repository / "nbguard.toml").write_text('exclude = ["sub/**", "sub"]\n')
    nbguard(repository, "baseline", "update")
    assert rows(repository) == before


def test_no_salt_is_made_that_voids_what_could_not_be_seen(repository):
    """Entries from before there was a salt: those that weren't looked at can't be carried over to a new one."""
    nbguard(repository, "baseline", "create", *WORDS)
    (repository / ".nbguard-salt").unlink()
    from nbguard.policy.fingerprint import DEFAULT_SALT, fingerprint, salt_id

    values = {"a.ipynb": FIRST, "lib/b.py": SECOND}
    old = [
        row
        | {"fingerprint": fingerprint(row["rule"], values[row["path"]], DEFAULT_SALT), "salt": salt_id(DEFAULT_SALT)}
        for row in rows(repository)
    ]
    (repository / BASELINE).write_text("".join(json.dumps(row) + "\n" for row in old))
    exclude(repository)
    said = nbguard(repository, "baseline", "update")
    assert ".nbguard-salt: not made yet" in said
    assert not (repository / ".nbguard-salt").exists()
    assert rows(repository) == old
    nbguard(repository, "install")
    assert not (repository / ".nbguard-salt").exists()
    (repository / ".nbguard-salt").write_text("a salt of ours\n")
    assert "can't be carried over" in nbguard(repository, "baseline", "update", status=2)
    assert rows(repository) == old
    (repository / "nbguard.toml").unlink()
    assert "3 kept, 0 added, 0 dropped, 3 carried over" in nbguard(repository, "baseline", "update")


def test_audit_does_not_say_of_what_it_cannot_see_that_it_is_gone(repository):
    nbguard(repository, "baseline", "create")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "all")
    leave_out_of_a_sparse_checkout(repository)
    said = nbguard(repository, "baseline", "audit", status=1)
    assert "has not checked it out" in said
    assert "not found any more" not in said


def test_a_scan_says_what_is_not_checked_out_by_its_highest_folder(repository):
    (repository / "lib" / "deep").mkdir()
    (repository / "lib" / "deep" / "c.py").write_text("x = 1\n")
    create_and_commit(repository)
    leave_out_of_a_sparse_checkout(repository)
    report = json.loads(nbguard(repository, "scan", "--format", "json", status=3))
    (skipped,) = report["skipped"]
    assert skipped["path"] == "lib"
    assert "2 files" in skipped["reason"]
