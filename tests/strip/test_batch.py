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


def test_a_file_named_twice_or_by_a_link_is_stripped_once_without_complaint(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(as_bytes(notebook(code("1", stream("an output")))))
    (tmp_path / "link.ipynb").symlink_to(path)
    paths = [str(path), str(tmp_path / "link.ipynb"), str(path)]
    outcomes = list(strip_files(paths, _settings, write=True))
    assert [outcome.exit_code for outcome in outcomes] == [ExitCode.FINDINGS, ExitCode.CLEAN, ExitCode.CLEAN]
    assert b"an output" not in path.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.ipynb", "link.ipynb"]


def test_a_file_that_cannot_be_replaced_leaves_the_others_of_its_group_alone(tmp_path: Path) -> None:
    """A folder that is gone by the time of the rename: the group's other files are still stripped."""
    raw = as_bytes(notebook(code("1", stream("an output"))))
    (tmp_path / "gone").mkdir()
    first, second = tmp_path / "gone" / "a.ipynb", tmp_path / "b.ipynb"
    first.write_bytes(raw)
    second.write_bytes(raw)

    def settings(path: str) -> tuple[StripOptions, int]:
        if path == str(second):  # the first one's new content lies beside it by now
            first.parent.rename(tmp_path / "elsewhere")
        return DEFAULT, 10**6

    outcomes = list(strip_files([str(first), str(second)], settings, write=True))
    assert [outcome.exit_code for outcome in outcomes] == [ExitCode.INCOMPLETE, ExitCode.FINDINGS]
    assert (tmp_path / "elsewhere" / "a.ipynb").read_bytes() == raw
    assert b"an output" not in second.read_bytes()
