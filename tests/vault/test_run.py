"""`nbguard run` gives a command its values by the environment or in memory, and passes its exit status on."""

import configparser
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nbguard.errors import UsageError
from nbguard.vault.marked_references import read_env_file, resolve_file
from tests.fake_tokens import FakeTokens

VALUE = FakeTokens(4).ionq() + "'\"\\ #$€"
printable = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1).filter(str.isprintable)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "secrets/quantum/ionq").mkdir(parents=True)
    (tmp_path / "secrets/quantum/ionq/api_key").write_text(VALUE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VAULT_", "NBGUARD_"))}
    return kept | {"NBGUARD_SECRETS_DIR": str(tmp_path / "secrets"), "PYTHONPATH": os.getcwd()}


def nbguard(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbguard", "run", *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)


SHOW = ("--", sys.executable, "-c", "import os, json; print(json.dumps(dict(os.environ)))")


def test_a_variable_is_resolved(environment: dict[str, str], tmp_path: Path) -> None:
    done = nbguard(
        environment, tmp_path, "--env", "A=quantum/ionq#api_key", "--env", "B=nbguard:quantum/ionq#api_key", *SHOW
    )
    got = json.loads(done.stdout)
    assert (got["A"], got["B"]) == (VALUE, VALUE)


def test_env_files_and_the_environment_itself_are_resolved(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# keys\nexport A=nbguard:quantum/ionq#api_key # c\nB='x y'\nC=\"Bearer nbguard:quantum/ionq#api_key\\n\"\nD=\n"
    )
    environment["E"] = "nbguard:quantum/ionq#api_key"
    got = json.loads(nbguard(environment, tmp_path, "--env-file", ".env", *SHOW).stdout)
    assert (got["A"], got["B"], got["C"], got["D"], got["E"]) == (VALUE, "x y", f"Bearer {VALUE}\n", "", VALUE)


def test_the_exit_status_is_the_commands(environment: dict[str, str], tmp_path: Path) -> None:
    assert nbguard(environment, tmp_path, "--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_a_configuration_file_is_read_in_memory(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"t": "nbguard:quantum/ionq#api_key"}')
    code = (
        "import os, json; p = os.environ['C']; print(json.load(open(p)) == json.load(open(p)), json.load(open(p))['t'])"
    )
    done = nbguard(environment, tmp_path, "--file", "C=c.json", "--", sys.executable, "-c", code)
    assert done.stdout == f"True {VALUE}\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["c.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--env", "A"),
        ("--env", "A=no reference", "--", "true"),
        ("--", "no-such-command-x"),
        ("--env-file", "none", "--", "true"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_usage_error(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = nbguard(environment, tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("nbguard: ")
    assert done.stderr.count("\n") == 1


def test_a_missing_secret_runs_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    done = nbguard(environment, tmp_path, "--env", "A=quantum/none#key", "--", sys.executable, "-c", "print('ran')")
    assert (done.returncode, done.stdout) == (3, "")


@given(value=printable)
def test_every_format_reads_the_very_value(value: str) -> None:
    reference = "nbguard:quantum/ionq#api_key"

    def find(_: str) -> str:
        return value

    assert json.loads(resolve_file(f'{{"a": "{reference}"}}', "json", find)) == {"a": value}
    assert tomllib.loads(resolve_file(f'a = "{reference}"', "toml", find)) == {"a": value}
    for quote in ("", '"', "'"):
        assert yaml.safe_load(resolve_file(f"a: {quote}{reference}{quote}\n", "yaml", find)) == {"a": value}
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(resolve_file(f"[s]\na = {reference}\n", "ini", find))
    assert parser["s"]["a"] == value.strip()


@given(st.dictionaries(st.from_regex("[A-Z_][A-Z0-9_]{0,8}", fullmatch=True), st.text("abc =:/#'\"-", max_size=12)))
def test_quoted_values_of_an_env_file_are_read_back(variables: dict[str, str]) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".env") as file:
        for name, value in variables.items():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'{name}="{escaped}"  # c\n')
        file.flush()
        assert read_env_file(file.name) == variables


def test_a_line_that_is_no_variable_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n???\n")
    with pytest.raises(UsageError, match="line 2"):
        read_env_file(str(tmp_path / ".env"))
