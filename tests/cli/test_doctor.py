"""What is wrong with a set-up is named, with the step that mends it; a sound one passes."""

import json
import os
import sys
from pathlib import Path

import pytest

from nbguard.repository.installation import check_installation, check_kernels
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.repository.real_git import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith(("VAULT_", "NBGUARD_"))]:
        monkeypatch.delenv(name)
    return Repository.create(tmp_path / "it's mine")


def _set_up(repository: Repository) -> None:
    repository.nbguard("install")
    (repository.path / ".nbguard-salt").write_text("5" * 32)
    repository.git("add", ".nbguard-salt")


def test_a_sound_set_up_is_fine_line_by_line_and_silent_on_demand(repository: Repository) -> None:
    _set_up(repository)
    said = repository.nbguard("doctor")
    # A note: no program on the PATH of the tests, no front end in a checkout.
    notes = {line.partition(":")[0] for line in said.splitlines() if not line.startswith("fine  ")}
    assert notes <= {"note  program", "note  JupyterLab front end", "note  kernel"}
    for what in ("git filter: active", "pre-commit hook: ours", "configuration: defaults", "salt: from file"):
        assert what in said
    assert repository.nbguard("doctor", "--quiet") == ""


def test_nothing_set_up_is_said_with_the_salt_that_everybody_knows(repository: Repository) -> None:
    said = repository.nbguard("doctor", status=1)
    assert "neither filter nor hook is set up" in said
    assert "run `nbguard install`" in said
    assert "fingerprints use the salt that everybody knows" in said


def test_a_salt_that_is_not_committed_is_said(repository: Repository) -> None:
    repository.nbguard("install")
    (repository.path / ".nbguard-salt").write_text("5" * 32)
    assert "git add .nbguard-salt" in repository.nbguard("doctor", status=1)


def test_attributes_that_are_missing_or_overruled_are_said(repository: Repository) -> None:
    _set_up(repository)
    attributes = repository.path / ".git" / "info" / "attributes"
    kept = attributes.read_bytes()
    attributes.unlink()
    assert "notebooks have the attribute filter=unspecified" in repository.nbguard("doctor", status=1)
    attributes.write_bytes(kept + b"*.ipynb filter=nbstripout\n")
    repository.git("config", "filter.nbstripout.clean", "nbstripout")
    said = repository.nbguard("doctor", status=1)
    assert "filter=nbstripout" in said
    assert "run `nbguard init`, which takes that filter out" in said


def test_where_another_tool_strips_ours_is_not_set_up_beside_it(repository: Repository) -> None:
    attributes = repository.path / ".git" / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.ipynb filter=nbstripout\n")
    repository.git("config", "filter.nbstripout.clean", "nbstripout")
    said = repository.nbguard("doctor", "--fix", status=1)
    assert "run `nbguard install`" not in said
    assert "run `nbguard init`, which shows first how it takes that tool's place" in said
    assert "filter.nbguard" not in repository.git("config", "--list")
    attributes.unlink()
    (repository.path / ".pre-commit-config.yaml").write_text(
        "repos:\n- repo: https://github.com/srstevenson/nb-clean\n  rev: 4.0.1\n  hooks: [{id: nb-clean}]\n"
    )
    assert "run `nbguard install`" not in repository.nbguard("doctor", status=1)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no permissions of this kind")
def test_permissions_are_mended_in_a_home_with_a_space(repository: Repository, tmp_path: Path, monkeypatch) -> None:
    _set_up(repository)
    home = tmp_path / "my home"
    home.mkdir()
    token = home / ".vault-token"
    token.write_text("x")
    token.chmod(0o644)
    monkeypatch.setenv("HOME", str(home))
    assert f"run `chmod 600 '{token}'`" in repository.nbguard("doctor", status=1)
    repository.nbguard("doctor", "--fix")
    assert token.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", ["doctor", "status"])
def test_what_the_repository_says_reaches_the_terminal_without_escapes(repository: Repository, command: str) -> None:
    (repository.path / ".gitattributes").write_text("*.ipynb filter=x\x1b]0;pwn\x07\n")
    repository.git("config", "filter.nbstripout.clean", "x\x1b[2J")
    said = repository.nbguard(command, status=1)
    assert "pwn" in said
    assert not {"\x1b", "\x07"} & set(said)


def test_an_attribute_without_a_filter_is_said(repository: Repository) -> None:
    (repository.path / ".gitattributes").write_text("*.ipynb filter=nbguard\n")
    assert "no filter of this name is set up" in repository.nbguard("doctor", status=1)


