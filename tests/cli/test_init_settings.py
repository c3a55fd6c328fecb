"""`nbguard init`: the settings of the tools it replaces, nobody to ask, and what it says at the end."""

import json
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from nbguard.policy.config import load_config
from nbguard.strip.options import from_config
from tests.cli.test_init import content, git, hooks, init, repository  # noqa: F401
from tests.command_line import nbguard
from tests.notebook_builder import as_bytes, code, notebook, stream


def framework(folder: Path, tool: str, *lines: str) -> None:
    keys = "".join(f"        {line}\n" for line in lines)
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: https://example.org/{tool}\n    rev: v1\n    hooks:\n      - id: {tool}\n{keys}"
    )


def strip_settings(folder: Path) -> dict[str, object]:
    strip = load_config(str(folder)).strip
    from_config(strip)
    return dict(strip)


def next_lines(said: str) -> str:
    return said.partition("Next:\n")[2]


OPTIONS = [
    ("nbstripout", "--keep-output", {"keep_output": True}),
    ("nbstripout", "--keep-count --keep-id", {"keep_count": True}),
    (
        "nbstripout",
        "'--extra-keys=metadata.colab cell.metadata.vscode'",
        {"extra_keys": ("metadata.colab", "cell.metadata.vscode")},
    ),
    ("nbstripout", "--keep-metadata-keys cell.metadata.scrolled", {"keep_metadata_keys": ("cell.metadata.scrolled",)}),
    ("nbstripout", "--max-size 5k --drop-empty-cells", {"max_size": 5000, "drop_empty_cells": True}),
    ("nbstripout", "--keep-output-type error stream:stderr", {"keep_output_types": ("error", "stream:stderr")}),
    ("nbstripout", "--drop-tagged-cells 'a b'", {"drop_tagged_cells": ("a", "b")}),
    ("nb-clean", "--preserve-cell-outputs", {"keep_output": True}),
    ("nb-clean", "-o -c -e", {"keep_output": True, "keep_count": True, "drop_empty_cells": True}),
    ("nb-clean", "--preserve-cell-metadata scrolled --", {"keep_metadata_keys": ("cell.metadata.scrolled",)}),
    ("nb-clean", "-M", {"extra_keys": ("metadata.*",)}),
]


@pytest.mark.parametrize("place", ["args", "entry", "filter"])
@pytest.mark.parametrize(("tool", "words", "wanted"), OPTIONS)
def test_options_of_a_stripper_are_settings_then(repository, place, tool, words, wanted):  # noqa: F811
    command = "nb-clean clean" if tool == "nb-clean" else "/usr/bin/python3 -m nbstripout"
    if place == "args":
        framework(repository, tool, f"args: {json.dumps(shlex.split(words))}")
    elif place == "entry":
        framework(repository, tool, f"entry: {json.dumps(f'{command} {words}')}")
    else:
        (repository / ".gitattributes").write_text(f"*.ipynb filter={tool}\n")
        git(repository, "config", f"filter.{tool}.clean", f"{command} {words}")
    said = init(repository, "--yes")
    assert strip_settings(repository) == wanted
    assert "isn't taken over" not in said
    if place != "filter":
        assert hooks(repository) == ["nbguard"]
    assert "Nothing to do" in init(repository, "--yes")


def test_keys_in_git_s_settings_count_too(repository):  # noqa: F811
    git(repository, "config", "filter.nbstripout.clean", "nbstripout")
    git(repository, "config", "filter.nbstripout.extrakeys", "metadata.colab")
    git(repository, "config", "filter.nbstripout.keepmetadatakeys", "cell.metadata.hidden")
    init(repository, "--yes")
    assert strip_settings(repository) == {
        "extra_keys": ("metadata.colab",), "keep_metadata_keys": ("cell.metadata.hidden",),
    }  # fmt: skip


def test_all_metadata_of_cells_that_nb_clean_kept_stays(repository):  # noqa: F811
    framework(repository, "nb-clean", "args: [-m]")
    init(repository, "--yes")
    names = ("collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled")
    cell = code("x = 1") | {"metadata": dict.fromkeys(names, True)}
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(cell)))
    before = json.loads((repository / "a.ipynb").read_bytes())["cells"][0]["metadata"]
    nbguard("strip", "a.ipynb", cwd=repository)
    assert json.loads((repository / "a.ipynb").read_bytes())["cells"][0]["metadata"] == before


