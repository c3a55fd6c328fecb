"""Several processes say what one says, in the same order; whatever happens to them, nothing is lost or left behind."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.policy.policy_settings import Config
from nbguard.report.writing import FORMATS, write_report
from nbguard.repository.history import select_everything
from nbguard.scan import file_workers, version_workers, workers
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.pipeline import ScanResult
from nbguard.scan.scan_paths import scan_paths
from nbguard.scan.workers import jobs_from, processors, run_in_order
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.scan.histories import History

ON_LINUX = sys.platform.startswith("linux")


def same(task: Callable[[int], int]) -> Callable[[int], int]:
    return task


def slow_at_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise UsageError("three is refused")
    return number


def leak_at_three(number: int) -> int:
    if number == 3:
        raise ValueError("the value of a secret")
    return number


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(run_in_order(range(20), partial(same, slow_at_first), 4)) == [n * n for n in range(20)]


def test_no_task_at_all() -> None:
    assert list(run_in_order([], partial(same, slow_at_first), 4)) == []


def test_tasks_are_taken_no_further_ahead_than_results_are_kept() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken = number
            yield number

    results = run_in_order(tasks(), partial(same, slow_at_first), 2)
    for number in range(5):
        next(results)
        assert taken <= number + 2 * workers._AHEAD + 2
    results.close()  # type: ignore[attr-defined]


@pytest.fixture
def always_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are forked, also where another test's threads still run."""
    monkeypatch.setattr(workers, "may_fork", lambda: True)


def test_an_error_of_a_task_is_raised_here() -> None:
    results = run_in_order(range(9), partial(same, fail_at_three), 3)
    with pytest.raises(UsageError, match="three is refused"):
        list(results)


def test_an_unforeseen_error_is_told_without_its_text() -> None:
    with pytest.raises(RuntimeError, match="ValueError") as caught:
        list(run_in_order(range(9), partial(same, leak_at_three), 3))
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("always_forked")
@pytest.mark.skipif(not ON_LINUX, reason="a closure reaches a worker by a fork only")
def test_the_task_of_a_worker_that_dies_is_done_here() -> None:
    here = os.getpid()

    def die_elsewhere(number: int) -> int:
        if number == 5 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(run_in_order(range(12), lambda: die_elsewhere, 3)) == list(range(12))


