"""A sweep finds in each repository what a scan of its history finds, whoever does the work and however it is cut."""

import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from nbguard.errors import UsageError
from nbguard.report.records import exit_status
from nbguard.scan.sweep.executors import PoolExecutor, SerialExecutor
from nbguard.scan.sweep.ledger import close_ledger, open_ledger
from nbguard.scan.sweep.work import Lost
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq
from tests.scan.sweep.sweeping import setup_for, sweep


def test_a_sweep_finds_what_histories_hold(grown, expected, tmp_path):
    swept = sweep(grown, output=tmp_path / "r.sqlite")
    assert swept.found == expected
    assert swept.skipped == {}
    assert swept.run.targets == 5


def test_a_database_of_something_else_keeps_its_bytes(tmp_path):
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE people (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="a database of something else"):
        open_ledger(str(path))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["theirs.sqlite"]


@pytest.mark.slow
def test_contents_that_forks_share_are_read_once(grown, tmp_path):
    first = sweep(grown / "r0", output=tmp_path / "a.sqlite").run
    fork = sweep(grown / "deep", output=tmp_path / "b.sqlite").run
    both = sweep(grown / "r0", grown / "deep", output=tmp_path / "c.sqlite").run
    assert both.contents == first.contents + 1, "one is the fork's own"
    assert both.known == fork.contents - 1


class Counting(SerialExecutor):
    """Keeps how many contents each stage looked at."""

    def __init__(self, setup):
        super().__init__(setup)
        self.items = Counter()

    def submit(self, number, work):
        self.items[work.stage] += len(work.items)
        super().submit(number, work)


def test_forks_with_the_same_values_are_searched_for_them_once(tmp_path):
    """The values of the origin are looked for in its contents once, and in what a fork has besides."""
    history, token = History(tmp_path / "origin"), FakeTokens(6).ionq()
    history.commit(**{"a.ipynb": with_ionq(token), **{f"f{n}.txt": f"file {n}\n" for n in range(6)}})
    history.commit(**{"again.txt": f"it was {token}\n"})
    for number in range(3):
        fork = History(tmp_path / f"fork{number}")
        fork.git("fetch", "-q", str(tmp_path / "origin"), "+refs/heads/*:refs/heads/*", "--update-head-ok")
        fork.git("reset", "-q", "--hard", "main")
        fork.commit(**{f"own{number}.txt": f"fork {number} has {token}, too\n"})
    setup = setup_for()
    executor = Counting(setup)
    swept = sweep(tmp_path, output=tmp_path / "r.sqlite", setup=setup, executor=executor)
    assert executor.items["scan"] == executor.items["echo"] == 8 + 3
    assert {os.path.relpath(f.path, tmp_path) for f in swept.report.findings} == {
        "origin/a.ipynb", "origin/again.txt",
        *(f"fork{n}/{name}" for n in range(3) for name in ("a.ipynb", "again.txt", f"own{n}.txt")),
    }  # fmt: skip


class Interrupted(SerialExecutor):
    """Is stopped after some tasks, in the middle of another."""

    def __init__(self, setup, tasks):
        super().__init__(setup)
        self.left = tasks

    def wait(self):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().wait()


@pytest.mark.slow
def test_a_stopped_sweep_goes_on(grown, expected, tmp_path):
    """Stopped after every third task, it comes to the same in the end, and reads nothing twice."""
    setup, output = setup_for(), tmp_path / "r.sqlite"
    whole = sweep(grown, output=tmp_path / "whole.sqlite").run
    stops = 0
    while True:
        try:
            swept = sweep(grown, output=output, setup=setup, executor=Interrupted(setup, 3))
            break
        except KeyboardInterrupt:
            stops += 1
    assert stops > 5
    assert swept.found == expected
    assert (swept.run.contents, swept.run.bytes) == (whole.contents, whole.bytes)
    assert swept.told == ["an earlier sweep was stopped; this one goes on where it was"]


@pytest.mark.slow
def test_a_stopped_sweep_with_other_targets_begins_anew_and_knows_what_was_read(grown, expected, tmp_path):
    setup, output = setup_for(), tmp_path / "r.sqlite"
    with pytest.raises(KeyboardInterrupt):
        sweep(grown / "r0", grown / "r2", output=output, setup=setup, executor=Interrupted(setup, 8))
    swept = sweep(grown, output=output)
    assert swept.found == expected
    assert swept.skipped == {}


