"""`nbguard vault move`: file by file, a dry run that keeps its word, names, and what git still has of a value."""

import shlex
import subprocess
from pathlib import Path

import pytest

from nbguard.cli.main import main
from nbguard.documents.reading import open_document
from nbguard.vault.client import Vault
from nbguard.vault.given_name import given_name
from nbguard.vault.style import read_variables
from tests.command_line import nbguard
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.openbao_server import OpenBao
from tests.terminal import on_a_terminal
from tests.vault.test_copies import command_for

TOKENS = FakeTokens(57)
FIRST, SECOND, THIRD = (TOKENS.ionq() for _ in range(3))
SOURCE = 'from qiskit_ionq import IonQProvider\n{} = "{}"\nIonQProvider({})\n'


def git(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments], cwd=folder, capture_output=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def folder(tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a mount of its own."""
    git(tmp_path, "init", "-q")
    (tmp_path / "nbguard.toml").write_text(f'[vault]\nmount = "{vault_environment.mount()}"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_file_by_file(folder: Path, vault_environment: OpenBao) -> None:
    for name, value in (("a.py", FIRST), ("b.py", SECOND)):
        (folder / name).write_text(SOURCE.format("key", value, "key"))
    said = on_a_terminal("vault", "move", answers="f\nn\ny\n", cwd=folder, status=1)
    assert "a.py? [y/N]" in said
    assert "b.py: rewritten" in said
    assert FIRST in (folder / "a.py").read_text()
    assert SECOND not in (folder / "b.py").read_text()
    mount = (folder / "nbguard.toml").read_text().split('"')[1]
    stored = [value for path in Vault().paths(mount, "quantum") for value in Vault().peek(mount, path).data.values()]
    assert stored == [SECOND], "what stays in its file isn't stored"


def test_file_by_file_with_a_no_to_each_changes_nothing(folder: Path) -> None:
    for name, value in (("a.py", FIRST), ("b.py", SECOND)):
        (folder / name).write_text(SOURCE.format("key", value, "key"))
    assert "Nothing was changed." in on_a_terminal("vault", "move", answers="f\nn\n\n", cwd=folder, status=1)


@pytest.mark.parametrize("kept", ['  # nbguard: allow ionq-api-key reason="x"', ""])
def test_a_dry_run_refuses_the_file_that_the_move_refuses(folder: Path, kept: str) -> None:
    """The value stands in the file once more, where it is allowed: the file would keep it."""
    (folder / "a.py").write_text(SOURCE.format("key", FIRST, "key") + f'other = "{FIRST}"{kept}\n')
    before = (folder / "a.py").read_bytes()
    dry = nbguard("vault", "move", "--dry-run", cwd=folder)
    done = nbguard("vault", "move", "--yes", cwd=folder)
    refused = "a moved value would still be in"
    assert (refused in dry.err) == (refused in done.err) == bool(kept)
    assert (dry.status == 3) == (done.status == 3) == bool(kept)
    assert ("rewritten" in done.out) == ((folder / "a.py").read_bytes() != before) == (not kept)
    assert ("+from nbguard import secret" in dry.out) == (not kept)


def test_a_dry_run_shows_no_line_beside_the_change(folder: Path) -> None:
    word = FakeTokens(58).of("abcdefgh", 9)
    (folder / "a.py").write_text(f"{word} = 1\n" + SOURCE.format("key", FIRST, "key") + f"# {word}\n")
    assert word not in nbguard("vault", "move", "--dry-run", cwd=folder).out


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('prod_key = "V"', "prod_key"), ('DB_PASSWORD: str = "V"', "db_password"),
        ('d["teamToken"] = "V"', "team_token"),
        ('connect(host="x", api_secret="V")', "api_secret"), ('{"smtpPass": "V"}', "smtp_pass"),
        ('self.pin = "V"', "pin"),
        ('use("V")', ""), ('token = "V"', ""), ('"V"', ""), ('x = "V"', ""), ("clé = 'V'", ""),
    ],
)  # fmt: skip
def test_the_name_that_code_gives(text: str, name: str) -> None:
    from nbguard.detect.finding import Finding
    from nbguard.documents.decode import decode

    document = open_document("a.py", text.encode())
    (field,) = [field for part in document.parts for field in decode(document, part)]
    at = text.index("V") if text.count("V") == 1 else text.rindex("V")
    assert given_name(Finding("r", "credential", None, "high", field, at, at + 1, "V", "", "", "")) == name


def test_no_variable_of_the_system_is_taken_for_a_value(folder: Path) -> None:
    text = f'first = IonQProvider("{FIRST}")\nhome = IonQProvider("{SECOND}")\npath = "{THIRD}"\nIonQProvider(path)\n'
    (folder / "a.py").write_text(text)
    said = nbguard("vault", "move", "--dry-run", "--style", "env", cwd=folder).out
    assert 'home = IonQProvider(os.environ["SECRET_HOME"])' in said
    assert 'path = os.environ["SECRET_PATH"]' in said


def test_two_keys_of_a_service_are_called_what_code_makes_with_them(folder: Path) -> None:
    text = (
        f'alice = IonQProvider("{FIRST}")\nbob = IonQProvider(token="{SECOND}")\nprovider = IonQProvider("{THIRD}")\n'
    )
    (folder / "a.py").write_text(text)
    said = nbguard("vault", "move", "--dry-run", cwd=folder).out
    assert [line.partition("#")[2].partition(" ")[0] for line in said.splitlines() if " -> " in line] == [
        "api_key", "bob", "api_key_2",
    ]  # fmt: skip


def test_a_second_value_is_called_as_the_code_calls_it(folder: Path) -> None:
    (folder / "a.py").write_text(
        SOURCE.format("dev_key", FIRST, "dev_key")
        + SOURCE.format("prod_key", SECOND, "prod_key")
        + SOURCE.format("k", THIRD, "k")
        + f'db_password = "{TOKENS.of(ALPHANUMERIC, 24)}"\n'
    )
    nbguard("vault", "move", "--yes", "--style", "env", cwd=folder)
    text = (folder / "a.py").read_text()
    assert 'os.environ["IONQ_API_KEY"]' in text
    assert 'prod_key = os.environ["PROD_KEY"]' in text
    assert 'k = os.environ["IONQ_API_KEY_2"]' in text
    assert 'db_password = os.environ["DB_PASSWORD"]' in text


def test_what_code_reads_from_the_environment_is_used(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(
        SOURCE.format("k", FIRST, "k") + SOURCE.format("prod_key", SECOND, "prod_key") + SOURCE.format("l", THIRD, "l")
    )
    nbguard("vault", "move", "--yes", "--style", "env", cwd=folder)
    assert main(["vault", "check"]) == 0
    assert "no file uses it" not in capsys.readouterr().out
    (folder / "a.py").write_text("x = 1\n")
    main(["vault", "check"])
    assert capsys.readouterr().out.count("no file uses it") == 3


@pytest.mark.parametrize(
    "text",
    ['os.environ["A_B"]', "os.environ.get('A_B')", 'os.getenv( "A_B", None)', 'Sys.getenv("A_B")', 'ENV["A_B"]',
     "process.env.A_B", "!x --key $(printenv A_B)", "echo $A_B", "echo ${A_B}"],
)  # fmt: skip
def test_readings_of_a_variable(text: str) -> None:
    assert "A_B" in read_variables(text)


def test_what_was_staged_once_is_named_and_its_command_removes_it(folder: Path) -> None:
    (folder / "a.py").write_text(SOURCE.format("key", FIRST, "key"))
    git(folder, "add", "a.py")
    (folder / "a.py").write_text("# later\n" + SOURCE.format("key", FIRST, "key"))
    git(folder, "add", "a.py")
    git(folder, "rm", "-q", "--cached", "a.py")
    out = nbguard("vault", "move", "--yes", "a.py", cwd=folder).out
    assert "2 objects that were staged, and to which nothing leads any more" in out
    command = command_for(out, ".git/objects")
    assert command == "git prune --expire=now"
    subprocess.run(shlex.split(command), cwd=folder, check=True)
    again = folder / "b.py"
    again.write_text(SOURCE.format("key", FIRST, "key"))
    assert ".git/objects" not in nbguard("vault", "move", "--yes", "b.py", cwd=folder).out


def test_what_an_amended_commit_held_is_named(folder: Path) -> None:
    (folder / "a.py").write_text(SOURCE.format("key", FIRST, "key"))
    git(folder, "add", "a.py")
    git(folder, "commit", "-qm", "first")
    git(folder, "rm", "-q", "--cached", "a.py")
    git(folder, "commit", "-q", "--amend", "--allow-empty", "-m", "first")
    out = nbguard("vault", "move", "--yes", "a.py", cwd=folder).out
    assert "1 object that only the reflog leads to" in out
    subprocess.run(["sh", "-c", command_for(out, ".git/objects")], cwd=folder, check=True)
    (folder / "b.py").write_text(SOURCE.format("key", FIRST, "key"))
    assert ".git/objects" not in nbguard("vault", "move", "--yes", "b.py", cwd=folder).out


def test_what_a_branch_holds_is_no_dangling_copy(folder: Path) -> None:
    (folder / "a.py").write_text(SOURCE.format("key", FIRST, "key"))
    git(folder, "add", "a.py")
    git(folder, "commit", "-qm", "first")
    assert ".git/objects" not in nbguard("vault", "move", "--yes", "a.py", cwd=folder).out


def test_a_dry_run_s_places_show_no_value_that_is_a_key(folder: Path) -> None:
    """The way to a copy in a cell's metadata leads through a key that is a credential itself."""
    other = FakeTokens(59).github()
    source = SOURCE.format("key", FIRST, "key")
    cell = code(source, stream(f"{FIRST}\n"), lab={other: {"note": FIRST}})
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(cell)))
    shown = nbguard("vault", "move", "--dry-run", cwd=folder)
    assert "metadata.lab" in shown.out
    assert other not in shown.out + shown.err
