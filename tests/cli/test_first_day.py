"""The first day, as README tells it: set up, a refused commit, the step that the refusal names, a clean commit."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.command_line import assert_no_secret, nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.openbao_server import OpenBao, openbao, vault_environment  # noqa: F401


def git(folder: Path, *arguments: str, status: int = 0) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == status, done
    return done.stdout + done.stderr


def next_step(said: str) -> list[str]:
    """The words of the command that a refusal names first."""
    step = re.search(r"= next:  nbguard ([^\n]*?)(?: {4}|\n)", said)
    assert step is not None, said
    return shlex.split(step[1])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "their lab"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "config", "user.name", "Ada")
    git(folder, "config", "user.email", "ada@example.org")
    return folder


def test_a_repository_s_owner(clone: Path, vault_environment: OpenBao) -> None:  # noqa: F811
    token = FakeTokens(161).ionq()
    cells = code("from qiskit_ionq import IonQProvider"), code(f'IonQProvider("{token}")', stream("shown\n"))
    (clone / "bell one.ipynb").write_bytes(as_bytes(notebook(*cells)))
    assert nbguard("init", "--yes", cwd=clone).status == 0
    git(clone, "add", "-A")
    refused = git(clone, "commit", "-m", "first", status=1)
    assert_no_secret(refused)
    assert "Nothing was committed." in refused
    assert "rotate it" not in refused, "it never left this machine"
    # The step that is named, as it is named; --yes answers what a terminal would ask.
    step = next_step(refused)
    assert step == ["vault", "move", "bell one.ipynb"]
    moved = nbguard(*step, "--yes", "--mount", vault_environment.mount(), cwd=clone)
    assert moved.status == 1, moved
    assert "No commit holds them." in moved.out
    assert "Did the file leave this machine otherwise" in moved.out
    assert "may have been copied: rotate it" not in moved.out, "it never left this machine"
    assert "Rotate it: nbguard explain ionq-api-key" in " ".join(moved.out.split())
    git(clone, "add", "-A")
    git(clone, "commit", "-m", "first")
    kept = git(clone, "log", "-p")
    assert_no_secret(kept)
    assert "shown" not in kept


def test_one_with_data_in_a_cell(clone: Path) -> None:
    rows = ",\n".join(
        f'{{"name": "{name}", "email": "{name.lower()}@lovelace.net", "iban": "{iban}"}}'
        for name, iban in (
            ("Ada", "DE89370400440532013000"), ("Alan", "FR1420041010050500013M02606"),
            ("Grace", "GB29NWBK60161331926819"), ("Edsger", "NL91ABNA0417164300"), ("Barbara", "AT611904300234573201"),
        )
    )  # fmt: skip
    (clone / "people.ipynb").write_bytes(as_bytes(notebook(code(f"people = [\n{rows}\n]"))))
    nbguard("init", "--yes", cwd=clone)
    git(clone, "add", "-A")
    step = next_step(git(clone, "commit", "-m", "first", status=1))
    assert step == ["data", "redact", "people.ipynb"]
    nbguard(*step, cwd=clone)
    git(clone, "add", "-A")
    git(clone, "commit", "-m", "first")
    assert "lovelace.net" not in git(clone, "log", "-p")
