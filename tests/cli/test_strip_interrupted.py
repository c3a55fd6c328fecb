"""Whatever happens to `nbguard strip`, each notebook is the old one or the new one, and nothing else."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbguard.strip.strip_bytes import strip
from tests.notebook_builder import as_bytes, code, notebook, result

_COUNT = 40
_COMMAND = [sys.executable, "-m", "nbguard", "strip", "-q"]


def _old(number: int) -> bytes:
    # The source is large enough for a write to be caught half-way.
    return as_bytes(notebook(code(f"x = {number}  # " + "s" * 60_000, result(image__png="A" * 100_000))))


_OLD = [_old(number) for number in range(_COUNT)]
_NEW = [strip(raw) for raw in _OLD]


def _write(folder: Path) -> list[Path]:
    paths = [folder / f"{number}.ipynb" for number in range(_COUNT)]
    for path, raw in zip(paths, _OLD, strict=True):
        path.write_bytes(raw)
    return paths


def _tell(paths: list[Path]) -> list[bool]:
    """Whether each notebook is the new one; fails where one is neither old nor new."""
    contents = [path.read_bytes() for path in paths]
    assert all(content in (old, new) for content, old, new in zip(contents, _OLD, _NEW, strict=True))
    return [content == new for content, new in zip(contents, _NEW, strict=True)]


@pytest.mark.slow
def test_killed_at_any_moment_every_notebook_is_old_or_new(tmp_path: Path) -> None:
    _write(tmp_path)
    started = time.monotonic()
    assert subprocess.run([*_COMMAND, "."], cwd=tmp_path, check=False).returncode == 1
    whole = time.monotonic() - started
    caught = 0
    for attempt in range(24):
        paths = _write(tmp_path)
        child = subprocess.Popen([*_COMMAND, "."], cwd=tmp_path)
        time.sleep(whole * (0.3 + 0.7 * attempt / 24))
        child.send_signal(signal.SIGKILL)
        child.wait()
        caught += 0 < sum(_tell(paths)) < _COUNT
        for left in tmp_path.glob(".nbguard-*"):
            left.unlink()
    # A later run needs no help to finish the work.
    assert subprocess.run([*_COMMAND, "."], cwd=tmp_path, check=False).returncode in (0, 1)
    assert all(_tell(paths))


def test_interrupted_from_the_keyboard_it_leaves_no_temporary_file(tmp_path: Path) -> None:
    for attempt in range(6):
        paths = _write(tmp_path)
        child = subprocess.Popen([*_COMMAND, "."], cwd=tmp_path, stderr=subprocess.DEVNULL)
        time.sleep(0.12 + attempt * 0.03)
        child.send_signal(signal.SIGINT)
        child.wait()
        _tell(paths)
        assert [name for name in os.listdir(tmp_path) if not name.endswith(".ipynb")] == []


def test_on_a_full_disk_the_notebooks_stay_and_the_status_says_so(tmp_path: Path) -> None:
    """The limit on file size stands in for a full disk: the write fails half-way, with the real system call."""
    paths = _write(tmp_path)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [*_COMMAND, "."], cwd=tmp_path, preexec_fn=limit, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 3
    assert len(run.stderr.splitlines()) == _COUNT
    assert all("nothing was written" in line for line in run.stderr.splitlines())
    assert not any(_tell(paths))
    assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in paths)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user gets to. Above pytest's own there are more or fewer that only its user may enter."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o777)
        yield Path(made)


def test_a_read_only_notebook_is_told_and_the_others_are_stripped(open_folder: Path) -> None:
    """Done as another user where the suite runs as root, who may write to anything."""
    paths = _write(open_folder)
    paths[3].chmod(0o444)
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, 65534, 65534)
    # Once as the user who may read the environment, so that everything is loaded by then.
    warm = open_folder / "warm" / "a.ipynb"
    warm.parent.mkdir()
    warm.write_bytes(_OLD[0])
    program = (
        "import os, sys; from nbguard.cli.main import main; main(['strip', '-q', sys.argv[1]])\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "sys.exit(main(['strip', '-q', *sys.argv[2:]]))"
    )
    names = [path.name for path in paths]
    run = subprocess.run(
        [sys.executable, "-c", program, str(warm), *names], cwd=open_folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 3, run.stderr
    assert run.stderr == "nbguard: 3.ipynb: read-only; nothing was written\n"
    assert _tell(paths) == [number != 3 for number in range(_COUNT)]
