"""A sweep on a real Dask cluster: the same findings, also when a worker is killed; and no value in what Dask keeps."""

import os
import pickle
import signal
import threading
import time

import pytest

from nbguard.scan.sweep.cluster import DaskExecutor
from tests.fake_tokens import MADE
from tests.scan.sweep.sweeping import setup_for, sweep

pytestmark = pytest.mark.slow
SALT = "the operator's own salt"


@pytest.fixture(scope="module")
def cluster():
    setup = setup_for(salt=SALT)
    executor = DaskExecutor(setup, workers=2)
    yield setup, executor
    executor.close()


def secrets() -> list[str]:
    return [*MADE, SALT]


def assert_holds_no_secret(what: str, content: bytes) -> None:
    held = sum(secret.encode() in content for secret in secrets())
    assert not held, f"{what} holds {held} of the secrets"


def test_dask_finds_the_same_and_keeps_no_value(cluster, grown, tmp_path):
    setup, executor = cluster
    seen = []

    def observe(dask_scheduler):
        """All that the scheduler knows of its tasks, as a dashboard would show it."""
        tasks = [(key, repr(task), str(task.run_spec)) for key, task in dask_scheduler.tasks.items()]
        return tasks, list(dask_scheduler.transition_log)[-5000:], list(dask_scheduler.get_logs())

    real_submit = executor.submit

    def submit(number, work):
        seen.append(pickle.dumps(work))
        real_submit(number, work)
        if number % 10 == 0:
            seen.append(repr(executor._client.run_on_scheduler(observe)).encode())

    executor.submit = submit
    real_wait = executor.wait

    def wait():
        answers = real_wait()
        seen.append(pickle.dumps(answers))
        return answers

    executor.wait = wait
    swept = sweep(grown, output=tmp_path / "r.sqlite", setup=setup, executor=executor)
    assert swept.found == sweep(grown, output=tmp_path / "serial.sqlite", salt=SALT).found
    assert swept.found
    seen.append(repr(executor._client.run_on_scheduler(observe)).encode())
    seen.append(repr(executor._client.get_worker_logs()).encode())
    seen.append(repr(executor._client.get_scheduler_logs()).encode())
    seen.append(repr(executor._client.scheduler_info()).encode())
    assert sum(map(len, seen)) > 50_000, "there is something to look through"
    for number, content in enumerate(seen):
        assert_holds_no_secret(f"what was seen, {number}", content)
    assert_holds_no_secret("the results", (tmp_path / "r.sqlite").read_bytes())


def test_a_killed_worker_loses_nothing(grown, expected, tmp_path):
    """Both workers get a kill -9, one after the other, while they work."""
    setup = setup_for()
    executor = DaskExecutor(setup, workers=2)
    killed = []

    def kill_some():
        for nanny in list(executor._cluster.workers.values()):
            time.sleep(1)
            victim = nanny.pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    try:
        killer = threading.Thread(target=kill_some)
        real_wait = executor.wait

        def wait():
            if not killer.ident:
                killer.start()
            if len(killed) < 2:
                time.sleep(0.2)  # else the sweep might be over before anybody is killed
            return real_wait()

        executor.wait = wait
        swept = sweep(grown, output=tmp_path / "r.sqlite", setup=setup, executor=executor)
        killer.join()
    finally:
        executor.close()
    assert len(killed) == 2
    assert swept.found == expected
    assert swept.skipped == {}
