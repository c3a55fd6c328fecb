"""A disk that gets full while a command writes: each file is the old one or the new one, and the next run does it all.

A bound on the size of files stands in for the disk, for git's files too. 0 bytes stop the first write; with some more a
write stops in the middle.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.repository import make_repository
from tests.command_line import assert_no_secret
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook

pytestmark = pytest.mark.slow

# The arguments, and whether the same bytes come of them at each run.
COMMANDS = {
    "strip": (["strip", "a.ipynb"], True),
    "redact": (["data", "redact", "-y", "--audit", "../out/audit.jsonl", "t.ipynb", "t.csv"], False),
    "extract": (["data", "extract", "-y", "--to", "../out/tables", "t.ipynb"], True),
    "baseline": (["baseline", "create", "--reason", "known"], True),
    "init": (["init", "--yes"], True),
    "report": (["scan", "--format", "json", "-o", "../out/report"], False),
    "register": (["credentials", "--format", "html", "-o", "../out/report"], True),
    "evidence": (["evidence", "--format", "oscal", "-o", "../out/report"], True),
    "bundle": (
        ["policy", "bundle", "--issuer", "x", "--version", "1", "--unsigned", "-o", "../out/report", "p.toml"],
        True,
    ),
}  # fmt: skip


def lay_out(folder: Path) -> None:
    for name in ("home", "out", "r"):
        (folder / name).mkdir(parents=True)
    (folder / "out" / "report").write_text("the last one")
    (folder / "r" / ".nbguard-salt").write_text("a" * 32 + "\n")
    (folder / "r" / "p.toml").write_text("profile = 'enterprise'\n")
    table = data.csv_text(data.people("payment", 12))
    (folder / "r" / "t.csv").write_text(table)
    (folder / "r" / "t.ipynb").write_bytes(as_bytes(notebook(code(f"import io\nf = io.StringIO('''{table}''')\n"))))
    git = ["git", "-c", "core.hooksPath=/dev/null"]
    make_repository(folder / "r")
    subprocess.run([*git, "commit", "-qm", "first"], cwd=folder / "r", check=True)


def perform(folder: Path, arguments: list[str], bound: int | None) -> int:
    """Runs a command; ``bound``: bytes that no file gets larger than. Nothing that it says holds a secret."""

    def limit() -> None:
        if bound is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bound, resource.RLIM_INFINITY))

    home = {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "home"), "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "nbguard", *arguments],
        cwd=folder / "r", env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **home}, capture_output=True,
        text=True, preexec_fn=limit, check=False,
    )  # fmt: skip
    assert_no_secret(done.stdout + done.stderr)
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    assert "not put back" not in done.stderr
    return done.returncode


def files_of(folder: Path) -> Mapping[str, bytes]:
    """All files but git's own objects and index, and what makes the next run faster."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"objects", "home"} & set(path.parts) and path.name != "index"
    }


@pytest.mark.parametrize("bound", [0, 150])
@pytest.mark.parametrize("name", COMMANDS)
def test_each_file_is_the_old_or_the_new_one(tmp_path: Path, name: str, bound: int) -> None:
    arguments, steady = COMMANDS[name]
    lay_out(tmp_path / "kept")
    before = files_of(tmp_path / "kept")
    work = tmp_path / "work"
    shutil.copytree(tmp_path / "kept", work)
    status = perform(work, arguments, None)
    after = files_of(work)
    assert after != before
    shutil.rmtree(work)
    shutil.copytree(tmp_path / "kept", work)
    assert perform(work, arguments, bound) in (2, 3)
    there = files_of(work)
    assert set(before) <= set(there)
    made = {path: raw for path, raw in there.items() if before.get(path) not in (raw, None) or path not in before}
    # The file that a record is appended to is made, and empty, to see that it can be.
    assert {path: len(raw) for path, raw in made.items() if raw not in (after.get(path), b"")} == {}
    assert not any(path for path, raw in made.items() if not raw and not path.endswith("audit.jsonl"))
    assert perform(work, arguments, None) == status
    assert not steady or files_of(work) == after
