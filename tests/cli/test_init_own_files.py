"""`nbguard init` in repositories that lead it astray: links, attributes of others, lines beside, a step that fails."""

import os
import random
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbguard.repository.adoption.attribute_lines import take_out_filter
from tests.cli.test_init import LIST_OF_TOOLS, content, git, init, repository  # noqa: F401
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens

# What init may read or write, by name.
NAMES = {
    ".gitlab-ci.yml": "build: {script: make}\n",
    ".github/workflows": "",
    ".github": "",
    ".pre-commit-config.yaml": "repos: []\n",
    ".gitattributes": "*.ipynb filter=nbstripout text\n",
    "nbguard.toml": "# mine\n",
    ".git/hooks/pre-commit": "#!/bin/sh\necho mine\n",
    ".git/hooks": "",
    ".git/info/attributes": "*.ipynb filter=nbstripout text\n",
    ".secrets.baseline": "{}",
    "pyproject.toml": "[tool.nbguard]\n",
    ".nbguard-baseline.jsonl": "",
}


def everything(folder: Path) -> dict[str, bytes | str]:
    """Every file below a folder, and where each link leads."""
    found: dict[str, bytes | str] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = path.read_bytes()
        else:
            found[name] = "folder"
    return found


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("name", list(NAMES))
def test_nothing_is_written_through_a_link(repository, tmp_path_factory, name, inside):  # noqa: F811
    """Neither out of the repository nor to another file in it."""
    away = repository / "away" if inside else tmp_path_factory.mktemp("away")
    away.mkdir(exist_ok=True)
    (away / "workflows").mkdir()
    (away / "file").write_text(NAMES[name])
    link = repository / name
    is_folder = name in (".github", ".github/workflows", ".git/hooks")
    if link.is_dir():
        for path in link.iterdir():
            path.unlink()
        link.rmdir()
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(away if is_folder else away / "file")
    before = everything(away)
    target = os.readlink(link)
    run = nbguard("init", "--yes", cwd=repository)
    assert run.status in (0, 2), run
    assert everything(away) == before
    assert link.is_symlink()
    assert os.readlink(link) == target


def test_a_link_that_stays_is_named(repository, tmp_path_factory):  # noqa: F811
    other = tmp_path_factory.mktemp("other") / "ci.yml"
    other.write_text("build: {script: make}\n")
    (repository / ".gitlab-ci.yml").symlink_to(other)
    assert "by hand: .gitlab-ci.yml is left alone, for .gitlab-ci.yml is a symbolic link" in init(repository, "--yes")


def test_hooks_that_git_has_elsewhere_are_left_alone(repository, tmp_path_factory):  # noqa: F811
    shared = tmp_path_factory.mktemp("hooks")
    git(repository, "config", "core.hooksPath", str(shared))
    said = init(repository, "--yes")
    assert not list(shared.iterdir())
    assert "git's pre-commit hook is left alone" in said
    assert "Not all is set up yet" in said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"*.ipynb text eol=lf filter=nbstripout merge=jupyternotebook diff=jupyternotebook\n",
         b"*.ipynb text eol=lf merge=jupyternotebook diff=jupyternotebook\n"),
        (b"*.ipynb filter=nbstripout\n*.zpln filter=nbstripout\n*.ipynb diff=ipynb\n", b""),
        (b'# filter=nbstripout\n"my dir/*.ipynb"\tfilter=nbstripout\r\n*.csv text\r\n',
         b"# filter=nbstripout\n*.csv text\r\n"),
        (b"notebooks/** filter=nb-clean -text", b"notebooks/** -text"),
        (b"[attr]nb filter=nbstripout\n*.ipynb nb\n", b"[attr]nb\n*.ipynb nb\n"),
        (b"*.ipynb filter=nbstripout2\n", b"*.ipynb filter=nbstripout2\n"),
    ],
)  # fmt: skip
def test_of_a_line_only_the_filter_goes(before, after):
    assert take_out_filter(before, ("nbstripout", "nb-clean"), with_diff=True).text == after


