"""Does tasks in several processes and gives the results in the order of the tasks, as one process would.

Workers are forked where that is safe (Linux, one thread): they share with this process what it loaded, the compiled
database of literals too. Elsewhere they are started anew. A worker has one task at a time; should it die, its task is
done here. When the caller stops, by an error or Ctrl-C, so do the workers.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nbguard.errors import NbguardError, UsageError, describe_defect
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

Task = TypeVar("Task")
Result = TypeVar("Result")
# Tasks that may be done or under way for each worker, while the result before them is waited for.
_AHEAD = 3
# How the threads are called that listen to git (see repository.git).
_OURS = "nbguard-git"
# Seconds in which a worker ends what it started in turn.
_GRACE = 2.0


class _Failed(NamedTuple):
    """A task that raised. ``reason`` is in our words: an error's own text may show what a file holds."""

    error: NbguardError | None
    reason: str


def processors() -> int:
    """How many cores this process may use: those it is bound to, and the share that its container has."""
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _share_of_container() or cores))


def _share_of_container() -> int:
    """Whole cores that the control group grants (https://docs.kernel.org/admin-guide/cgroup-v2.html); 0 for all."""
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
        return -(-int(quota) // int(period))
    except (OSError, ValueError):
        return 0


def jobs_from(given: int | None) -> int:
    """The number of processes that ``--jobs`` asks for; none given: one for each core. Raises UsageError."""
    if given is not None and given < 1:
        raise UsageError("--jobs must be 1 or more")
    return given or processors()


def may_fork() -> bool:
    """Whether a copy of this process can go on working: not under Apple's libraries, nor with threads that may hold a
    lock that the copy waits for. Those that listen to git hold none.
    """
    if sys.platform != "linux":
        return False
    threading = sys.modules.get("threading")
    if threading is None:
        return True
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    return threading.current_thread() is threading.main_thread() and all(t.name.startswith(_OURS) for t in others)


def in_groups(items: Iterable[Task], weigh: Callable[[Task], int], most: int, weight: int) -> Iterator[list[Task]]:
    """Items in groups, each as a task for a worker: up to ``most`` of them, or until they weigh ``weight``."""
    group: list[Task] = []
    heavy = 0
    for item in items:
        group.append(item)
        heavy += weigh(item)
        if heavy >= weight or len(group) >= most:
            yield group
            group, heavy = [], 0
    if group:
        yield group


def run_in_order(
    tasks: Iterable[Task], make: Callable[[], Callable[[Task], Result]], jobs: int
) -> Generator[Result, None, None]:
    """The results of tasks, in their order. ``make`` gives the function that does one, and is called in each worker.

    Where workers can't be forked, ``make``, tasks and results are pickled. What a task raises is raised here.
    """
    if jobs < 2:
        yield from map(make(), tasks)
        return
    pool: _Pool[Task, Result] = _Pool(make, jobs)
    gc.freeze()  # what workers share stays shared: a collection would write to it
    try:
        yield from pool.run(tasks)
    finally:
        pool.close()
        gc.unfreeze()


class _Pool(Generic[Task, Result]):
    def __init__(self, make: Callable[[], Callable[[Task], Result]], jobs: int) -> None:
        from multiprocessing import get_context

        self._context = get_context("fork" if may_fork() else "spawn")
        self._make = make
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._here: Callable[[Task], Result] | None = None

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        given = iter(enumerate(tasks))
        pending: dict[int, Task] = {}
        results: dict[int, Result] = {}
        due, more = 0, True
        while True:
            while more and len(pending) < self._jobs and len(pending) + len(results) < self._jobs * _AHEAD:
                number, task = next(given, (-1, None))
                more = task is not None
                if task is not None:
                    pending[number] = task
                    self._free_worker().give(number, task)
            while due in results:
                yield results.pop(due)
                due += 1
            if not pending:
                if more:
                    continue
                return
            for number, answer in self._wait():
                results[number] = self._settle(pending.pop(number), answer)

    def _settle(self, task: Task, answer: Any) -> Result:
        if answer is None:  # its worker is gone
            self._here = self._here or self._make()
            return self._here(task)
        if isinstance(answer, _Failed):
            raise answer.error or RuntimeError(answer.reason)
        result: Result = answer[0]
        return result

    def _free_worker(self) -> _Worker:
        for worker in self._workers:
            if worker.task is None:
                return worker
        others = [worker.connection for worker in self._workers]
        self._workers.append(_Worker(self._context, self._make, others))
        return self._workers[-1]

    def _wait(self) -> list[tuple[int, Any]]:
        """Blocks until a worker answers or dies: the numbers of its task, and what it says."""
        from multiprocessing.connection import wait

        busy: dict[Any, _Worker] = {w.connection: w for w in self._workers if w.task is not None}
        answers: list[tuple[int, Any]] = []
        for connection in wait(list(busy)):
            worker = busy[connection]
            number, answer = worker.take()
            answers.append((number, answer))
            if answer is None:
                worker.stop()
                self._workers.remove(worker)
        return answers

    def close(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        while self._workers:
            self._workers.pop().stop()


class _Worker:
    """A process with one task at a time."""

    def __init__(self, context: Any, make: Callable[[], Any], others: Sequence[Connection[Any, Any]]) -> None:
        self.connection, theirs = context.Pipe()
        # A copy of this process has our ends of the pipes; while one is open, nobody sees that we are gone.
        ours = [self.connection, *others] if context.get_start_method() == "fork" else []
        self.process = context.Process(target=_serve, args=(theirs, make, ours), daemon=True)
        self.process.start()
        theirs.close()
        self.task: int | None = None

    def give(self, number: int, task: object) -> None:
        self.task = number
        try:
            self.connection.send(task)
        except OSError:
            pass  # it died: that is seen when its answer is waited for

    def take(self) -> tuple[int, Any]:
        """The task's number and the answer, None where there will be none."""
        number, self.task = self.task or 0, None
        try:
            return number, self.connection.recv()
        except Exception:  # noqa: BLE001 - it died, or its answer can't be had: the task is done here, and says why
            return number, None

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(_GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


def _serve(connection: Connection[Any, Any], make: Callable[[], Any], ours: Sequence[Connection[Any, Any]]) -> None:
    """What a worker does until there is nobody any more to answer to."""
    import signal

    for end in ours:
        end.close()
    # The terminal sends Ctrl-C to all; who started the workers ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        work = make()
        while True:
            task = connection.recv()
            try:
                answer: object = (work(task),)
            except NbguardError as error:
                answer = _Failed(error, "")
            except Exception as error:  # noqa: BLE001 - its text may hold a value
                answer = _Failed(None, describe_defect(error))
            try:
                connection.send(answer)
            except OSError:
                return
            except Exception as error:  # noqa: BLE001 - an answer that can't be sent
                connection.send(_Failed(None, describe_defect(error)))
    except Exception:  # noqa: BLE001 - nobody to answer to; a traceback could show what a file holds
        return
