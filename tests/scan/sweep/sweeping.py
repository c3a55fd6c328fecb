"""Sweeps as the tests do them, and what they found in a form that can be compared."""

from __future__ import annotations

import os
from typing import Any

from nbguard.policy.policy_settings import Config
from nbguard.repository.history import select_everything
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.sweep.answers import Limits
from nbguard.scan.sweep.coordinator import make_setup, run_sweep
from nbguard.scan.sweep.executors import SerialExecutor
from nbguard.scan.sweep.ledger import close_ledger, open_ledger
from nbguard.scan.sweep.results import read_notes, read_report, read_runs
from nbguard.scan.sweep.sweep_targets import find_targets

# Small enough that every repository of the tests is taken apart.
SMALL = Limits(bytes=2_000, contents=3)


class Swept:
    """The report of a sweep, its notes and its last run."""

    def __init__(self, db: Any, told: list[str]) -> None:
        self.report = read_report(db)
        self.notes = read_notes(db)
        self.run = read_runs(db)[-1]
        self.told = told

    @property
    def found(self) -> set[tuple[Any, ...]]:
        """Every finding with all that is told of it."""
        return {record_key(finding) for finding in self.report.findings}

    @property
    def skipped(self) -> dict[str, str]:
        return dict(self.report.skipped)


def setup_for(kinds: frozenset[str] = frozenset(), timeout: float = 0, **settings: Any) -> Any:
    """What workers are told, for an operator with these settings."""
    return make_setup(Config(os.sep, trusted=False, **{"baseline": "", **settings}), kinds, timeout)


def sweep(
    *targets: Any, output: Any, executor: Any = None, limits: Any = SMALL, setup: Any = None, **settings: Any
) -> Swept:
    """Sweeps into a results file, in this process if no executor is given."""
    setup = setup or setup_for(**settings)
    told: list[str] = []
    db = open_ledger(str(output))
    try:
        found = find_targets([str(target) for target in targets])
        run_sweep(db, setup, found, executor or SerialExecutor(setup), limits=limits, tell=told.append)
        return Swept(db, told)
    finally:
        close_ledger(db)


def history_of(path: Any, **settings: Any) -> set[tuple[Any, ...]]:
    """What `nbguard scan --history` finds in a repository, told as a sweep tells it."""
    config = Config(str(path), trusted=False, baseline="", **settings)
    report = HistoryScan(str(path), config, frozenset()).run(select_everything(str(path))).result.report
    return {record_key(finding, str(path)) for finding in report.findings}


def record_key(finding: Any, name: str = "") -> tuple[Any, ...]:
    path = f"{name}/{finding.path}" if name else finding.path
    origin = finding.origin._replace(repository="")
    return (path, *finding._replace(path="", origin=origin, region=None, frame=None))
