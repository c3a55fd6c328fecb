"""`nbguard init` on a terminal: the diff, a question, and what each answer does."""

from tests.cli.test_init import content, git, repository  # noqa: F401
from tests.terminal import on_a_terminal


def test_a_no_changes_nothing(repository):  # noqa: F811
    before = content(repository)
    said = on_a_terminal("init", answers="n\n", cwd=repository, status=1)
    assert "nbguard.toml: new, settings" in said
    assert "+# nbguard's settings" not in said, "nothing of anybody's is in a new file: --dry-run shows it"
    assert "Do that? [y/N/d: diff]" in said
    assert said.rstrip().endswith("Nothing was changed.")
    assert content(repository) == before


def test_what_changes_of_a_file_is_named_and_shown_when_asked_for(repository):  # noqa: F811
    text = "repos:\n  - repo: https://github.com/kynan/nbstripout\n    rev: 0.8.1\n    hooks:\n      - id: nbstripout\n"
    (repository / ".pre-commit-config.yaml").write_text(text)
    before = content(repository)
    named, shown, end = on_a_terminal("init", answers="d\nn\n", cwd=repository, status=1).split("Do that?")
    assert ".pre-commit-config.yaml: nbguard in; nbstripout out" in named
    assert "-      - id: nbstripout" in shown
    assert end.rstrip().endswith("Nothing was changed.")
    assert content(repository) == before


def test_a_yes_does_all_of_it(repository):  # noqa: F811
    said = on_a_terminal("init", answers="y\n", cwd=repository)
    assert "Done. Next:" in said
    assert git(repository, "check-attr", "filter", "bell.ipynb").strip().endswith("nbguard")
    assert "all of it is set up" in on_a_terminal("init", answers="", cwd=repository)
