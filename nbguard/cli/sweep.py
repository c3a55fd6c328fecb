"""Scans the whole history of many repositories, and what is in object stores.

TARGET is a repository (bare or not), a folder with repositories below it, a glob, a file that lists such things one
a line (- for standard input), or a URL: s3://, gs://, file://, memory://.

  nbguard sweep /srv/git                                  every repository below a folder
  nbguard sweep /srv/git --output results.sqlite          stopped, it goes on; run again, it looks at what is new
  nbguard sweep '/srv/git/quantum-*.git' s3://lab-archive/notebooks
  nbguard sweep repositories.txt --scheduler tcp://10.0.0.5:8786 --output results.parquet
  nbguard sweep /srv/git --part 3/64 --output part3.sqlite
  nbguard sweep --read results.sqlite --format html --report leaks.html

The configuration is the operator's (--config), never a repository's; so is the salt (NBGUARD_SALT), which must be the
same for results that are to be compared.

Exit status: 0 clean, 1 findings, 2 usage or configuration error, 3 something could not be scanned.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    import sqlite3
    from collections.abc import Callable, Iterator

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report
    from nbguard.scan.sweep.coordinator import Progress
    from nbguard.scan.sweep.work import Executor, Setup, Target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.report.writing import FORMATS
    from nbguard.scan.scan_paths import KIND_NAMES

    parser.add_argument("targets", nargs="*", metavar="TARGET", help="repositories, folders, globs, lists, URLs")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="results: FILE.sqlite or FILE.parquet (default: none are kept)"
    )
    parser.add_argument("--read", metavar="FILE", help="report on results that are there; sweep nothing")
    parser.add_argument(
        "--jobs", "--workers", dest="workers", type=int, metavar="N", help="processes (default: one for each processor)"
    )
    parser.add_argument("--scheduler", metavar="URL", help="work on the Dask cluster of this scheduler")
    parser.add_argument("--cluster", choices=("local",), help="work on a Dask cluster made here for the sweep")
    parser.add_argument("--part", metavar="N/OF", default="1/1", help="one part of the targets, such as 3/64")
    parser.add_argument("--only", action="append", choices=KIND_NAMES, help="look for this kind only (repeatable)")
    parser.add_argument("--config", metavar="FILE", help="the operator's configuration (default: nbguard's defaults)")
    parser.add_argument(
        "--timeout", type=float, default=3600, metavar="SECONDS", help="what one task may take (default: 3600; 0: any)"
    )
    parser.add_argument(
        "--format", default="summary", choices=("summary", *FORMATS), help="how to report (default: summary)"
    )
    parser.add_argument("--report", metavar="FILE", help="write the report to a file")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if something was found")


def run(options: argparse.Namespace) -> int:
    """Sweeps, or reads results; reports, and returns the exit status."""
    from nbguard.policy.config import load_config

    config = load_config(os.path.abspath(os.sep), options.config, operator=True)
    if options.read:
        if options.targets or options.output:
            raise UsageError("--read reports on results; it takes no targets and no --output")
        from nbguard.scan.sweep.ledger import close_ledger, open_results

        db = open_results(options.read)
        try:
            return _report(db, options, config)
        finally:
            close_ledger(db)
    if not options.targets:
        raise UsageError("name what to sweep: folders, globs, lists or URLs; see `nbguard sweep --help`")
    return _sweep(options, config)


def _sweep(options: argparse.Namespace, config: Config) -> int:
    from nbguard.documents.plain import plain
    from nbguard.scan.scan_paths import KIND_NAMES
    from nbguard.scan.sweep.coordinator import make_setup, run_sweep
    from nbguard.scan.sweep.ledger import close_ledger, open_ledger, told_when_full
    from nbguard.scan.sweep.sweep_targets import find_targets, parse_part

    parquet = bool(options.output) and options.output.lower().endswith(".parquet")
    if parquet:
        from nbguard.scan.sweep.parquet import check_parquet, write_parquet

        check_parquet()
    elif options.output and not options.output.lower().endswith((".sqlite", ".db")):
        raise UsageError(f"{options.output}: results are written as .sqlite or .parquet")
    kinds = frozenset(KIND_NAMES[name] for name in options.only or ())
    setup = make_setup(config, kinds, options.timeout)
    if not setup.config.salt:
        _tell("no salt is given (NBGUARD_SALT): whoever has a guess can hold it against the fingerprints")
    targets = find_targets(options.targets, parse_part(options.part))
    path = f"{options.output}.state.sqlite" if parquet else options.output or ""
    with _place_for(path) as place, told_when_full(place):
        db = open_ledger(place)
        try:
            executor = _executor(options, setup, targets.found)
            try:
                with _shown_progress() as progress:
                    run_sweep(db, setup, targets, executor, tell=_tell, progress=progress)
            except KeyboardInterrupt:
                if options.output:
                    _tell(f"stopped; the same command goes on from {plain(place)}")
                raise
            finally:
                executor.close()
            if parquet:
                write_parquet(db, options.output)
            return _report(db, options, config)
        finally:
            close_ledger(db)


def _executor(options: argparse.Namespace, setup: Setup, targets: tuple[Target, ...]) -> Executor:
    if options.scheduler and options.cluster:
        raise UsageError("--scheduler and --cluster don't go together")
    from nbguard.scan.workers import jobs_from

    workers = jobs_from(options.workers)
    if options.scheduler or options.cluster:
        try:
            from nbguard.scan.sweep.cluster import DaskExecutor
        except ImportError:
            from nbguard.version import how_to_add

            raise UsageError(f"Dask isn't installed: {how_to_add('dask')}") from None
        return DaskExecutor(setup, scheduler=options.scheduler or "", workers=workers)
    from nbguard.scan.sweep.executors import PoolExecutor, SerialExecutor

    if any(target.place.startswith("memory://") for target in targets):
        return SerialExecutor(setup)  # that memory is this process's
    return PoolExecutor(setup, workers)


def _report(db: sqlite3.Connection, options: argparse.Namespace, config: Config) -> int:
    from nbguard.cli.output_file import write_output
    from nbguard.report.records import exit_status
    from nbguard.scan.sweep.results import read_report

    report = read_report(db)
    if options.format != "summary":
        report = _of_targets(db, report, config)
    write_output(options.report, lambda file: _write(db, report, options.format, file))
    status = exit_status(report, config.fail_on, config.allow_unreadable)
    return ExitCode.CLEAN if options.exit_zero and status == ExitCode.FINDINGS else status


def _of_targets(db: sqlite3.Connection, report: Report, config: Config) -> Report:
    """The report with every target by name, clean ones too."""
    from collections import Counter

    from nbguard.cli.report_provenance import with_provenance
    from nbguard.report import provenance
    from nbguard.scan.sweep.results import read_targets

    counts = Counter(f.origin.repository for f in report.findings if f.waived is None and f.origin is not None)
    targets = tuple(provenance.ReportTarget(name, findings=counts[name]) for name in read_targets(db))
    return with_provenance(report, config, "all that refs reach", targets)


def _write(db: sqlite3.Connection, report: Report, name: str, stream: TextIO) -> None:
    if name == "summary":
        from nbguard.cli.sweep_summary import write_summary

        write_summary(db, report, stream)
        return
    if name == "html":
        from nbguard.report import html_report
        from nbguard.scan.sweep.results import read_runs

        runs = [
            html_report.EarlierRun(run.finished[:10], run.credentials, run.findings - run.credentials)
            for run in read_runs(db)
        ]
        html_report.write(report, stream, runs)
        return
    from nbguard.report.writing import write_report

    write_report(report, name, stream)


def _tell(text: str) -> None:
    from nbguard.documents.plain import plain

    sys.stderr.write(f"nbguard: note: {plain(text)}\n")


@contextmanager
def _place_for(path: str) -> Iterator[str]:
    """The results file; one that goes away again where none is asked for."""
    if path:
        yield path
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="nbguard-") as folder:
        yield os.path.join(folder, "results.sqlite")


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    """A line on standard error, on a terminal only, that is gone at the end."""
    from time import monotonic

    from nbguard.report.terminal import is_terminal

    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    started = last = monotonic()

    def show(now: Progress) -> None:
        nonlocal last
        if monotonic() - last < 0.2:
            return
        last = monotonic()
        megabytes = now.bytes / 1_000_000
        rate = megabytes / (last - started)
        left = f"{now.done:,} tasks done, {now.waiting:,} waiting"
        sys.stderr.write(f"\r\x1b[Ksweeping: {now.contents:,} contents, {megabytes:,.0f} MB, {rate:.0f} MB/s; {left}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
