"""Where tasks run on a Dask cluster: one made for the sweep on this machine, or any that has a scheduler.

Loaded only where Dask is asked for. The configuration goes to each worker once, when it joins, and not with the tasks:
what the scheduler keeps and shows of a task are paths and ids.
"""

from __future__ import annotations

import logging
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.policy.fingerprint import SALT_VARIABLE
from nbguard.scan.sweep.executors import perform_in_time
from nbguard.scan.sweep.work import Answer, Lost
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.scan.sweep.work import Setup, Work

# Much of it has no types.
_dask: Any = import_module("distributed")

# What workers of this process's sweeps were told, by the sweep's name.
_SETUPS: dict[str, Setup] = {}


class _Introduction(_dask.WorkerPlugin):  # type: ignore[misc]
    """Tells a worker what holds for the sweep."""

    def __init__(self, setup: Setup) -> None:
        self.name = f"nbguard-{setup.sweep}"
        self._setup = setup
        self._version = __version__

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        if self._version != __version__:
            raise RuntimeError(f"this worker has nbguard {__version__}, the sweep was started by {self._version}")
        os.environ.pop(SALT_VARIABLE, None)
        _SETUPS[self._setup.sweep] = self._setup

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask's signature
        _SETUPS.pop(self._setup.sweep, None)


def _perform(sweep: str, work: Work) -> Answer | Lost:
    setup = _SETUPS.get(sweep)
    return perform_in_time(setup, work) if setup is not None else Lost("its worker doesn't know of this sweep")


class DaskExecutor:
    """Tasks run on a Dask cluster. What a lost worker had to do, Dask gives to another, or says that it is lost."""

    def __init__(self, setup: Setup, *, scheduler: str = "", workers: int = 0) -> None:
        """Connects to ``scheduler``, or starts a cluster of ``workers`` processes here. Raises UsageError."""
        self._sweep = setup.sweep
        self._cluster: Any = None
        self._numbers: dict[str, int] = {}
        address: Any = scheduler
        if not scheduler:
            self._cluster = address = _start_cluster(workers)
        try:
            self._client = _dask.Client(address, timeout=20, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise UsageError(f"{scheduler}: no Dask scheduler answers there") from None
        try:
            self._client.register_plugin(_Introduction(setup))
        except Exception as error:  # noqa: BLE001 - what a plugin raises comes back as anything
            self.close()
            reason = str(error) if isinstance(error, RuntimeError) else type(error).__name__
            raise UsageError(f"the workers can't take part ({reason}): each needs the same nbguard") from None
        self._done = _dask.as_completed(loop=self._client.loop, raise_errors=False)

    @property
    def slots(self) -> int:
        """Two for each thread of the cluster: one at work, one on its way."""
        threads: int = sum(self._client.nthreads().values())
        return max(2 * threads, 2)

    def submit(self, number: int, work: Work) -> None:
        """Sends a task to the cluster."""
        key = f"nbguard-{work.stage}-{self._sweep}-{number}-{os.urandom(4).hex()}"
        self._numbers[key] = number
        self._done.add(self._client.submit(_perform, self._sweep, work, key=key, pure=False))

    def wait(self) -> list[tuple[int, Answer | Lost]]:
        """Blocks until the cluster has done a task, or given it up."""
        answers = []
        for future in self._done.next_batch(block=True):
            answers.append((self._numbers.pop(future.key), _answer(future)))
            future.release()
        return answers

    def close(self) -> None:
        """Leaves the cluster; ends it, where it was made for the sweep."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _start_cluster(workers: int) -> Any:
    """A cluster on this machine that nobody else on it can look into."""
    import_module("dask").config.set(
        # Its web pages show tasks, and take no password.
        {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    )
    return _dask.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        silence_logs=logging.CRITICAL,
        security=_security(),
    )


def _security() -> Any:
    """Certificates for this run alone: whoever reaches a scheduler can have it run anything.

    Without ``cryptography`` there are none, and the cluster listens to all users of this machine.
    """
    try:
        return _dask.Security.temporary()
    except ImportError:
        return None


def _answer(future: Any) -> Answer | Lost:
    if future.status != "finished":
        return Lost("its worker was lost")
    answer = future.result()
    return answer if isinstance(answer, (Answer, Lost)) else Lost("the worker gave no answer")
