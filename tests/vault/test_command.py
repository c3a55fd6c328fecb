"""`nbguard vault move` as people and hooks run it: real engine, real server, exit status, nothing shown."""

import os
import subprocess
import sys
from pathlib import Path

import hvac
import pytest

from nbguard.cli.main import main
from nbguard.documents.reading import open_document
from nbguard.vault import lookup
from nbguard.vault.usage import find_uses
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(31)
IONQ, DWAVE = TOKENS.ionq(), TOKENS.dwave()


@pytest.fixture
def repository(tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two notebooks, a script, and a mount of its own."""
    folder = tmp_path / "lab"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "nbguard.toml").write_text(f'[vault]\nmount = "{vault_environment.mount()}"\n')
    (folder / "a.ipynb").write_bytes(
        as_bytes(
            notebook(
                code("from qiskit_ionq import IonQProvider"),
                code(f'provider = IonQProvider("{IONQ}")', stream(f"using {IONQ}\n")),
                markdown(f"Old key: {DWAVE}"),
            )
        )
    )
    (folder / "b.ipynb").write_bytes(
        as_bytes(notebook(code(f'from dwave.system import DWaveSampler\ns = DWaveSampler(token="{DWAVE}")')))
    )
    (folder / "job.py").write_text(f'import os\n\nos.environ["IONQ_API_KEY"] = "{IONQ}"\n')
    (folder / "clean.ipynb").write_bytes(as_bytes(notebook(code("1 + 1"))))
    monkeypatch.chdir(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_dry_run_shows_the_change_and_changes_nothing(
    repository: Path, vault_environment: OpenBao, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(repository)
    assert main(["vault", "move", "--dry-run"]) == 1
    shown = capsys.readouterr()
    assert contents(repository) == before
    assert "-provider = IonQProvider(" in shown.out
    assert "+from nbguard import secret" in shown.out
    assert 'quantum/ionq/lab#api_key")' in shown.out
    assert "to be stored" in shown.out
    assert not any(value in shown.out + shown.err for value in (IONQ, DWAVE))


def test_a_dry_run_needs_no_vault(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VAULT_ADDR")
    assert main(["vault", "move", "--dry-run"]) == 1
    assert "VAULT_ADDR isn't set" in capsys.readouterr().out


def test_the_whole_repository_is_moved(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean = (repository / "clean.ipynb").read_bytes()
    assert main(["vault", "move", "--yes"]) == 1
    shown = capsys.readouterr()
    assert not any(value in shown.out + shown.err for value in (IONQ, DWAVE))
    assert "nbguard explain ionq-api-key" in shown.out, "it says where is told how the key is rotated"
    for name, raw in contents(repository).items():
        assert IONQ.encode() not in raw, name
        assert DWAVE.encode() not in raw, name
    assert (repository / "clean.ipynb").read_bytes() == clean
    after = contents(repository)
    uses = [use for name in after for use in find_uses(open_document(name, after[name]))]
    lookup.forget()
    assert {str(lookup.secret(str(use.reference))) for use in uses} == {IONQ, DWAVE}
    assert main(["vault", "check"]) == 0
    assert "2 of 2 references resolve" in capsys.readouterr().out
    assert main(["vault", "move", "--yes"]) == 0


def test_undo_puts_everything_back(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(repository)
    assert main(["vault", "move", "--yes"]) == 1
    assert main(["vault", "undo"]) == 0
    assert "a.ipynb: moved" in capsys.readouterr().out
    assert main(["vault", "undo", "a.ipynb", "b.ipynb", "job.py"]) == 1
    assert contents(repository) == before
    shown = capsys.readouterr()
    assert not any(value in shown.out + shown.err for value in (IONQ, DWAVE))


def test_without_a_terminal_it_asks_for_yes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(repository)
    assert main(["vault", "move", "a.ipynb"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert contents(repository) == before


def test_a_clean_repository_needs_no_vault(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VAULT_ADDR")
    assert main(["vault", "move", "--yes", "clean.ipynb"]) == 0
    assert main(["vault", "move", "--yes", "a.ipynb"]) == 3
    assert "VAULT_ADDR isn't set" in capsys.readouterr().err


def test_an_accepted_finding_stays(repository: Path) -> None:
    path = repository / "job.py"
    path.write_text(path.read_text().rstrip("\n") + '  # nbguard: allow ionq-api-key reason="test key"\n')
    before = path.read_bytes()
    assert main(["vault", "move", "--yes", "job.py"]) == 0
    assert path.read_bytes() == before


def test_what_stays_is_named_with_its_place(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "c.ipynb").write_bytes(as_bytes(notebook(code(f'%%javascript\nlet t = "{DWAVE}"'))))
    assert main(["vault", "move", "--yes", "c.ipynb"]) == 1
    assert "c.ipynb: cell 1, line 2: dwave-sapi-token stays: " in capsys.readouterr().err


def test_what_stays_in_a_line_for_one_reason_is_said_once(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "c.ipynb").write_bytes(as_bytes(notebook(code("%%javascript\n" + f'use("{DWAVE}"); ' * 3))))
    assert main(["vault", "move", "--yes", "c.ipynb"]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if " stays" in line]
    assert [line.partition(": ")[2].partition(": ")[0] for line in said] == ["cell 1, line 2"]
    assert "dwave-sapi-token stays in 3 places: " in said[0]


def test_get_prints_the_value_for_a_pipe(
    repository: Path, vault_environment: OpenBao, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    vault_environment.store("quantum/get", key="plain value")
    assert main(["vault", "get", "quantum/get#key"]) == 0
    assert capfdbinary.readouterr().out == b"plain value\n"


def test_policies_are_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vault", "policy", "--for", "runtime"]) == 0
    assert '/data/quantum/+/lab" {\n  capabilities = ["read"]' in capsys.readouterr().out


def test_the_env_style_says_how_to_start(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vault", "move", "--yes", "--style", "env", "job.py"]) == 1
    assert "nbguard run --env IONQ_API_KEY=" in capsys.readouterr().out
    assert 'os.environ["IONQ_API_KEY"] = os.environ["IONQ_API_KEY"]' in (repository / "job.py").read_text()


def test_only_variables_that_code_reads_are_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vault", "move", "--yes", "job.py"]) == 1
    assert "nbguard run" not in capsys.readouterr().out, "os.environ[…] = secret(…) sets it itself"
    assert main(["vault", "undo", "job.py"]) == 1
    source = f'using Qiskit\nENV["IONQ_API_KEY"] = "{IONQ}"\nrun()\n'
    before = as_bytes(notebook(code(source), language="julia"))
    (repository / "j.ipynb").write_bytes(before)
    capsys.readouterr()
    assert main(["vault", "move", "--yes"]) == 1
    start = [line for line in capsys.readouterr().out.splitlines() if "nbguard run" in line]
    mount = (repository / "nbguard.toml").read_text().split('"')[1]
    assert start == [f"  nbguard run --env IONQ_API_KEY={mount}:quantum/ionq/lab#api_key -- jupyter lab"]
    after = (repository / "j.ipynb").read_text()
    assert "ENV[" not in after
    assert f"# IONQ_API_KEY: nbguard:{mount}:quantum/ionq/lab#api_key" in after
    assert main(["scan", "j.ipynb"]) == 0
    assert main(["vault", "undo", "j.ipynb"]) == 1
    assert (repository / "j.ipynb").read_bytes() == before


def test_names_and_keys_of_files_cannot_write_to_the_terminal(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kept in contents(repository):
        if kept != "nbguard.toml":
            (repository / kept).unlink()
    name = "a\x1b[2J\nb.ipynb: rewritten\u202e"
    sources = [code(f'IonQProvider("{IONQ}")\t# \x1b[31m'), code(f'%%javascript\nlet t = "{DWAVE}"')]
    (repository / f"{name}.ipynb").write_bytes(as_bytes(notebook(*sources, note={"\x1b]0;": IONQ})))
    (repository / f"{name}2.ipynb").write_bytes(b'{"cells": [')
    (repository / f"{name}3.ipynb").write_bytes(as_bytes(notebook(code("secret('quantum/none#key')"))))
    shown = []
    for arguments in (
        ["move", "--dry-run"],
        ["move", "--yes"],
        ["check"],
        ["undo"],
        ["undo", f"{name}.ipynb", f"{name}4"],
    ):
        main(["vault", *arguments])
        captured = capsys.readouterr()
        shown.append(captured.out + captured.err)
    for text in shown:
        assert "a\\x1b[2J\\nb.ipynb: rewritten\\u202e" in text, "each of them names the file"
        assert not set("\x1b\u202e") & set(text)
        assert not any(line.startswith("b.ipynb") for line in text.splitlines())


def test_a_private_key_arrives_with_its_lines(repository: Path, vault_environment: OpenBao) -> None:
    body = "\\n".join(TOKENS.of("ABCDEFabcdef0123456789+/", 64) for _ in range(12))
    label = "PRIVATE " + "KEY"
    literal = f"-----BEGIN {label}-----\\n{body}\\n-----END {label}-----\\n"
    (repository / "k.py").write_text(f'info = {{"private_key": "{literal}"}}\n')
    assert main(["vault", "move", "--yes", "k.py"]) == 1
    text = (repository / "k.py").read_text()
    space: dict[str, object] = {}
    lookup.forget()
    exec(text, space)
    assert body not in text
    assert space["info"] == {"private_key": literal.replace("\\n", "\n")}


def test_a_broken_notebook_is_named_and_left_alone(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = repository / "b.ipynb"
    path.write_bytes(path.read_bytes()[:-20])
    before = path.read_bytes()
    assert main(["vault", "move", "--yes"]) == 3
    assert "b.ipynb: " in capsys.readouterr().err
    assert path.read_bytes() == before
    assert IONQ.encode() not in (repository / "a.ipynb").read_bytes(), "the other files are moved all the same"


def as_nobody_special(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command without root's right to write anywhere, in case the tests run as root."""
    drop = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "nbguard", *arguments]
    path = str(Path(__file__).parents[2])
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("locked", ["sub", ".git/nbguard"])
def test_nothing_is_stored_for_a_file_that_cannot_be_written(
    repository: Path, vault_environment: OpenBao, locked: str
) -> None:
    mount = (repository / "nbguard.toml").read_text().split('"')[1]
    (repository / "sub").mkdir()
    (repository / ".git/nbguard").mkdir()
    (repository / "b.ipynb").rename(repository / "sub/b.ipynb")
    (repository / "a.ipynb").unlink()
    (repository / locked).chmod(0o555)
    try:
        done = as_nobody_special(repository, "vault", "move", "--yes")
    finally:
        (repository / locked).chmod(0o755)
    assert done.returncode == 3
    assert "permission denied" in done.stderr
    assert DWAVE in (repository / "sub/b.ipynb").read_text()
    with pytest.raises(hvac.exceptions.InvalidPath):
        vault_environment.stored("quantum/dwave/lab", mount)
    assert "dwave" not in done.stdout, "what wasn't stored isn't said to be"
    if locked == "sub":
        assert "sub/b.ipynb" in done.stderr
        assert vault_environment.stored("quantum/ionq/lab", mount) == {"api_key": IONQ}, "the other file is moved"
        assert IONQ not in (repository / "job.py").read_text()
    else:
        assert IONQ in (repository / "job.py").read_text()


