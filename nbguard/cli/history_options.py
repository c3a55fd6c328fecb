"""The options that several commands that scan have: which commits, how many processes, how the text is told."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.policy_settings import Config
    from nbguard.repository.history import Selection
    from nbguard.scan.gate import Gate
    from nbguard.scan.pipeline import ScanResult


def add_history_options(parser: argparse.ArgumentParser) -> None:
    """Declares --range, --since, --history and --no-cache."""
    parser.add_argument("--range", metavar="A..B", help="every version in the commits that B has and A hasn't")
    parser.add_argument("--since", metavar="REF", help="every version in the commits after REF, up to HEAD")
    parser.add_argument("--history", action="store_true", help="every version in every commit that any ref reaches")
    parser.add_argument("--no-cache", action="store_true", help="look at every version anew, and remember nothing")


def wants_history(options: argparse.Namespace) -> bool:
    """Whether commits are asked for. Raises UsageError where that fits nothing else that is asked for."""
    chosen = [name for name in ("range", "since", "history") if getattr(options, name)]
    if not chosen:
        return False
    others = [name for name in ("strip", "staged", "show_secrets") if getattr(options, name, False)]
    if len(chosen) + len(others) > 1:
        names = " and ".join(f"--{name.replace('_', '-')}" for name in (*chosen, *others))
        raise UsageError(f"{names} don't go together")
    if len(options.paths) > 1 or any(not os.path.isdir(path) for path in options.paths):
        raise UsageError(f"--{chosen[0]} looks at whole commits; the only path it takes is the repository's folder")
    return True


def add_exhaustive_option(parser: argparse.ArgumentParser) -> None:
    """Declares ``--exhaustive``."""
    parser.add_argument(
        "--exhaustive", action="store_true", help="without prefilter, gates and cache: the reference, and slow"
    )


def add_policy_options(parser: argparse.ArgumentParser, whose: str, config: str) -> None:
    """Declares ``--config`` and ``--policy-from``; ``whose`` and ``config`` say in words what they choose."""
    parser.add_argument("--config", metavar="FILE", help=config)
    parser.add_argument("--policy-from", choices=("base", "head"), default="base", help=f"{whose} (default: base)")


def add_jobs_option(parser: argparse.ArgumentParser) -> None:
    """Declares ``--jobs``."""
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes that share the work (default: one a core, one if it is small)"
    )


def scan_chosen_commits(options: argparse.Namespace, config: Config, kinds: frozenset[str]) -> ScanResult:
    """Scans the commits that were asked for; says on standard error what else there is to know."""
    from nbguard.repository.git_errors import GitError

    folder = config.root
    try:
        selection = _select(options, folder)
    except GitError as error:
        if "not a git repository" in str(error):
            raise UsageError(f"{folder} is no git repository: there are no commits to look at") from None
        raise
    return scan_and_tell(folder, selection, config, kinds, cached=not options.no_cache, jobs=options.jobs)


def _select(options: argparse.Namespace, folder: str) -> Selection:
    from nbguard.repository.history import select_everything, select_range, select_since

    if options.range:
        return select_range(folder, options.range)
    if options.since:
        return select_since(folder, options.since)
    return select_everything(folder)


def scan_and_tell(
    folder: str,
    selection: Selection,
    config: Config,
    kinds: frozenset[str],
    *,
    cached: bool,
    gate: Gate | None = None,
    jobs: int | None = None,
) -> ScanResult:
    """Scans selected commits, under a ``gate`` where there is one; notes go to standard error.

    ``jobs``: see ``workers.jobs_from``.
    """
    from nbguard.cli.console import track
    from nbguard.documents.plain import plain
    from nbguard.scan.cache import open_cache
    from nbguard.scan.history_scan import HistoryScan
    from nbguard.scan.workers import jobs_from

    count = jobs_from(jobs)
    with open_cache(config, kinds, used=cached and not config.exhaustive) as cache:
        outcome, notes = HistoryScan(
            folder, config, kinds, cache, lambda contents, total: track(contents, "Versions", total), gate, count
        ).run(selection)
    sys.stderr.writelines(f"nbguard: note: {plain(note)}\n" for note in notes)
    return outcome


def add_text_options(parser: argparse.ArgumentParser) -> None:
    """Declares --output-format, -q and -v."""
    from nbguard.report.situation import FORMS

    parser.add_argument(
        "--output-format",
        choices=FORMS,
        help="the text's form: blocks with the next step, a line each, or lines by file (default: full)",
    )
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="the findings only, a line each")
    loud.add_argument("-v", "--verbose", action="store_true", help="with fingerprints, remedies and what was accepted")