def test_attributes_count_in_a_linked_worktree(repository: Repository) -> None:
    _set_up(repository)
    repository.git("commit", "-qm", "first")
    repository.git("worktree", "add", "-q", "../linked", "HEAD")
    linked = Repository(repository.path.parent / "linked")
    assert "git filter: active" in linked.nbguard("doctor")
    (repository.path / ".git" / "info" / "attributes").unlink()
    assert "in this linked worktree, run `nbguard install --filter`" in linked.nbguard("doctor", status=1)


def test_programs_that_are_gone_are_said_for_filter_and_hook(repository: Repository) -> None:
    _set_up(repository)
    repository.git("config", "filter.nbguard.process", "'/gone/bin/python' -I -S '/gone/filter_start.py' process")
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text(hook.read_text().replace(sys.executable, "/gone too/python"))
    said = repository.nbguard("doctor", status=1)
    assert "program is gone: /gone/bin/python" in said
    assert "program is gone: /gone too/python" in said


def test_a_filter_that_may_fail_in_silence_is_said(repository: Repository) -> None:
    _set_up(repository)
    repository.git("config", "filter.nbguard.required", "false")
    assert "required is not true" in repository.nbguard("doctor", status=1)


def test_hooks_that_git_does_not_run_are_said(repository: Repository) -> None:
    _set_up(repository)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.chmod(0o644)
    assert "isn't executable" in repository.nbguard("doctor", status=1)
    hook.chmod(0o755)
    (repository.path / "elsewhere").mkdir()
    repository.git("config", "core.hooksPath", "elsewhere")
    assert "core.hooksPath is elsewhere" in repository.nbguard("doctor", status=1)


def test_a_pre_commit_configuration_without_its_hook_is_said(repository: Repository) -> None:
    _set_up(repository)
    repository.nbguard("uninstall", "--hooks")
    configuration = repository.path / ".pre-commit-config.yaml"
    configuration.write_text("repos:\n- repo: https://github.com/nbguard/nbguard\n  hooks:\n  - id: nbguard\n")
    assert "run `pre-commit install`" in repository.nbguard("doctor", status=1)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexec pre-commit hook-impl\n")
    assert "the pre-commit framework's\n" in repository.nbguard("doctor")


def test_a_framework_that_runs_other_hooks_only_is_no_protection(repository: Repository) -> None:
    (repository.path / ".pre-commit-config.yaml").write_text("repos:\n- repo: local\n  hooks:\n  - id: black\n")
    (repository.path / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\nexec pre-commit hook-impl\n")
    said = repository.nbguard("doctor", status=1)
    assert "which isn't asked to run nbguard" in said
    assert "neither filter nor hook is set up" in said
    assert "run `nbguard init`" in said
    assert "pre-commit install" not in said


def test_a_framework_that_git_does_not_call_gets_one_advice(repository: Repository) -> None:
    configuration = repository.path / ".pre-commit-config.yaml"
    configuration.write_text("repos:\n- repo: https://github.com/nbguard/nbguard\n  hooks:\n  - id: nbguard\n")
    said = repository.nbguard("doctor", status=1)
    assert "run `pre-commit install`" in said
    assert "neither filter nor hook" not in said


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("nonsense = 1\n", "nonsense"),
        ("a = [\n", "nbguard.toml"),
        ('disable = ["ionq-api-kee"]\n', "ionq-api-key"),
        ("[strip]\nmax_size = true\n", "max_size"),
        ('[strip]\nstrip_regex = "("\n', "no RE2 pattern"),
        ('[strip]\nkeep_output = true\nmax_size = "5K"\n', "choose one"),
    ],
)
def test_a_wrong_configuration_is_said(repository: Repository, configuration: str, said: str) -> None:
    _set_up(repository)
    (repository.path / "nbguard.toml").write_text(configuration)
    assert said in repository.nbguard("doctor", status=1)


def test_old_copies_that_git_tracks_are_said(repository: Repository) -> None:
    _set_up(repository)
    repository.write("sub/.ipynb_checkpoints/a-checkpoint.ipynb")
    (repository.path / ".jupyter_ystore.db").write_bytes(b"x")
    said = repository.nbguard("doctor", status=1)
    assert "put .jupyter_ystore.db into .gitignore" in said
    assert "git tracks" not in said
    repository.git("add", ".")
    said = repository.nbguard("doctor", status=1)
    assert "git tracks sub/.ipynb_checkpoints/a-checkpoint.ipynb" in said
    assert "git tracks .jupyter_ystore.db" in said