@pytest.mark.parametrize("set_up", ["args: [--keep-output]", "filter"])
def test_outputs_that_a_team_keeps_are_kept(repository, set_up):  # noqa: F811
    if set_up == "filter":
        (repository / ".gitattributes").write_text("*.ipynb filter=nbstripout\n")
        git(repository, "config", "filter.nbstripout.clean", "nbstripout --keep-output")
    else:
        framework(repository, "nbstripout", set_up)
    init(repository, "--yes")
    (repository / "new.ipynb").write_bytes(as_bytes(notebook(code("x = 1", stream("shown\n")))))
    git(repository, "add", "new.ipynb")
    nbguard("scan", "--strip", "new.ipynb", cwd=repository)
    assert "shown" in (repository / "new.ipynb").read_text()
    assert "shown" in git(repository, "show", ":new.ipynb")


@pytest.mark.parametrize(
    ("set_up", "setting"),
    [("framework", "--keep-output"), ("filter", "--keep-output"), ("framework", "--extra-keys=metadata.colab")],
)
def test_where_a_configuration_is_there_nothing_strips_more_than_before(repository, set_up, setting):  # noqa: F811
    """No file is overwritten: the old stripper stays until somebody has put the setting in."""
    (repository / "nbguard.toml").write_text("# mine\n")
    if set_up == "filter":
        (repository / ".gitattributes").write_text("*.ipynb filter=nbstripout\n")
        git(repository, "config", "filter.nbstripout.clean", f"nbstripout {setting}")
    else:
        framework(repository, "nbstripout", f"args: ['{setting}']")
    said = init(repository, "--yes")
    option = setting.partition("=")[0].lstrip("-").replace("-", "_")
    # Where nothing could be done, there is no closing list.
    told = next_lines(said) if set_up == "framework" else said.partition("Nothing to do but by hand")[2]
    assert f"set {option} in the table strip of nbguard.toml" in told
    assert "Done" not in said
    assert not (repository / ".git" / "hooks" / "pre-commit").exists()
    if set_up == "framework":
        assert hooks(repository) == ["nbstripout", "nbguard-secrets", "nbguard-data"]
    else:
        assert "nbstripout" in git(repository, "config", "--list")
        assert "filter=nbstripout" in (repository / ".gitattributes").read_text()
    again = init(repository, "--yes")
    assert "Nothing to do but by hand" in again
    value = "true" if option == "keep_output" else '["metadata.colab"]'
    (repository / "nbguard.toml").write_text(f"[strip]\n{option} = {value}\n")
    init(repository, "--yes")
    if set_up == "framework":
        assert hooks(repository) == ["nbguard-secrets", "nbguard-data", "nbguard-strip"]
    else:
        assert git(repository, "check-attr", "filter", "bell.ipynb").strip().endswith("nbguard")
    assert "all of it is set up" in init(repository, "--yes")


def test_two_hooks_on_the_same_files_take_out_what_one_of_them_took_out(repository):  # noqa: F811
    (repository / ".pre-commit-config.yaml").write_text(
        "repos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks:\n"
        "      - id: nbstripout\n        args: [--keep-count, --keep-output, --extra-keys, metadata.a]\n"
        "      - id: nb-clean\n        args: [-o, -e]\n"
    )
    said = init(repository, "--yes")
    assert strip_settings(repository) == {
        "keep_output": True, "extra_keys": ("metadata.a",), "drop_empty_cells": True,
    }  # fmt: skip
    assert "by hand: nbstripout: keep_count isn't taken over" in said
    assert hooks(repository) == ["nbguard"]


def test_two_strippers_that_disagree_are_left_to_a_person(repository):  # noqa: F811
    framework(repository, "nbstripout", "args: [--keep-count]")
    git(repository, "config", "filter.nbstripout.clean", "nbstripout")
    assert "for they differ in keep_count: set keep_count" in next_lines(init(repository, "--yes"))
    assert "nbstripout" in hooks(repository)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("--verify", "--verify"), ("--extra-keys colab", "extra_keys 'colab'"), ("--max-size big", "--max-size"),
        ("--keep-output --max-size 5k", "max_size beside --keep-output"), ("--unheard-of 1", "--unheard-of"),
        ("--drop-output-type error --keep-output-type error", "drop_output_types 'error'"),
        ("--extra-keys metadata.a --keep-metadata-keys metadata.a", "extra_keys 'metadata.a'"),
    ],
)  # fmt: skip
def test_what_our_settings_can_t_say_is_named_and_they_stay_valid(repository, words, left):  # noqa: F811
    framework(repository, "nbstripout", f"args: {json.dumps(shlex.split(words))}")
    said = init(repository, "--yes")
    assert f"by hand: nbstripout: {left} isn't taken over" in said
    strip_settings(repository)


