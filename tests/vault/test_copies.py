"""After a move the copies on this machine are named, each with the command that removes it; and the command does."""

import hashlib
import html
import io
import marshal
import os
import py_compile
import shlex
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nbguard.vault import dangling_copies
from nbguard.vault.copies import find_copies
from nbguard.vault.copy_kinds import kind_of
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

pytestmark = pytest.mark.usefixtures("vault_environment")
TOKENS = FakeTokens(77)
VALUE = TOKENS.ionq()
SOURCE = f'from qiskit_ionq import IonQProvider\nIonQProvider("{VALUE}")'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(code(SOURCE))))
    return tmp_path


def place(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def command_for(out: str, path: str) -> str:
    """The command on the line below the one that names a path."""
    lines = out.partition("Copies on this machine")[2].splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(f"{path}: "))
    return lines[at + 1].strip().partition("    (")[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".git/nbguard/outputs/ab/cdef", f'1\n[{{"text": "{VALUE}"}}]'.encode()),
        (".ipynb_checkpoints/a-checkpoint.ipynb", as_bytes(notebook(code(SOURCE)))),
        ("sub/.ipynb_checkpoints/b-checkpoint.ipynb", as_bytes(notebook(code(SOURCE)))),
        (".jupyter_ystore.db", b"SQLite format 3\0 typed letter by letter"),
        ("sub/.jupyter_ystore.db", b"SQLite format 3\0"),
    ],
)
def test_a_copy_is_named_and_its_command_removes_it(folder: Path, name: str, content: bytes) -> None:
    copy = place(folder, name, content)
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    assert run.status == 1, run.err
    assert VALUE not in run.out + run.err
    subprocess.run(shlex.split(command_for(run.out, name)), cwd=folder, check=True)
    assert not copy.exists()


def test_what_is_staged_is_named_and_staged_anew(folder: Path) -> None:
    subprocess.run(["git", "add", "a.ipynb"], cwd=folder, check=True)
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    subprocess.run(shlex.split(command_for(run.out, "a.ipynb")), cwd=folder, check=True)
    staged = subprocess.run(["git", "show", ":a.ipynb"], cwd=folder, check=True, capture_output=True).stdout
    assert b"secret(" in staged
    assert VALUE.encode() not in staged


def test_another_notebook_is_named_and_keeps_the_provider_when_it_is_moved(folder: Path) -> None:
    """The other one has no call that tells whose key it is."""
    other = place(folder, "b.ipynb", as_bytes(notebook(code(f'api_key = "{VALUE}"', stream("x\n")))))
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    command = shlex.split(command_for(run.out, "b.ipynb"))
    assert command == ["nbguard", "vault", "move", "b.ipynb"]
    again = nbguard("vault", "move", "--yes", "--no-trace", "b.ipynb", cwd=folder)
    assert "ionq-api-key is in Vault: quantum/ionq/" in again.out, again.out + again.err
    assert "api_key_2" not in again.out
    assert VALUE.encode() not in other.read_bytes()


def test_without_copies_nothing_is_said(folder: Path) -> None:
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    assert "Copies" not in run.out


def in_zip(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, PROGRAM * 3)
    return file.getvalue()


def in_tar(name: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        member = tarfile.TarInfo(name)
        member.size = len(PROGRAM)
        packed.addfile(member, io.BytesIO(PROGRAM.encode()))
    return file.getvalue()


PROGRAM = SOURCE.replace(", ", ",\n") + "\n"
COMPILED = b"\xa7\r\r\n" + bytes(12) + marshal.dumps(compile(PROGRAM, "lab.py", "exec"))


@pytest.fixture
def program(folder: Path) -> Path:
    (folder / "a.ipynb").unlink()
    return place(folder, "lab/lab.py", PROGRAM.encode())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lab/__pycache__/lab.cpython-311.pyc", COMPILED),
        ("lab/lab.pyc", COMPILED),
        ("lab/.ipynb_checkpoints/lab-checkpoint.py", PROGRAM.encode()),
        (".virtual_documents/lab/lab.py", PROGRAM.encode()),
        ("lab/.lab.py.swp", b"b0VIM 9.0\0" + bytes(4086) + PROGRAM.encode()),
        ("lab/.lab.py.un~", b"Vim\x9fUnDo" + bytes(50) + PROGRAM.encode()),
        ("lab/lab.py~", PROGRAM.encode()),
        ("lab/#lab.py#", PROGRAM.encode()),
        ("lab/lab.py.bak", PROGRAM.encode()),
        ("lab/lab.py.orig", PROGRAM.encode()),
        (".history/lab/lab_20261129.py", PROGRAM.encode()),
        ("build/lib/lab/lab.py", PROGRAM.encode()),
        ("packages/one/build/lib/lab/lab.py", PROGRAM.encode()),
        ("dist/lab-1-py3-none-any.whl", in_zip("lab/lab.py")),
        ("dist/lab-1.tar.gz", in_tar("lab-1/lab/lab.py")),
        ("lab.egg-info/PKG-INFO", f"Metadata-Version: 2.1\n\n    {PROGRAM}".encode()),
        (".mypy_cache/3.11/lab/lab.data.json", f'{{"node": {{"value": "{VALUE}"}}}}'.encode()),
        (".pytest_cache/v/cache/lastfailed", f'{{"test[{VALUE}]": true}}'.encode()),
        (".ruff_cache/0/1", bytes(10) + PROGRAM.encode()),
        ("htmlcov/lab_py.html", f"<span>{html.escape(PROGRAM)}</span>".encode()),
        (".venv/lib/python3.11/site-packages/lab/lab.py", PROGRAM.encode()),
        (".venv/lib/python3.11/site-packages/lab/__pycache__/lab.cpython-311.pyc", COMPILED),
        (".tox/py/lib/lab.py", PROGRAM.encode()),
    ],
)
def test_a_copy_that_a_tool_made_of_a_program_is_named(folder: Path, program: Path, name: str, content: bytes) -> None:
    copy = place(folder, name, content)
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=folder)
    assert run.status == 1, run.err
    assert VALUE not in run.out + run.err + program.read_text()
    subprocess.run(shlex.split(command_for(run.out, name)), cwd=folder, check=True)
    assert not copy.exists()