def test_a_person_chooses_the_name(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vault", "move", "--yes", "--as", "quantum/dwave/team#prod", "b.ipynb"]) == 1
    assert 'secret("' in (repository / "b.ipynb").read_text().replace("\\", "")
    assert "quantum/dwave/team#prod" in (repository / "b.ipynb").read_text()
    (repository / "b.ipynb").write_bytes(
        as_bytes(notebook(code(f'from dwave.system import DWaveSampler\ns = DWaveSampler(token="{TOKENS.dwave()}")')))
    )
    assert main(["vault", "move", "--yes", "--as", "quantum/dwave/team#prod", "b.ipynb"]) == 2
    assert "holds another value: say --update, or another name" in capsys.readouterr().err
    assert main(["vault", "move", "--yes", "--update", "--as", "quantum/dwave/team#prod", "b.ipynb"]) == 1


def test_a_name_for_one_of_several_says_its_rule(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vault", "move", "--dry-run", "--as", "quantum/x#y"]) == 2
    assert "--as names one credential, and 2 are here" in capsys.readouterr().err
    assert main(["vault", "move", "--dry-run", "--as", "ionq-api-key=quantum/x#y"]) == 1
    assert "quantum/x#y (to be stored)" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["secret/data/quantum/ionq#k", "quantum/ionq", "a/b#k@3", "elsewhere:a/b#k"])
def test_a_name_that_is_none_is_a_usage_error(repository: Path, name: str) -> None:
    assert main(["vault", "move", "--dry-run", "--as", name, "b.ipynb"]) == 2


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit(143)], ids=["SIGINT", "SIGTERM"])
def test_who_interrupts_a_move_is_told_what_was_done(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], end: BaseException
) -> None:
    from nbguard.vault import transaction

    write_file, written = transaction.write_file, []

    def interrupted(path: str, *arguments: bytes) -> None:
        if written:
            raise end
        written.append(path)
        write_file(path, *arguments)

    before = contents(repository)
    monkeypatch.setattr(transaction, "write_file", interrupted)
    with pytest.raises(type(end)):
        main(["vault", "move", "--yes"])
    after = contents(repository)
    assert sum(after[name] != raw for name, raw in before.items()) == 1
    assert "interrupted: 1 of 3 files were changed" in capsys.readouterr().err
    monkeypatch.setattr(transaction, "write_file", write_file)
    assert main(["vault", "move", "--yes"]) == 1
    assert not any(value.encode() in raw for raw in contents(repository).values() for value in (IONQ, DWAVE))