@pytest.mark.usefixtures("always_forked")
@pytest.mark.skipif(not ON_LINUX, reason="a closure reaches a worker by a fork only")
def test_whoever_stops_early_leaves_no_process_behind() -> None:
    results = run_in_order(range(100), lambda: lambda _: os.getpid(), 3)
    pids = {next(results) for _ in range(6)}
    results.close()  # type: ignore[attr-defined]
    assert os.getpid() not in pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_jobs_are_those_that_are_given_or_one_a_core() -> None:
    assert jobs_from(3) == 3
    assert jobs_from(None) == processors() >= 1
    with pytest.raises(UsageError, match="--jobs"):
        jobs_from(0)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any amount of work is enough for several processes."""
    monkeypatch.setattr(file_workers, "_MUCH", 1)
    monkeypatch.setattr(file_workers, "_GROUP_FILES", 3)
    monkeypatch.setattr(version_workers, "_GROUP_CONTENTS", 2)
    monkeypatch.setattr(version_workers, "_FIRST", 1)


def fill(folder: Path) -> None:
    """Files with findings, echoes of them in others, what is broken, and what is clean."""
    tokens = FakeTokens(7)
    key = tokens.ionq()
    call = f"from qiskit_ionq import IonQProvider\nprovider = IonQProvider('{key}')"
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(code(call, stream(f"{key}\n")))))
    (folder / "z.txt").write_text(f"the key of the lab: {key}\n")
    (folder / "broken.ipynb").write_text('{"cells": [')
    (folder / ".nbguard-salt").write_text("0" * 64)
    for number in range(14):
        text = f"token = '{tokens.dwave()}'\n" if number % 3 == 0 else "x = 1\n"
        (folder / f"m{number:02d}.py").write_text(text)
    rows = "".join(f"Ana Perez {n},ana{n}@firm{n}.com,+34 612 345 6{n:02d}\n" for n in range(30))
    (folder / "people.csv").write_text(f"name,email,phone\n{rows}")


def written(result: ScanResult, name: str) -> str:
    report = result.report._replace(summary=result.report.summary._replace(seconds=0.0))
    stream = io.StringIO()
    write_report(report, name, stream)
    # When it was written, in milliseconds or to the second.
    return re.sub(r'"time": \d{13}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?', "", stream.getvalue())


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("forked", [True, False])
def test_four_processes_report_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forked: bool) -> None:
    fill(tmp_path)
    if not forked:
        monkeypatch.setattr(workers, "may_fork", lambda: False)
    config = Config(str(tmp_path))
    one = scan_paths([str(tmp_path)], config, frozenset(), reveal=True)
    four = scan_paths([str(tmp_path)], config, frozenset(), reveal=True, jobs=4)
    assert {finding.kind for finding in one.report.findings} == {"credential", "sample-data"}
    assert any(finding.path == "z.txt" for finding in one.report.findings)
    assert [skipped.path for skipped in one.report.skipped] == ["broken.ipynb"]
    assert one.exit_code == four.exit_code
    assert one.values == four.values
    for name in FORMATS:
        assert written(one, name) == written(four, name), name


@pytest.mark.usefixtures("eager")
def test_four_processes_strip_and_report_what_one_does(tmp_path: Path) -> None:
    results, contents = [], []
    for jobs in (1, 4):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        fill(folder)
        result = scan_paths([str(folder)], Config(str(folder)), frozenset(), strip=True, jobs=jobs)
        results.append((written(result, "json"), [os.path.basename(path) for path in result.stripped]))
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert results[0][1] == ["a.ipynb"]
    assert results[0] == results[1]
    assert contents[0] == contents[1]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("forked", [True, False])
def test_four_processes_say_of_a_history_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    if not forked:
        monkeypatch.setattr(workers, "may_fork", lambda: False)
    history = History(tmp_path)
    fill(history.path)
    history.commit("all of it")
    for number in range(6):
        (history.path / "b.py").write_text(
            f"token = '{FakeTokens(number).dwave()}'\n" if number % 2 else f"y = {number}\n"
        )
        history.commit(f"change {number}")
    folder = str(history.path)
    results = [
        HistoryScan(folder, Config(folder), frozenset(), jobs=jobs).run(select_everything(folder)) for jobs in (1, 4)
    ]
    assert len(results[0].result.report.findings) > 5
    assert results[0].notes == results[1].notes
    for name in FORMATS:
        assert written(results[0].result, name) == written(results[1].result, name), name


@pytest.mark.slow
@pytest.mark.skipif(not ON_LINUX, reason="processes are looked up in /proc")
@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("scan", "--jobs", "3"), "print('x', token)\n"),
        (("data", "redact", "--yes", "--jobs", "3"), "Ana Perez,ana{n}@firm.es,+34 612 345 678\n"),
    ],
    ids=["scan", "data"],
)
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, command: tuple[str, ...], line: str) -> None:
    for number in range(60):
        lines = "".join(line.replace("{n}", str(n)) for n in range(20_000))
        (tmp_path / f"{number:02d}.txt").write_text("name,email,phone\n" * ("{n}" in line) + lines)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": os.pathsep.join(sys.path)}
    (tmp_path / "tmp").mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "nbguard", *command, str(tmp_path)], env=environment, cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in the background
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(group_of(run.pid)) < 3 and time.monotonic() < deadline and run.poll() is None:
        time.sleep(0.02)
    assert len(group_of(run.pid)) >= 3
    os.killpg(run.pid, signal.SIGINT)
    out, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    assert (out, errors) == (b"", b"")
    assert group_of(run.pid) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def group_of(leader: int) -> list[int]:
    """The processes of a group that run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == leader and fields[0] != "Z":
                found.append(int(entry.name))
    return found