@given(st.lists(st.sampled_from(["text", "eol=lf", "-diff", "diff=jupyternotebook", "filter=nbstripout", "merge=x"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_git_says_the_same_of_all_other_attributes(tmp_path, words):
    if not (tmp_path / ".git").exists():
        git(tmp_path, "init", "-q")
    place = tmp_path / ".gitattributes"

    def attributes():
        told = git(tmp_path, "check-attr", "-a", "a.ipynb").splitlines()
        return [line for line in told if ": filter: " not in line]

    place.write_text(f"*.ipynb {' '.join(words)}\n")
    before = attributes()
    place.write_bytes(take_out_filter(place.read_bytes(), ("nbstripout",), with_diff=False).text)
    assert attributes() == before
    assert "nbstripout" not in git(tmp_path, "check-attr", "filter", "a.ipynb")


def test_attributes_of_folders_count_too(repository):  # noqa: F811
    (repository / "lab").mkdir()
    (repository / "lab" / ".gitattributes").write_text("*.ipynb filter=nbstripout text\n")
    git(repository, "config", "filter.nbstripout.clean", "nbstripout")
    git(repository, "config", "diff.ipynb.textconv", "nbstripout -t")
    init(repository, "--yes")
    assert (repository / "lab" / ".gitattributes").read_text() == "*.ipynb text\n"
    assert "nbstripout" not in git(repository, "config", "--list")


@pytest.mark.parametrize(
    "text",
    ['"include": [{local: a.yml}]\n', "'include':\n  - local: a.yml\n", "include : x.yml\n", '{"include": []}\n',
     '{"build": {"script": "make"}}\n', "spec: {}\n---\nbuild: {script: make}\n", "- a\n", "a: [\n"],
)  # fmt: skip
def test_a_gitlab_file_that_can_t_be_added_to_as_text_is_left_alone(repository, text):  # noqa: F811
    (repository / ".gitlab-ci.yml").write_text(text)
    assert "by hand: .gitlab-ci.yml is left alone" in init(repository, "--yes")
    assert (repository / ".gitlab-ci.yml").read_text() == text


def test_a_gitlab_file_with_tags_is_added_to(repository):  # noqa: F811
    text = "build:\n  script: [!reference [.setup, script], 'include: x']\n"
    (repository / ".gitlab-ci.yml").write_text(text)
    init(repository, "--yes")
    after = (repository / ".gitlab-ci.yml").read_text()
    assert after.startswith(text)
    assert [key.value for key, _ in yaml.compose(after).value] == ["build", "include"]


def test_lines_beside_a_change_are_not_shown(repository):  # noqa: F811
    """A word that nothing finds, a token, and the options of a hook that goes."""
    token = FakeTokens(71).dwave()
    word = "".join(random.Random(71).choices("abcdefgh", k=9))
    (repository / ".pre-commit-config.yaml").write_text(
        LIST_OF_TOOLS.replace("      - id: nbstripout\n", f"      - id: nbstripout  # {word}1\n")
        .replace("[--keep-count]", f"[--keep-count, --x={word}2]")
        .replace("  # outputs stay here\n", f"  # {word}3\n")
        .replace("      - id: check-yaml  # quick\n", f"      - id: check-yaml\n        args: [{word}4, {token}]\n")
        .replace("package.lock.json", f"{word}5")
    )
    (repository / ".gitlab-ci.yml").write_text(f"variables:\n  PASS: {word}6")
    told = init(repository, "--dry-run", status=1)
    # What was left out by name is a setting of ours then; nothing else of the file is anybody's business.
    assert not [number for number in (1, 2, 3, 4, 6) if f"{word}{number}" in told]
    assert token not in told
    assert "-  - repo: https://github.com/kynan/nbstripout" in told
    assert "+  - repo: https://github.com/nbguard/nbguard" in told


def test_names_are_printed_without_what_a_terminal_obeys(tmp_path):
    folder = tmp_path / "a\x1b[31mb"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "c\x1b[32m.ipynb").write_text("{}")
    (folder / "pyproject.toml").write_text('[tool.nbguard]\nexclude = ["x\\u001b[33m"]\n')
    run = nbguard("init", "--dry-run", cwd=folder)
    assert "\x1b" not in run.out + run.err


@pytest.mark.parametrize("step", ["config", "info", "hooks", "baseline"])
def test_a_step_that_fails_leaves_everything_as_it_was(repository, step):  # noqa: F811
    (repository / ".github" / "workflows").mkdir(parents=True)
    (repository / ".gitattributes").write_text("*.ipynb filter=nbstripout text\n")
    git(repository, "config", "filter.nbstripout.clean", "nbstripout")
    lock = {
        "config": repository / ".git" / "config.lock",
        "info": repository / ".git" / "info" / "attributes",
        "hooks": repository / ".git" / "hooks" / "pre-commit",
        "baseline": repository / ".secrets.baseline",
    }[step]
    lock.parent.mkdir(exist_ok=True)
    if step == "info":
        lock.unlink(missing_ok=True)
        lock.mkdir()
    else:
        lock.write_text({"hooks": "#!/usr/bin/python3\nprint()\n", "baseline": "no JSON"}.get(step, ""))
    before = everything(repository)
    run = nbguard("init", "--yes", cwd=repository)
    assert run.status == 2, run
    assert "everything is as it was" in run.err or step == "info"  # that one is seen before the first step
    assert everything(repository) == before
    if step == "info":
        lock.rmdir()
    else:
        lock.unlink()
    assert "Done. Next:" in init(repository, "--yes")
    assert "all of it is set up" in init(repository, "--yes")


def test_a_hook_in_a_comment_is_none(repository):  # noqa: F811
    (repository / ".pre-commit-config.yaml").write_text("repos: []\n# - repo: x\n#   hooks:\n#     - id: nbguard\n")
    init(repository, "--yes")
    assert [repo["repo"] for repo in yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]]


def test_an_interrupt_puts_everything_back(repository, monkeypatch):  # noqa: F811
    from nbguard.repository.adoption import carrying_out, planning, surveying

    top = str(repository)
    before = content(repository)
    plan = planning.make_plan(surveying.survey(top))

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(carrying_out, "install_hook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        carrying_out.carry_out(top, plan, (), lambda name: None)
    assert content(repository) == before
    assert not (repository / "nbguard.toml").exists()
    assert subprocess.run(["git", "status"], cwd=repository, capture_output=True).returncode == 0