def test_what_this_python_compiles_is_named(folder: Path, program: Path) -> None:
    compiled = Path(str(py_compile.compile(str(program))))
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=folder)
    subprocess.run(shlex.split(command_for(run.out, str(compiled.relative_to(folder)))), cwd=folder, check=True)
    assert not compiled.exists()


def as_tex(text: str) -> str:
    """As Pygments writes it: nbconvert's LaTeX has cells in this form."""
    signs = {"-": "hy", "_": "us", "'": "sq", "#": "sh", "$": "dl", "%": "pc", "&": "am", "@": "at", "~": "ti"}
    return "".join(f"\\PYZ{signs[sign]}{{}}" if sign in signs else sign for sign in text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.html", lambda: f"<span>&quot;{html.escape(VALUE)}&quot;</span>"),
        ("a.slides.html", lambda: f"<span>{VALUE}</span>"),
        ("a.tex", lambda: f"\\PY{{l+s+s2}}{{{as_tex(VALUE)}}}"),
        ("a.rst", lambda: f"    {SOURCE}"),
    ],
)
def test_what_a_notebook_was_exported_to_is_named(folder: Path, name: str, written: Callable[[], str]) -> None:
    copy = place(folder, name, written().encode())
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    subprocess.run(shlex.split(command_for(run.out, name)), cwd=folder, check=True)
    assert not copy.exists()


def test_what_git_tracks_is_no_copy_to_be_deleted(folder: Path, program: Path) -> None:
    """A folder may be called `build`, and hold what somebody wrote."""
    place(folder, "build/settings.py", PROGRAM.encode())
    place(folder, "lab.pyc", COMPILED)
    subprocess.run(["git", "add", "-f", "build", "lab.pyc"], cwd=folder, check=True)
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=folder)
    copies = run.out.partition("Copies on this machine")[2]
    assert "nbguard vault move build/settings.py" in copies
    assert "rm -- build" not in copies
    assert "git rm -f -- lab.pyc" in copies


def test_the_same_file_in_another_work_tree_and_in_lfs_is_named(folder: Path, program: Path, tmp_path: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "x"], cwd=folder, check=True)
    other = tmp_path / "other tree"
    subprocess.run(["git", "worktree", "add", "-q", "-b", "other", str(other)], cwd=folder, check=True)
    name = hashlib.sha256(PROGRAM.encode()).hexdigest()
    kept = place(folder, f".git/lfs/objects/{name[:2]}/{name[2:4]}/{name}", PROGRAM.encode())
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=folder)
    subprocess.run(shlex.split(command_for(run.out, str(kept.relative_to(folder)))), cwd=folder, check=True)
    assert not kept.exists()
    assert shlex.split(command_for(run.out, f"{other}/lab/lab.py"))[:3] == ["nbguard", "vault", "move"]
    nbguard(*shlex.split(command_for(run.out, f"{other}/lab/lab.py"))[1:], "--yes", "--no-trace", cwd=other)
    assert VALUE not in (other / "lab/lab.py").read_text()


def test_what_is_kept_for_all_work_trees_is_named_in_a_linked_one(
    folder: Path, program: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "x"], cwd=folder, check=True)
    other = tmp_path_factory.mktemp("linked") / "tree"
    subprocess.run(["git", "worktree", "add", "-q", "-b", "other", str(other)], cwd=folder, check=True)
    kept = [place(folder, f".git/{name}", PROGRAM.encode()) for name in ("nbguard/outputs/ab/cd", "lfs/objects/ab/cd")]
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=other)
    for path in kept:
        subprocess.run(shlex.split(command_for(run.out, os.path.relpath(path, other))), cwd=other, check=True)
    assert not any(path.exists() for path in kept)


def test_a_folder_called_as_the_program_is_no_store_of_outputs(tmp_path: Path) -> None:
    folder = tmp_path / "nbguard"
    place(folder, "else.py", PROGRAM.encode())
    found = list(find_copies([VALUE], str(folder), [str(folder / "lab.py")], 1_000_000))
    assert [(copy.path, copy.what) for copy in found] == [("else.py", "another file")]


def test_more_loose_objects_than_are_read_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dangling_copies, "_MOST", 0)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    found = list(find_copies([VALUE], str(folder), [], 1_000_000))
    assert any("weren't looked for: more than 0 objects" in copy.what for copy in found)


def test_a_folder_with_very_many_files_is_read_only_where_names_agree(folder: Path, program: Path) -> None:
    place(folder, "node_modules/else/index.js", f"// {VALUE}".encode())
    place(folder, "node_modules/lab/lab.js", f"// {VALUE}".encode())
    run = nbguard("vault", "move", "--yes", "--no-trace", "lab/lab.py", cwd=folder)
    assert "node_modules/lab/lab.js" in run.out
    assert "node_modules/else" not in run.out


@pytest.mark.parametrize("path", ["-rf", "a b.bak", "$(touch x).bak", "-x/__pycache__/a.pyc"])
def test_a_command_takes_an_odd_path_for_one_file(path: str) -> None:
    words = shlex.split(kind_of(path, b"x", (), ()).command.partition("    (")[0])
    assert words[-1].removeprefix("./") == path
    assert not words[-1].startswith("-")
