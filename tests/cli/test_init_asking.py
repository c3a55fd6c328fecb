"""`nbguard init` on a terminal: the diff, a question, and what each answer does."""

from tests.cli.test_init import content, git, repository  # noqa: F401
from tests.terminal import on_a_terminal


def test_a_no_changes_nothing(repository):  # noqa: F811
    before = content(repository)
    said = on_a_terminal("init", answers="n\n", cwd=repository, status=1)
    assert "+# nbguard's settings" in said
    assert "Do that? [y/N]" in said
    assert said.rstrip().endswith("Nothing was changed.")
    assert content(repository) == before


def test_a_yes_does_all_of_it(repository):  # noqa: F811
    said = on_a_terminal("init", answers="y\n", cwd=repository)
    assert "Done. Next:" in said
    assert git(repository, "check-attr", "filter", "bell.ipynb").strip().endswith("nbguard")
    assert "all of it is set up" in on_a_terminal("init", answers="", cwd=repository)