def test_a_second_sweep_reads_what_is_new(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(3)
    first, second = tokens.dwave(), tokens.dwave()
    history.commit(**{"a.py": with_dwave(first), "b.txt": "nothing\n"})
    output = tmp_path / "r.sqlite"
    assert sweep(tmp_path / "r", output=output).run.contents == 2
    again = sweep(tmp_path / "r", output=output)
    assert (again.run.contents, again.run.findings) == (0, 1)
    history.commit(**{"c.py": with_dwave(second), "d.txt": f"once more: {first}\n"})
    swept = sweep(tmp_path / "r", output=output)
    assert swept.run.contents == 2
    places = {(finding.path.rpartition("/")[2], finding.fingerprint) for finding in swept.report.findings}
    assert {path for path, _ in places} == {"a.py", "c.py", "d.txt"}
    assert len({mark for _, mark in places}) == 2, "the echo of an old value is known in a new content"


def test_what_left_a_history_leaves_the_results(tmp_path):
    history = History(tmp_path / "r")
    history.commit(a="nothing\n")
    history.commit(**{"a.py": with_dwave(FakeTokens(4).dwave())})
    output = tmp_path / "r.sqlite"
    assert sweep(tmp_path / "r", output=output).run.findings == 1
    history.git("reset", "-q", "--hard", "HEAD~1")
    history.git("reflog", "expire", "--expire=all", "--all")
    assert sweep(tmp_path / "r", output=output).run.findings == 0


@pytest.mark.slow
def test_another_policy_looks_at_everything_anew(grown, tmp_path):
    output = tmp_path / "r.sqlite"
    first = sweep(grown / "r0", output=output).run
    swept = sweep(grown / "r0", output=output, disable=("dwave-*",))
    assert swept.run.contents == first.contents
    assert swept.told == ["the rules, the policy or nbguard itself changed: everything is looked at anew"]


def test_another_salt_needs_another_file(grown, tmp_path, monkeypatch):
    monkeypatch.delenv("NBGUARD_SALT", raising=False)
    output = tmp_path / "r.sqlite"
    sweep(grown / "r0", output=output, salt="one")
    with pytest.raises(UsageError, match="another salt"):
        sweep(grown / "r0", output=output, salt="two")
    sweep(grown / "r0", output=output, salt="one")


def test_two_sweeps_do_not_share_a_file(grown, tmp_path):
    held = open_ledger(str(tmp_path / "r.sqlite"))
    with pytest.raises(UsageError, match="another sweep is writing to it"):
        sweep(grown / "r0", output=tmp_path / "r.sqlite")
    close_ledger(held)


@pytest.mark.parametrize("content", [b"not a database, but longer than a header" * 50, b"x"])
def test_a_file_of_something_else_is_left_alone(content, grown, tmp_path):
    (tmp_path / "r.sqlite").write_bytes(content)
    with pytest.raises(UsageError, match="not a results file"):
        sweep(grown / "r0", output=tmp_path / "r.sqlite")
    assert (tmp_path / "r.sqlite").read_bytes() == content


class Deadly(SerialExecutor):
    """Loses its worker with every task that has a certain content in it, as a content that needs too much memory."""

    def __init__(self, setup, poison):
        super().__init__(setup)
        self.poison, self.lost, self.largest = poison, 0, 0

    def wait(self):
        number, work = self._queue[0]
        if work.stage == "scan" and any(item.path == self.poison for item in work.items):
            self._queue.popleft()
            self.lost += 1
            return [(number, Lost("its worker was killed (SIGKILL)"))]
        return super().wait()


def test_only_the_content_that_kills_workers_is_left_out(tmp_path):
    tokens = FakeTokens(5)
    history = History(tmp_path / "r")
    history.commit(**{f"f{number}.py": with_dwave(tokens.dwave()) for number in range(9)})
    fork = History(tmp_path / "s")
    fork.git("fetch", "-q", str(tmp_path / "r"), "+refs/heads/*:refs/heads/*", "--update-head-ok")
    setup = setup_for()
    executor = Deadly(setup, "f4.py")
    swept = sweep(tmp_path, output=tmp_path / "r.sqlite", setup=setup, executor=executor, limits=None)
    told = {os.path.relpath(path, tmp_path): reason for path, reason in swept.report.skipped}
    assert told == {
        "r/f4.py": "its worker was killed (SIGKILL), 3 times",
        "s/(history)": "1 of its contents, which another repository has too, could not be scanned there",
    }
    assert {os.path.relpath(f.path, tmp_path) for f in swept.report.findings} == {
        f"{name}/f{number}.py" for name in "rs" for number in range(9) if number != 4
    }
    assert exit_status(swept.report) == 3
    assert executor.lost < 16
    # The next run tries it again.
    assert sweep(tmp_path, output=tmp_path / "r.sqlite", setup=setup).skipped == {}


class Assassin(PoolExecutor):
    """Kills one of its own processes while it works, after some answers."""

    def __init__(self, setup, workers, after):
        super().__init__(setup, workers)
        self.after, self.killed = set(after), 0
        self.answers = 0

    def wait(self):
        self.answers += 1
        if self.answers in self.after:
            os.kill(self.processes[0], signal.SIGKILL)
            self.killed += 1
        return super().wait()


@pytest.mark.slow
def test_processes_find_the_same_and_may_be_killed(grown, expected, tmp_path):
    setup = setup_for()
    executor = Assassin(setup, 2, after=(2, 9, 17))
    try:
        swept = sweep(grown, output=tmp_path / "r.sqlite", setup=setup, executor=executor)
    finally:
        executor.close()
    assert executor.killed == 3
    assert swept.found == expected
    assert swept.skipped == {}
