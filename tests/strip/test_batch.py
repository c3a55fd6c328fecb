"""Many files at once: in order, each with its own outcome, whatever happens to a process."""

import os
import signal
from pathlib import Path

import pytest

from nbguard.errors import ExitCode
from nbguard.strip.batch import strip_files
from nbguard.strip.options import DEFAULT, StripOptions
from tests.notebook_builder import as_bytes, code, notebook, stream

_COUNT = 300
_parent = os.getpid()


def _settings(_path: str) -> tuple[StripOptions, int]:
    return DEFAULT, 10**6


def _deadly_settings(path: str) -> tuple[StripOptions, int]:
    if path.endswith("150.ipynb") and os.getpid() != _parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return DEFAULT, 10**6


@pytest.mark.parametrize("settings", [_settings, _deadly_settings])
def test_many_files_are_all_done_and_told_in_order(tmp_path: Path, settings) -> None:
    paths = [str(tmp_path / f"{number}.ipynb") for number in range(_COUNT)]
    for number, path in enumerate(paths):
        Path(path).write_bytes(b"{" if number == 7 else as_bytes(notebook(code(str(number), stream("an output")))))
    outcomes = list(strip_files(paths, settings, write=True))
    assert [outcome.path for outcome in outcomes] == paths
    assert outcomes[7].exit_code == ExitCode.INCOMPLETE
    assert Path(paths[7]).read_bytes() == b"{"
    assert all(b"an output" not in Path(path).read_bytes() for path in paths)
    if settings is _settings:
        assert sum(outcome.exit_code == ExitCode.FINDINGS for outcome in outcomes) == _COUNT - 1