def test_a_vault_that_does_not_answer_is_said_soon_and_without_the_token(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(repository)
    token = FakeTokens(3).ionq()
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:9")
    monkeypatch.setenv("VAULT_TOKEN", token)
    said = repository.nbguard("doctor", status=1)
    assert "Vault: no answer at http://127.0.0.1:9" in said
    assert token not in said


# -- for fleets, outside of a repository, and mending ------------------------------------------------------------------


def _checks(said: str) -> dict[str, dict[str, object]]:
    return {str(check["what"]): check for check in json.loads(said)["checks"]}


def test_a_fleet_reads_json_and_the_exit_status(repository: Repository) -> None:
    said = repository.nbguard("doctor", "--format", "json", status=1)
    assert json.loads(said)["schema"] == "nbguard-doctor/1"
    protection = _checks(said)["protection"]
    assert protection["ok"] is False
    assert "nbguard install" in str(protection["do"])
    _set_up(repository)
    assert all(check["ok"] for check in _checks(repository.nbguard("doctor", "--format", "json")).values())


def test_outside_of_a_repository_the_machine_is_looked_at(tmp_path: Path) -> None:
    run = nbguard("doctor", "--format", "json", cwd=tmp_path, env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    body = json.loads(run.out)
    assert body["repository"] is None
    assert {"program", "package"} <= {check["what"] for check in body["checks"]}
    assert "git filter" not in {check["what"] for check in body["checks"]}


def test_what_is_safe_is_mended(repository: Repository) -> None:
    _set_up(repository)
    repository.git("config", "filter.nbguard.required", "false")
    (repository.path / ".git" / "hooks" / "pre-commit").chmod(0o644)
    (repository.path / ".jupyter_ystore.db").write_bytes(b"x")
    assert repository.nbguard("doctor", "-q", status=1).count("mend  ") == 4
    for arguments in (["--fix"], []):
        left = repository.nbguard("doctor", "-q", *arguments, status=1)
        assert left.count("mend  ") == 1
        assert "--purge-collaboration-store" in left, "what deletes something is left to a person"
    assert (repository.path / ".gitignore").read_text() == ".jupyter_ystore.db\n"


def test_what_is_a_decision_is_left_to_a_person(repository: Repository) -> None:
    before = sorted(path.name for path in repository.path.iterdir())
    assert "run `nbguard install`" in repository.nbguard("doctor", "--fix", status=1)
    assert sorted(path.name for path in repository.path.iterdir()) == before


def test_a_baseline_of_files_that_are_gone_or_of_days_that_are_over_is_said(repository: Repository) -> None:
    _set_up(repository)
    for number, name in enumerate(("a.py", "b.py")):
        (repository.path / name).write_text(f'DWaveSampler(token="{FakeTokens(70 + number).dwave()}")\n')
    repository.nbguard("baseline", "create", "--reason", "old", "--expires", "2020-01-01")
    (repository.path / "b.py").unlink()
    said = repository.nbguard("doctor", "-q", status=1)
    assert "baseline: 1 of its entries are of files that are gone" in said
    assert "nbguard baseline update --prune" in said
    assert "2 of its entries have expired" in said


def test_a_kernel_without_nbguard_is_said_where_notebooks_look_values_up(tmp_path: Path) -> None:
    """By the files of its environment: nothing is run."""
    program = tmp_path / "env" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 9\n")
    kernel = tmp_path / "kernels" / "lab"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": [str(program), "-m", "ipykernel"], "language": "python"}))
    (check,) = check_kernels([str(tmp_path / "kernels")], needed=True)
    assert check.do.startswith(f"run `{program} -m pip install git+")
    assert next(check_kernels([str(tmp_path / "kernels")], needed=False)).do == ""
    (tmp_path / "env" / "lib" / "python3.11" / "site-packages" / "nbguard-0.1.0.dist-info").mkdir(parents=True)
    assert next(check_kernels([str(tmp_path / "kernels")], needed=True)).do == ""


def test_a_program_that_is_missing_or_another_s_is_said(tmp_path: Path) -> None:
    missing = next(check_installation({"PATH": str(tmp_path)}))
    assert "no shell finds nbguard" in missing.state
    assert missing.do == "", "a hook's environment is no fault"
    other = tmp_path / "nbguard"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert f"a shell finds {other}, but this is" in next(check_installation({"PATH": str(tmp_path)})).state


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_a_token_that_others_can_read_is_said(tmp_path: Path) -> None:
    token = tmp_path / ".vault-token"
    token.write_text("x")
    token.chmod(0o644)
    checks = [check for check in check_installation({"HOME": str(tmp_path)}) if check.what == "Vault token"]
    assert checks[0].do == f"run `chmod 600 {token}`"
    token.chmod(0o600)
    assert not [check for check in check_installation({"HOME": str(tmp_path)}) if check.what == "Vault token"]
