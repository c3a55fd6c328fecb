"""Modifications that are none are named with their reason and ended, without staging what somebody changed."""

from tests.repository.real_git import Repository


def _with_old_and_new(repository: Repository) -> None:
    """One notebook committed before the filter, one after it, both run again since."""
    repository.write("old.ipynb", source="before the filter")
    repository.write("sub/older.ipynb", source="before the filter, too")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.nbguard("install", "--filter")
    repository.write("new one.ipynb", source="after")
    repository.git("add", "new one.ipynb")
    repository.git("commit", "-qm", "second")
    repository.write("new one.ipynb", source="after", output="quite another output, and longer")


def test_both_kinds_are_named_and_ended_and_working_copies_stay(repository: Repository) -> None:
    _with_old_and_new(repository)
    raw = repository.read("old.ipynb")
    said = repository.nbguard("renormalize", "--check", status=1)
    assert "old.ipynb: stored with outputs" in said
    assert "sub/older.ipynb: stored with outputs" in said
    assert "new one.ipynb: only looks modified" in said
    assert b"an output" in repository.staged("old.ipynb")
    assert "staged stripped: 2" in repository.nbguard("renormalize")
    assert b"an output" not in repository.staged("old.ipynb")
    assert repository.read("old.ipynb") == raw
    repository.git("commit", "-qm", "third")
    assert repository.git("status", "--short", "--untracked-files=no") == ""
    assert "nothing to do" in repository.nbguard("renormalize")
    repository.nbguard("renormalize", "--check")


def test_a_branch_from_before_the_filter_takes_the_change_that_brings_it(repository: Repository) -> None:
    """As on the main branch of whoever brought it, once that is merged on the server."""
    repository.write("old.ipynb", source="before the filter")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.git("checkout", "-qb", "brings")
    repository.nbguard("install", "--filter")
    repository.git("add", "--renormalize", ".")
    repository.git("commit", "-qm", "stripped")
    repository.git("checkout", "-q", "-f", "-")
    assert "would be overwritten by merge" in repository.git("merge", "brings", fails=True)
    assert "merge or pull" in repository.nbguard("renormalize")
    repository.git("merge", "-q", "brings")
    assert b"an output" not in repository.staged("old.ipynb")
    assert repository.git("status", "--short", "--untracked-files=no") == ""


def test_changes_of_a_person_are_not_staged(repository: Repository) -> None:
    _with_old_and_new(repository)
    repository.write("old.ipynb", source="changed by hand")
    repository.write("new one.ipynb", source="changed, too")
    said = repository.nbguard("renormalize")
    assert "new one.ipynb" not in said
    staged = repository.staged("old.ipynb")
    assert b"before the filter" in staged
    assert b"an output" not in staged
    repository.git("commit", "-qm", "third")
    assert repository.git("status", "--short", "--untracked-files=no").splitlines() == [
        ' M "new one.ipynb"', " M old.ipynb"
    ]  # fmt: skip


def test_what_cannot_be_read_is_named_and_the_others_are_done(repository: Repository) -> None:
    _with_old_and_new(repository)
    blob = repository.git("hash-object", "-w", "--no-filters", "--stdin", input=b"{").strip()
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},broken.ipynb")
    said = repository.nbguard("renormalize", status=3)
    assert "broken.ipynb: as git has it: not valid JSON" in said
    assert b"an output" not in repository.staged("old.ipynb")


def test_without_the_filter_it_is_refused(repository: Repository) -> None:
    assert "isn't active here" in repository.nbguard("renormalize", status=2)


def test_nothing_of_a_name_is_for_a_terminal_to_obey(repository: Repository) -> None:
    name = "a\x1b[31m.ipynb"
    repository.write(name)
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    (repository.path / ".gitattributes").write_text("*.ipynb filter=\x1b[32mother\n")
    installed = repository.nbguard("install", "--filter", "--attributes", ".git/info/attributes")
    said = installed + repository.nbguard("renormalize") + repository.nbguard("install", "--keep-outputs")
    repository.write(name)
    repository.git("add", ".")
    said += repository.nbguard("restore")
    assert "\\x1b[31m.ipynb: stored with outputs" in said
    assert "\\x1b[32mother" in said
    assert "\x1b" not in said
