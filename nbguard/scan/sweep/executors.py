"""Where tasks run on one machine: in this process, or in several that may die without taking the sweep with them."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from nbguard.policy.fingerprint import SALT_VARIABLE
from nbguard.scan.sweep.tasks import perform
from nbguard.scan.sweep.work import Answer, Lost

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from nbguard.scan.sweep.work import Setup, Work


class SerialExecutor:
    """Tasks run here, one after the other, when they are waited for."""

    slots = 1

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._queue: deque[tuple[int, Work]] = deque()

    def submit(self, number: int, work: Work) -> None:
        """Puts a task into the queue."""
        self._queue.append((number, work))

    def wait(self) -> list[tuple[int, Answer | Lost]]:
        """Does the next task."""
        number, work = self._queue.popleft()
        return [(number, perform(self._setup, work))]

    def close(self) -> None:
        """There is nothing to stop."""


class _Worker:
    """A process with one task at a time."""

    def __init__(self, context: Any, setup: Setup) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        self.process.start()
        theirs.close()
        self.task: int | None = None

    def give(self, number: int, work: Work) -> None:
        self.task = number
        try:
            self.connection.send(work)
        except OSError:
            pass  # it died: wait() will notice

    def take(self) -> Answer | Lost:
        """The answer, or why there is none."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return Lost(self._why_it_ended())
        return answer if isinstance(answer, Answer) else Lost("the worker gave no answer")

    def _why_it_ended(self) -> str:
        self.process.join(5)
        code = self.process.exitcode
        if code == _OVERDUE:
            return "it took too long"
        if code is not None and code < 0:
            return f"its worker was killed ({signal.Signals(-code).name})"
        return f"its worker ended ({code})"

    def stop(self) -> None:
        """Ends the process and the git processes that it started."""
        _end_group(self.process.pid)
        self.process.kill()
        self.process.join(5)
        self.connection.close()


class PoolExecutor:
    """Tasks run in processes of this machine. Where one dies, its task is known, and another takes its place."""

    def __init__(self, setup: Setup, workers: int) -> None:
        from multiprocessing import get_context

        self.slots = workers
        self._setup = setup
        self._context = get_context("spawn")
        self._workers: list[_Worker] = []
        self._queue: deque[tuple[int, Work]] = deque()

    def submit(self, number: int, work: Work) -> None:
        """Gives a task to a worker that is free, or puts it into the queue."""
        self._queue.append((number, work))
        self._feed()

    def wait(self) -> list[tuple[int, Answer | Lost]]:
        """Blocks until a worker answers or dies."""
        from multiprocessing.connection import wait

        busy: dict[Any, _Worker] = {w.connection: w for w in self._workers if w.task is not None}
        done: list[tuple[int, Answer | Lost]] = []
        # A connection is ready at its end, too: a dead worker's is.
        for connection in wait(list(busy)):
            worker = busy[connection]
            answer = worker.take()
            if worker.task is not None:
                done.append((worker.task, answer))
            worker.task = None
            if isinstance(answer, Lost):
                worker.stop()
                self._workers.remove(worker)
        self._feed()
        return done

    def close(self) -> None:
        """Ends all workers."""
        while self._workers:
            self._workers.pop().stop()

    @property
    def processes(self) -> list[int]:
        """The ids of the worker processes."""
        return [worker.process.pid for worker in self._workers]

    def _feed(self) -> None:
        while self._queue:
            free = next((worker for worker in self._workers if worker.task is None), None)
            if free is None:
                if len(self._workers) >= self.slots:
                    return
                free = _Worker(self._context, self._setup)
                self._workers.append(free)
            free.give(*self._queue.popleft())


# The exit status of a worker that ended itself, as sysexits.h has for a temporary failure.
_OVERDUE = 75


def perform_in_time(setup: Setup, work: Work) -> Answer:
    """Does a task, and ends this whole process where it takes longer than ``setup.timeout`` seconds.

    Only for processes that do nothing else. A git that waits for a pipe can be stopped in no other way.
    """
    if not setup.timeout:
        return perform(setup, work)
    from threading import Timer

    watchdog = Timer(setup.timeout, _give_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        return perform(setup, work)
    finally:
        watchdog.cancel()


def _give_up() -> None:
    _end_children()
    os._exit(_OVERDUE)


def _end_children() -> None:
    """Kills the processes that this one started (on Linux; elsewhere they end with their pipes)."""
    if sys.platform != "linux":
        return
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            children = file.read().split()
    except OSError:
        return
    for child in children:
        try:
            os.kill(int(child), signal.SIGKILL)
        except OSError:
            pass


def _end_group(process: int | None) -> None:
    """Kills the process group of a worker, if it made one."""
    if process is None or sys.platform == "win32":
        return
    try:
        os.killpg(process, signal.SIGKILL)
    except OSError:
        pass


def _serve(connection: Connection[Any, Any], setup: Setup) -> None:
    """What a worker does until there is nobody any more to answer to."""
    if hasattr(os, "setsid"):
        os.setsid()
    # The salt is in the configuration; git, which runs in anybody's repository, needn't have it.
    os.environ.pop(SALT_VARIABLE, None)
    try:
        while True:
            connection.send(perform_in_time(setup, connection.recv()))
    except (EOFError, OSError):
        return