def test_the_stripping_hook_leaves_out_what_the_old_one_left_out_and_the_others_don_t(repository):  # noqa: F811
    framework(repository, "nbstripout", "files: ^work/", r"exclude: ^work/gallery/.*\.ipynb$", "stages: [manual]")
    init(repository, "--yes")
    (repo,) = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]
    assert repo["hooks"] == [
        {"id": "nbguard-strip", "files": "^work/", "exclude": r"^work/gallery/.*\.ipynb$", "stages": ["manual"],
         "types": ["jupyter"]},
        {"id": "nbguard-secrets"},
        {"id": "nbguard-data"},
    ]  # fmt: skip
    assert load_config(str(repository)).exclude == ()
    assert "Nothing to do" in init(repository, "--yes")


def test_what_every_hook_for_notebooks_says_makes_no_difference(repository):  # noqa: F811
    framework(repository, "nbstripout", r"files: \.ipynb$", "types: [jupyter]")
    init(repository, "--yes")
    assert hooks(repository) == ["nbguard"]


@pytest.mark.parametrize(
    ("line", "globs"),
    [
        ("exclude: package.lock.json", ("package.lock.json",)),
        (r"exclude: ^(package-lock\.json|docs/.*)$", ("/package-lock.json", "docs/**")),
        (r"args: ['--baseline', '.secrets.baseline', '--exclude-files', '.*\.lock$']", ("*.lock",)),
        (r"args: ['--exclude-files=^data/raw/']", ("data/raw/**",)),
    ],
)
def test_files_that_a_scanner_left_out_are_left_out(repository, line, globs):  # noqa: F811
    framework(repository, "detect-secrets", line)
    said = init(repository, "--yes")
    assert load_config(str(repository)).exclude == globs
    assert "by hand: detect-secrets" not in said


def test_what_the_baseline_left_out_counts_too(repository):  # noqa: F811
    filters = [
        {"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": [r"poetry\.lock$"]},
        {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ["synthetic"]},
    ]
    (repository / ".secrets.baseline").write_text(
        json.dumps({"version": "1.5.0", "filters_used": filters, "results": {}})
    )
    said = init(repository, "--yes")
    assert load_config(str(repository)).exclude == ("poetry.lock",)
    assert "by hand: .secrets.baseline: --exclude-lines isn't taken over" in said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (r"exclude: .*\.ipynb$", "would leave notebooks unstripped"),
        ("exclude: bell", "say it as globs"),
        ("exclude: ^(?!src/)", "say it as globs"),
        ("args: [--exclude-lines, synthetic]", "--exclude-lines isn't taken over"),
        ("args: [--exclude-secrets=synthetic]", "--exclude-secrets isn't taken over"),
        ("args: [-p, KeywordDetector]", "-p isn't taken over"),
        ("args: [--baseline, other.json]", "nbguard baseline import other.json"),
        ("files: ^src/", "files isn't taken over"),
    ],
)
def test_what_can_t_be_left_out_the_same_way_is_named(repository, line, told):  # noqa: F811
    framework(repository, "detect-secrets", line)
    said = init(repository, "--yes")
    (named,) = [text for text in said.splitlines() if text.startswith("by hand: detect-secrets")]
    assert told in named
    assert "synthetic" not in named, "such a value may be a secret"
    assert load_config(str(repository)).exclude == ()


def test_a_configuration_that_is_there_is_told_what_to_leave_out(repository):  # noqa: F811
    (repository / "nbguard.toml").write_text("# mine\n")
    framework(repository, "detect-secrets", "exclude: package.lock.json")
    assert 'add them to `exclude`: ["package.lock.json"]' in init(repository, "--yes")


def test_a_tool_that_stays_keeps_its_settings(repository):  # noqa: F811
    framework(repository, "detect-secrets", "exclude: package.lock.json")
    init(repository, "--yes", "--keep", "detect-secrets")
    assert load_config(str(repository)).exclude == ()


def test_with_nobody_to_ask_nothing_is_written(repository):  # noqa: F811
    framework(repository, "nbstripout")
    before = content(repository)
    for stdin in (b"", b"y\n"):
        run = nbguard("init", cwd=repository, stdin=stdin)
        assert run.status == 2
        assert "nobody can be asked here; look at --dry-run, then say --yes" in run.err
        assert content(repository) == before


