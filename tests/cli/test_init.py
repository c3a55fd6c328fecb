"""`nbguard init` in repositories of five kinds: new, and coming from nbstripout, nb-clean, detect-secrets, gitleaks."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

OURS = "https://github.com/nbguard/nbguard"
LIST_OF_TOOLS = """\
# Hooks of the lab.
default_language_version:
  python: python3
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.6.0
    hooks:
      - id: trailing-whitespace
      - id: check-yaml  # quick
  # outputs stay here
  - repo: https://github.com/kynan/nbstripout
    rev: 0.8.1
    hooks:
      - id: nbstripout
        args: [--keep-count]

  - repo: https://github.com/Yelp/detect-secrets
    rev: v1.5.0
    hooks:
      - id: detect-secrets
        args: ['--baseline', '.secrets.baseline']
        exclude: package.lock.json
  - repo: https://github.com/gitleaks/gitleaks
    rev: v8.24.2
    hooks:
      - id: gitleaks
  - repo: local
    hooks:
      - id: nb-clean
        name: nb-clean
        entry: nb-clean clean
        language: system
      - id: mine
        name: mine
        entry: "true"
        language: system
"""


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", "Ada")
    git(tmp_path, "config", "user.email", "ada@example.org")
    token = FakeTokens(61).ionq()
    (tmp_path / "bell.ipynb").write_bytes(as_bytes(notebook(code(f'IonQProvider("{token}")', stream("1\n")))))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def content(folder):
    """Every file outside of .git, and what of .git a set-up changes."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
    files += [
        folder / ".git" / "config",
        *(folder / ".git" / "hooks").glob("pre-commit"),
        *folder.glob(".gitattributes"),
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def init(folder, *arguments, status=0):
    run = nbguard("init", *arguments, cwd=folder)
    assert run.status == status, run
    return run.out


def in_full(folder, *arguments):
    """A dry run that changes nothing, the run, and a second one that finds nothing to do."""
    before = content(folder)
    told = init(folder, "--dry-run", *arguments, status=1)
    assert content(folder) == before
    init(folder, "--yes", *arguments)
    after = content(folder)
    assert "Nothing to do" in init(folder, "--yes", *arguments)
    assert content(folder) == after
    assert all(after[name] == raw for name, raw in before.items() if name == "bell.ipynb")
    return told


def hooks(folder):
    read = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())
    return [hook["id"] for repo in read["repos"] for hook in repo["hooks"]]


def test_a_new_repository_refuses_the_next_commit_that_holds_a_token(repository):
    told = in_full(repository)
    assert "1 notebook" in told
    (repository / "leak.py").write_text(f'IonQProvider("{FakeTokens(62).ionq()}")\n')
    git(repository, "add", "leak.py")
    done = subprocess.run(["git", "commit", "-qm", "x"], cwd=repository, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Nothing was committed." in done.stdout + done.stderr


def test_with_the_framework_old_hooks_go_and_everything_else_stays(repository):
    config = repository / ".pre-commit-config.yaml"
    config.write_text(LIST_OF_TOOLS)
    told = in_full(repository)
    assert "nbguard in; nbstripout, detect-secrets, gitleaks, nb-clean out" in told
    assert hooks(repository) == ["trailing-whitespace", "check-yaml", "mine", "nbguard"]
    kept = [line for line in LIST_OF_TOOLS.splitlines() if line in config.read_text().splitlines()]
    assert kept[:9] == LIST_OF_TOOLS.splitlines()[:9], "what stands above stays as it was, comments too"
    hook = repository / ".git" / "hooks" / "pre-commit"
    assert not hook.exists() or "nbguard" not in hook.read_text(), "the framework runs nbguard"


@pytest.mark.parametrize("theirs", ["", "#!/bin/sh\necho theirs\n"])
def test_the_framework_s_hook_is_set_up_where_its_program_is_here(repository, monkeypatch, theirs):
    monkeypatch.setenv("PATH", f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    (repository / ".pre-commit-config.yaml").write_text(LIST_OF_TOOLS)
    hook = repository / ".git" / "hooks" / "pre-commit"
    if theirs:
        hook.write_text(theirs)
        hook.chmod(0o755)
    assert "git hook: new, by `pre-commit install`" in in_full(repository)
    assert "pre-commit" in hook.read_text()
    assert not theirs or hook.with_name("pre-commit.legacy").read_text() == theirs


@pytest.mark.parametrize("runs", ["exec pre-commit hook-impl", "exec prek hook-impl"])
def test_a_framework_that_git_runs_already_is_not_set_up_again(repository, runs):
    """`pre-commit install` beside prek's hook would have both run."""
    (repository / ".pre-commit-config.yaml").write_text(LIST_OF_TOOLS)
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\n{runs} --hook-type=pre-commit\n")
    hook.chmod(0o755)
    said = init(repository, "--yes")
    assert "git add -A" in said.partition("Next:")[2]
    assert "pre-commit install" not in said


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("prek.toml", "", "put the hook `nbguard` into prek.toml"),
        ("prek.toml", '[[repos]]\nrepo = "https://github.com/nbguard/nbguard"\nhooks = [{ id = "nbguard" }]\n', ""),
        ("lefthook.toml", "", "lefthook has the hooks here"),
        (".lefthook-local.json", "{}", "lefthook has the hooks here"),
    ],
)
def test_who_has_the_hooks_keeps_them(repository, name, text, told):
    """`nbguard install` leaves them to it as well, so that all clones have the same."""
    (repository / name).write_text(text)
    said = " ".join(init(repository, "--yes").split())
    assert told in said
    assert bool(told) == ("Not all is set up yet" in said)
    assert not (repository / ".git" / "hooks" / "pre-commit").exists()