def test_the_other_names_of_a_file_are_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file is replaced in one step, so a hard link leads to what it was."""
    os.link(repository / "job.py", tmp_path / "elsewhere.py")
    os.link(repository / "b.ipynb", repository / "c.ipynb")
    assert main(["vault", "move", "--yes"]) == 1
    shown = capsys.readouterr().out
    assert IONQ in (tmp_path / "elsewhere.py").read_text()
    assert "job.py: 1 more name of this file (a hard link) leads to what it was" in shown
    # Both were moved, each under its own name.
    assert "b.ipynb: 1 more" not in shown
    assert DWAVE not in (repository / "c.ipynb").read_text()


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        (("alice = IonQProvider('{}')", "bob = IonQProvider('{}')", "carol = IonQProvider('{}')"),
         ["prod_alice", "prod_bob", "prod_carol"]),
        (("IonQProvider('{}')", "IonQProvider('{}')", "carol = IonQProvider('{}')"), ["prod", "prod_2", "prod_3"]),
    ],
)  # fmt: skip
def test_several_of_one_rule_get_a_key_each_under_one_chosen_name(tmp_path, vault_environment, lines, keys):
    values = [FakeTokens(3300 + number).ionq() for number in range(3)]
    source = "".join(f"{line.format(value)}\n" for line, value in zip(lines, values, strict=True))
    (tmp_path / "a.py").write_text(f"from qiskit_ionq import IonQProvider\n{source}")
    done = nbguard("vault", "move", "--yes", "--as", "quantum/ionq/team#prod", "a.py", cwd=tmp_path)
    assert done.status == 1, done.err
    assert vault_environment.stored("quantum/ionq/team") == dict(zip(keys, values, strict=True))


def test_two_names_that_meet_are_refused_before_anything_is_stored(tmp_path, vault_environment):
    tokens = FakeTokens(3310)
    (tmp_path / "a.py").write_text(
        f'IonQProvider("{tokens.ionq()}")\nfrom dwave.system import DWaveSampler\n'
        f'DWaveSampler(token="{tokens.dwave()}")\n'
    )
    before = (tmp_path / "a.py").read_bytes()
    names = ("--as", "ionq-api-key=quantum/one#key", "--as", "dwave-sapi-token=quantum/one#key")
    done = nbguard("vault", "move", "--yes", *names, "a.py", cwd=tmp_path)
    assert done.status == 2
    assert "quantum/one#key can hold one value" in done.err
    assert (tmp_path / "a.py").read_bytes() == before


def test_a_file_that_cannot_be_read_may_use_what_seems_unused(
    repository: Path, vault_environment: OpenBao, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vault", "move", "--yes"]) == 1
    (repository / "a.ipynb").write_bytes(b'{"cells": [')
    capsys.readouterr()
    assert main(["vault", "check"]) == 3
    shown = capsys.readouterr()
    assert "no file uses it" not in shown.out
    assert "what isn't used is not listed" in shown.err
    assert main(["vault", "policy"]) == 3
