"""Tests in a process of their own: once to see which lines each reaches, and once for each mutant."""

import contextlib
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import NamedTuple

import pytest

OPTIONS = ["-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--hypothesis-profile=mutation"]


class Reach(NamedTuple):
    """What a run of all tests showed: each test's seconds of processor time, and who reaches which line of a file."""

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[str, list[str]]]

    def of(self, path: str, lines: Iterable[int]) -> list[str]:
        """The tests that reach one of the lines, the quickest first."""
        reached = {test for line in lines for test in self.lines.get(path, {}).get(str(line), ())}
        return sorted(reached, key=lambda test: (self.seconds[test], test))


class Chosen:
    """A plugin that runs the tests that are named, in that order."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place), key=lambda item: self.place[item.nodeid]
        )


class Recorder:
    """A plugin that tells coverage which test runs, and keeps the time that each took."""

    def __init__(self, switch: Callable[[str], None]) -> None:
        self.switch = switch
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.switch(item.nodeid)
        began = time.process_time()
        done = yield
        self.seconds[item.nodeid] = time.process_time() - began
        self.switch("")
        return done


def measure(checkout: str, tests: list[str]) -> Reach:
    """Runs the tests on the code as it is, in this process.

    Raises:
        SystemExit: A test fails; nothing can be told from the mutants then.
    """
    import coverage

    begin(checkout)
    measured = coverage.Coverage(data_file=None, config_file=False, source=["nbguard"], branch=False)
    measured.start()
    recorder = Recorder(measured.switch_context)
    status = pytest.main([*OPTIONS, *tests], plugins=[recorder])
    measured.stop()
    if status:
        raise SystemExit("a test fails without any mutation")
    data = measured.get_data()
    lines = {
        os.path.relpath(file, checkout): {
            str(line): [test for test in contexts if test] for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Reach(recorder.seconds, lines)


def begin(checkout: str) -> None:
    """What a process needs before it runs tests in a checkout; hypothesis tries the same examples, unshrunk."""
    from hypothesis import Phase, settings

    os.chdir(checkout)
    sys.path.insert(0, checkout)
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": checkout, "PYTHONDONTWRITEBYTECODE": "1"}
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("mutation", deadline=None, derandomize=True, database=None, phases=phases)


def warm_up(checkout: str) -> None:
    """Imports pytest's plugins before processes split off; of the code itself nothing may be imported here."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as nowhere:
        empty = os.path.join(folder, "test_nothing.py")
        with open(empty, "w", encoding="utf-8"):
            pass
        settings = ["-c", os.path.join(checkout, "pyproject.toml"), "--noconftest", "-p", "no:cacheprovider"]
        with contextlib.redirect_stdout(nowhere):
            pytest.main(["-q", *settings, empty])
    assert "nbguard" not in sys.modules


def survives(checkout: str, tests: list[str], seconds: float, log: str) -> bool:
    """Whether the tests pass in a checkout; a run that takes more seconds of processor time, or waits, doesn't."""
    child = os.fork()
    if not child:
        _run(checkout, tests, int(seconds) + 1, log)
    patience = time.monotonic() + 20 * seconds
    while time.monotonic() < patience:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            _end_group(child)
            return status == 0
        time.sleep(0.02)
    _end_group(child)
    os.waitpid(child, 0)
    return False


def _run(checkout: str, tests: list[str], seconds: int, log: str) -> None:
    """The child: never returns."""
    status = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        begin(checkout)
        files = sorted({test.split("::")[0] for test in tests})
        status = int(pytest.main([*OPTIONS, *files], plugins=[Chosen(tests)]))
    finally:
        os._exit(status)


def _end_group(leader: int) -> None:
    """Ends what the tests started and left: servers, commands."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass
