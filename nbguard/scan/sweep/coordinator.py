"""Runs a sweep: keeps the executor busy, and the ledger true, until nothing is left to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.policy.fingerprint import find_salt
from nbguard.scan.sweep.answers import Limits
from nbguard.scan.sweep.ledger import begin, finish
from nbguard.scan.sweep.steps import Steps
from nbguard.scan.sweep.work import Lost, Setup

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from nbguard.policy.policy_settings import Config
    from nbguard.scan.sweep.sweep_targets import Targets
    from nbguard.scan.sweep.work import Executor


class Progress(NamedTuple):
    """How far a sweep is: contents and bytes that were read, tasks done and waiting."""

    contents: int
    bytes: int
    done: int
    waiting: int


def make_setup(config: Config, kinds: frozenset[str], timeout: float = 0) -> Setup:
    """What workers are told. The salt goes with it, so that the environment of a worker doesn't matter.

    Raises UsageError for rules there are not.
    """
    from nbguard.scan.scanner import Scanner

    salt = find_salt(config)
    try:
        text = salt.key.decode()
    except UnicodeDecodeError:
        raise UsageError("the salt isn't UTF-8; 32 hexadecimal characters do") from None
    config = config._replace(salt=text if salt.origin != "default" else "")
    scanner = Scanner(config, kinds)
    return Setup(os.urandom(4).hex(), scanner.config, scanner.kinds, timeout)


def run_sweep(
    db: sqlite3.Connection,
    setup: Setup,
    targets: Targets,
    executor: Executor,
    *,
    limits: Limits | None = None,
    tell: Callable[[str], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> int:
    """Sweeps targets into an open ledger and returns the run's number.

    ``tell`` gets what a person should know. Whatever stops this function, what was done before is in the ledger.
    Raises UsageError where the ledger is from another sweep.
    """
    started = monotonic()
    run, notes = begin(db, setup, targets.found, targets.skipped, _now())
    for note in notes:
        tell(note)
    steps = Steps(db, run, limits or Limits())
    under_way = 0
    contents = size = done = 0
    while True:
        while under_way < executor.slots and (job := steps.next_job(idle=not under_way)):
            executor.submit(*job)
            under_way += 1
        if not under_way:
            if steps.advance():
                continue
            break
        for number, answer in executor.wait():
            under_way -= 1
            done += 1
            if isinstance(answer, Lost):
                steps.lose(number, answer)
                continue
            steps.accept(number, answer)
            contents, size = contents + answer.contents, size + answer.bytes
        progress(Progress(contents, size, done, steps.waiting() + under_way))
    finish(db, run, _now(), monotonic() - started)
    return run


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