def test_a_program_that_refuses_leaves_a_step_to_a_person(repository, monkeypatch, tmp_path_factory):
    tools = tmp_path_factory.mktemp("tools")
    (tools / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (tools / "pre-commit").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    (repository / ".pre-commit-config.yaml").write_text(LIST_OF_TOOLS)
    said = init(repository, "--yes")
    assert "  pre-commit install" in said.partition("Next:")[2]
    assert hooks(repository)[-1] == "nbguard"


def test_a_tool_that_is_to_stay_stays(repository):
    (repository / ".pre-commit-config.yaml").write_text(LIST_OF_TOOLS)
    in_full(repository, "--keep", "gitleaks")
    assert "gitleaks" in hooks(repository)
    assert "detect-secrets" not in hooks(repository)


@pytest.mark.parametrize(
    "text",
    ["repos: []\n", "repos:\n- repo: local\n  hooks:\n  - id: a\n    name: a\n    entry: a\n    language: system\n",
     LIST_OF_TOOLS.replace("\n", "\r\n"), LIST_OF_TOOLS.rstrip("\n")],
)  # fmt: skip
def test_other_ways_to_write_the_framework_s_file(repository, text):
    config = repository / ".pre-commit-config.yaml"
    config.write_bytes(text.encode())
    init(repository, "--yes")
    assert hooks(repository)[-1] == "nbguard"
    assert (b"\r\n" in config.read_bytes()) == ("\r\n" in text)
    wanted = [name for name in ("a", "mine") if f"id: {name}\n" in text.replace("\r\n", "\n")]
    assert [name for name in hooks(repository) if name in ("a", "mine")] == wanted


def test_a_file_in_braces_is_left_to_a_person(repository):
    text = "repos: [{repo: local, hooks: [{id: nbstripout, name: a, entry: a, language: system}]}]\n"
    (repository / ".pre-commit-config.yaml").write_text(text)
    assert "by hand: .pre-commit-config.yaml" in init(repository, "--yes")
    assert (repository / ".pre-commit-config.yaml").read_text() == text


@pytest.mark.parametrize("tool", ["nbstripout", "nb-clean"])
@pytest.mark.parametrize("committed", [True, False])
def test_the_filter_of_another_stripper_is_taken_out(repository, tool, committed):
    """As `nbstripout --install [--attributes .gitattributes]` and `nb-clean add-filter` leave a repository."""
    place = repository / (".gitattributes" if committed else ".git/info/attributes")
    place.write_text(f"*.csv text\n*.ipynb filter={tool}\n*.ipynb diff=ipynb\n")
    git(repository, "config", f"filter.{tool}.clean", f"{tool} clean")
    git(repository, "config", f"filter.{tool}.smudge", "cat")
    in_full(repository)
    assert "*.csv text" in place.read_text()
    assert tool not in place.read_text()
    assert tool not in git(repository, "config", "--list")
    assert git(repository, "check-attr", "filter", "bell.ipynb").strip().endswith("nbguard")
    (repository / "bell.ipynb").write_bytes(as_bytes(notebook(code("x = 1", stream("2\n")))))
    git(repository, "add", "bell.ipynb")
    assert '"2' not in git(repository, "show", ":bell.ipynb"), "outputs don't reach the index"


@pytest.mark.parametrize("accepted", ["", "accepted.jsonl"])
def test_a_baseline_of_detect_secrets_is_taken_over_with_its_reasons(repository, accepted):
    if accepted:
        (repository / "nbguard.toml").write_text(f'baseline = "{accepted}"\n')
    token = FakeTokens(63).dwave()
    (repository / "old.py").write_text(f'DWaveSampler(token="{token}")\n')
    digest = hashlib.sha1(token.encode()).hexdigest()
    baseline = {"version": "1.5.0", "results": {"old.py": [
        {"type": "x", "filename": "old.py", "hashed_secret": digest, "is_secret": False, "line_number": 1},
    ]}}  # fmt: skip
    (repository / ".secrets.baseline").write_text(json.dumps(baseline))
    in_full(repository)
    name = accepted or ".nbguard-baseline.jsonl"
    (entry,) = map(json.loads, (repository / name).read_text().splitlines())
    assert entry["reason"] == "no secret, as audited in .secrets.baseline"
    assert nbguard("scan", "old.py", cwd=repository).status == 0
    assert nbguard("scan", "bell.ipynb", cwd=repository).status == 1


def test_what_gitleaks_ignores_and_its_rules_are_taken_over(repository):
    token = FakeTokens(64).dwave()
    (repository / "old.py").write_text(f'\nDWaveSampler(token="{token}")\n')
    (repository / ".gitleaksignore").write_text("old.py:generic-api-key:2\n")
    (repository / ".gitleaks.toml").write_text('[[rules]]\nid = "lab"\nregex = "lab-[0-9]{6}"\n')
    in_full(repository)
    assert nbguard("scan", "old.py", cwd=repository).status == 0
    assert 'rules = [".gitleaks.toml"]' in (repository / "nbguard.toml").read_text()


@pytest.mark.parametrize("keep", [(), ("--keep", "gitleaks")])
def test_rules_that_nobody_looks_by_any_more_are_named(repository, keep):
    """They ran in gitleaks, which goes; where it stays, they run on."""
    (repository / ".gitleaks.toml").write_text('[[rules]]\nid = "lab"\nregex = "lab-[0-9]{6}"\n')
    told = init(repository, "--dry-run", *keep, status=1)
    assert ("by hand: the rules of .gitleaks.toml don't count yet" in told) != bool(keep)


def test_a_file_for_ci_is_made_where_the_service_is_known(repository):
    (repository / ".github" / "workflows").mkdir(parents=True)
    in_full(repository)
    job = yaml.safe_load((repository / ".github" / "workflows" / "nbguard.yml").read_text())
    assert any(str(step.get("uses", "")).startswith("nbguard/nbguard@") for step in job["jobs"]["nbguard"]["steps"])
    assert job["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("has_include", [False, True])
def test_gitlab_s_file_is_added_to_or_left_to_a_person(repository, has_include):
    text = "include: [{local: a.yml}]\n" if has_include else "build:\n  script: make\n"
    (repository / ".gitlab-ci.yml").write_text(text)
    told = init(repository, "--yes")
    assert ("by hand: .gitlab-ci.yml" in told) == has_include
    read = yaml.safe_load((repository / ".gitlab-ci.yml").read_text())
    assert any("nbguard" in str(entry) for entry in read["include"]) != has_include


def test_nothing_that_is_there_is_overwritten(repository):
    (repository / ".github" / "workflows").mkdir(parents=True)
    for name in ("nbguard.toml", ".github/workflows/nbguard.yml"):
        (repository / name).write_text("# nbguard: mine\n")
    init(repository, "--yes")
    for name in ("nbguard.toml", ".github/workflows/nbguard.yml"):
        assert (repository / name).read_text() == "# nbguard: mine\n"


@pytest.mark.parametrize(("owner", "path"), [("lefthook", "lefthook.yml"), ("husky", ".husky/pre-commit")])
def test_hooks_that_another_program_owns_are_left_to_it(repository, owner, path):
    (repository / path).parent.mkdir(exist_ok=True)
    (repository / path).write_text("# mine\n")
    assert f"by hand: {owner} has the hooks here" in init(repository, "--yes")
    assert not os.path.exists(repository / ".git" / "hooks" / "pre-commit")


def test_outside_of_a_repository_it_is_a_usage_error(tmp_path):
    run = nbguard("init", cwd=tmp_path, env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert run.status == 2


def test_the_rules_that_the_new_configuration_names_exist():
    from nbguard.detect.rule_list import all_rules
    from nbguard.repository.adoption.planning import _CONFIGURATION

    lines = [line.removeprefix("# ") for line in _CONFIGURATION.splitlines() if line.startswith("# ")]
    settings = tomllib.loads("\n".join(line for line in lines if re.match(r"[\w-]+ = |\[", line)))
    named = {*settings["disable"], *settings["severity"]}
    assert named <= {rule.id for rule in all_rules()}
