"""Nothing that looks at files asks a network: not for names, not for addresses, not for what is new."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, notebook, stream

# Every process of ours ends at once where it asks a network, and leaves a word of it.
_WATCH = """
import os, sys
def _watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        asked = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and not isinstance(arguments[1], (str, bytes)):
        asked = arguments[1]
    else:
        return
    with open(os.environ["ASKED"], "a") as file:
        file.write(f"{event} {asked!r}\\n")
    os._exit(99)
sys.addaudithook(_watch)
"""

PEOPLE = [
    {"name": "Ada Miller", "email": "ada.miller@gmail.com", "iban": "DE89370400440532013000"},
    {"name": "Jon Brown", "email": "jon.brown@gmail.com", "iban": "GB29NWBK60161331926819"},
    {"name": "Eva Klein", "email": "eva.klein@gmail.com", "iban": "FR1420041010050500013M02606"},
]
COMMANDS = (
    ("scan", 1),
    ("scan --format sarif", 1),
    ("scan --format html -o report.html", 1),
    ("scan --plugins all", 1),
    ("scan --history", 1),
    ("ci --base HEAD~1", 1),
    ("strip --check", 1),
    ("data redact --dry-run a.ipynb", 1),
    ("baseline create --reason test", 0),
    ("waivers", 0),
    ("status", 1),  # no hook is set up
    ("rules", 0),
    ("explain ionq-api-key", 0),
    ("sweep . --workers 2", 1),
    ("vault move --dry-run a.ipynb", None),
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits; the second has a token, a person's data and an output."""
    place = tmp_path / "repository"
    place.mkdir()
    watch = tmp_path / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(_WATCH)
    tokens = FakeTokens(41)
    cells = [
        code(f'from qiskit_ionq import IonQProvider\nIonQProvider("{tokens.ionq()}")', stream("done")),
        code("people = [" + ", ".join(map(str, PEOPLE)) + "]"),
    ]
    git(place, "init", "-q")
    (place / "README.md").write_text("a repository\n")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "first")
    (place / "a.ipynb").write_text(json.dumps(notebook(*cells)))
    (place / "b.py").write_text(f'SLACK = "{tokens.jwt()}"\n')
    git(place, "add", "-A")
    git(place, "commit", "-qm", "second")
    return place


def git(place: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    person = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    person |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
    environment = {**os.environ, **person, **more}
    return subprocess.run(["git", *arguments], cwd=place, env=environment, capture_output=True, text=True, timeout=120)


def watched(place: Path) -> dict[str, str]:
    """An environment in which each Python process looks out for what asks a network."""
    path = os.pathsep.join([str(place.parent / "watch"), *sys.path])
    # A Vault that nobody may ask: no command below has a reason to.
    return {"PYTHONPATH": path, "ASKED": str(place.parent / "asked"), "VAULT_ADDR": "http://127.0.0.1:9"}


def test_the_watch_sees_a_question(tmp_path: Path) -> None:
    """Else nothing below could fail."""
    (tmp_path / "sitecustomize.py").write_text(_WATCH)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "ASKED": str(tmp_path / "asked")}
    ask = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    assert subprocess.run([sys.executable, "-c", ask], env=environment).returncode == 99
    assert (tmp_path / "asked").read_text().startswith("socket.getaddrinfo")


@pytest.mark.parametrize(("command", "status"), COMMANDS)
def test_commands_ask_no_network(repository: Path, command: str, status: int | None) -> None:
    environment = {**os.environ, **watched(repository)}
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", *command.split()], cwd=repository, env=environment, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert_no_secret(done.stdout + done.stderr)
    asked = repository.parent / "asked"
    assert not asked.exists(), asked.read_text()
    if status is not None:
        assert done.returncode == status, done.stdout + done.stderr


def test_the_hook_asks_no_network(repository: Path) -> None:
    environment = watched(repository)
    installed = subprocess.run(
        [sys.executable, "-m", "nbguard", "install"], cwd=repository, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr
    (repository / "c.py").write_text(f'from qiskit_ionq import IonQProvider\nIonQProvider("{FakeTokens(43).ionq()}")\n')
    git(repository, "add", "c.py", **environment)
    refused = git(repository, "commit", "-m", "third", **environment)
    assert refused.returncode != 0
    assert "ionq-api-key" in refused.stderr + refused.stdout
    assert not (repository.parent / "asked").exists()


def test_without_any_route(repository: Path) -> None:
    """In a network of its own, without even loopback, where the system lets a user make one; else as above."""
    alone = ["unshare", "--map-root-user", "--net"]
    try:
        possible = subprocess.run([*alone, "true"], capture_output=True).returncode == 0
    except OSError:
        possible = False
    command = [sys.executable, "-m", "nbguard", "scan"]
    environment = {**os.environ, **watched(repository)}
    done = subprocess.run(
        [*(alone if possible else []), *command], cwd=repository, env=environment, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "ionq-api-key" in done.stdout