@pytest.mark.parametrize(("owner", "path"), [("lefthook", "lefthook.yml"), ("husky", ".husky/pre-commit")])
def test_what_another_owner_of_the_hooks_has_to_run_stands_at_the_end(repository, owner, path):  # noqa: F811
    (repository / path).parent.mkdir(exist_ok=True)
    (repository / path).write_text("# mine\n")
    said = init(repository, "--yes")
    (line,) = [text for text in next_lines(said).splitlines() if "by hand" in text]
    assert owner in line
    assert "`nbguard strip --staged` and then `nbguard scan --staged`" in line
    assert "Done" not in said
    (repository / path).write_text("nbguard strip --staged || exit $?\nnbguard scan --staged || exit $?\n")
    assert "all of it is set up" in init(repository, "--yes")


def test_a_file_in_flow_style_is_named_at_the_end(repository):  # noqa: F811
    text = "repos:\n- repo: https://example.org/a\n  rev: v1\n  hooks: [{id: nbstripout, args: [--keep-output]}]\n"
    (repository / ".pre-commit-config.yaml").write_text(text)
    said = init(repository, "--yes")
    assert "put the hook nbguard in, and take out nbstripout" in next_lines(said)
    assert "Done" not in said
    assert strip_settings(repository) == {"keep_output": True}
    (repository / ".pre-commit-config.yaml").write_text(
        text.replace("id: nbstripout, args: [--keep-output]", "id: nbguard")
    )
    assert "all of it is set up" in init(repository, "--yes")


def test_without_a_framework_each_clone_is_told_what_to_run(repository):  # noqa: F811
    said = init(repository, "--yes")
    assert "nbguard install         in each other clone, once" in next_lines(said)
    assert "Done" in said
    clone = repository / "clone"
    subprocess.run(["git", "clone", "-q", str(repository), str(clone)], check=True)
    assert nbguard("install", cwd=clone).status == 0
    assert (clone / ".git" / "hooks" / "pre-commit").exists()


def test_with_the_framework_nothing_more_is_to_be_run(repository):  # noqa: F811
    framework(repository, "nbstripout")
    assert "each clone" not in init(repository, "--yes")


def test_a_framework_s_file_that_is_no_yaml_is_an_error_and_stays(repository):  # noqa: F811
    text = "repos:\n- repo: a\n  hooks:\n  - id: nbstripout\n    args: [--keep-output\n"
    (repository / ".pre-commit-config.yaml").write_text(text)
    before = content(repository)
    init(repository, "--yes", status=2)
    assert content(repository) == before


GITLEAKS = """\
repos:
  - repo: https://github.com/gitleaks/gitleaks
    rev: v8.18.0
    hooks:
      - id: gitleaks
"""


@pytest.mark.parametrize(
    ("allowlist", "excluded", "named"),
    [
        ('[allowlist]\npaths = ["^docs/examples/"]\n', ["docs/examples/**"], []),
        ('[[allowlists]]\npaths = ["^a/"]\n[[allowlists]]\npaths = ["^b/"]\n', ["a/**", "b/**"], []),
        ('[allowlist]\nregexes = ["x"]\nstopwords = ["y"]\n', [], ["regexes", "stopwords"]),
        ('[[allowlists]]\ncondition = "AND"\npaths = ["^a/"]\nregexes = ["x"]\n', [], ["regexes", "paths"]),
        ('[[allowlists]]\ntargetRules = ["r"]\npaths = ["^a/"]\n', [], []),
        ('[allowlist]\npaths = ["a(b|c){2}"]\n', [], ["paths"]),
        ("[allowlist\n", [], []),
    ],
)
def test_what_gitleaks_left_out_is_taken_over_or_named(tmp_path, allowlist, excluded, named):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".pre-commit-config.yaml").write_text(GITLEAKS)
    (tmp_path / ".gitleaks.toml").write_text(f'title = "ours"\n{allowlist}')
    run = nbguard("init", "--yes", cwd=tmp_path)
    settings = tomllib.loads((tmp_path / "nbguard.toml").read_text())
    assert settings.get("exclude", []) == excluded
    assert [
        name for name in ("regexes", "stopwords", "paths") if f".gitleaks.toml: {name}" in run.out + run.err
    ] == named
