"""husky and lefthook as npm installs them: their hooks, real commits, and what doctor says of them.

Needs npm, and its registry for two packages.
"""

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.repository import FIRST, SOURCE
from tests.command_line import assert_no_secret
from tests.notebook_builder import as_bytes, code, notebook, stream

HUSKY = "nbguard strip --staged || exit $?\nnbguard scan --staged || exit $?\n"
LEFTHOOK = """\
pre-commit:
  commands:
    nbguard-strip:
      run: nbguard strip --staged
      priority: 1
    nbguard:
      run: nbguard scan --staged
      priority: 2
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("npm") is None or os.name == "nt", reason="needs npm and sh"),
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folder with both packages."""
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true}\n')
    arguments = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "husky@9", "lefthook@2"]
    done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    return folder / "node_modules"


@pytest.fixture
def run(tmp_path, packages):
    """Runs a program in a new repository as on a machine that has nbguard on its PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "nbguard").write_text(f'#!/bin/sh\nexec {sys.executable} -m nbguard "$@"\n')
    (programs / "nbguard").chmod(0o755)
    who = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {
        **os.environ, **who, "PYTHONPATH": os.pathsep.join(sys.path), "HUSKY": "1",
        "PATH": os.pathsep.join((str(programs), str(packages / ".bin"), os.environ["PATH"])),
    }  # fmt: skip
    repository = tmp_path / "repository"
    repository.mkdir()

    def run(*command: str, status: int = 0) -> str:
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        assert_no_secret(said)
        assert done.returncode == status, said
        return said

    run("git", "init", "-q")
    return run


def write(folder, source):
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(code(source, stream("shown\n")))))


def set_up(kind, run, folder):
    if kind == "lefthook":
        (folder / "lefthook.yml").write_text(LEFTHOOK)
        run("lefthook", "install")
    else:
        run("husky")
        if kind == "husky by nbguard install":
            run("nbguard", "install", "--hooks")
        else:
            (folder / ".husky" / "pre-commit").write_text(HUSKY)


@pytest.mark.parametrize("kind", ["husky", "husky by nbguard install", "lefthook"])
def test_a_commit_with_a_token_is_refused_and_one_without_has_no_outputs(kind, run, tmp_path):
    folder = tmp_path / "repository"
    set_up(kind, run, folder)
    write(folder, SOURCE.format(FIRST))
    run("git", "add", "-A")
    assert "dwave-sapi-token" in run("git", "commit", "-m", "with a token", status=1)
    run("git", "rev-parse", "--verify", "-q", "HEAD", status=1)
    write(folder, "import os\n")
    run("git", "add", "-A")
    run("git", "commit", "-m", "without")
    assert "shown" not in run("git", "show", "HEAD:a.ipynb")
    assert "shown" in (folder / "a.ipynb").read_text()
    said = run("nbguard", "doctor", status=1)
    assert "neither filter nor hook is set up" not in said
    assert "pre-commit hook: none" not in said
