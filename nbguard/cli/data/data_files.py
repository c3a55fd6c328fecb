"""Goes through the files that a command on sample data is given."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from nbguard.errors import ExitCode, NbguardError, UsageError
from nbguard.whole_files import append_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from nbguard.cli.data.plans import Make, Read
    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config


class UnrecordedError(UsageError):
    """What was done can't be recorded, so nothing more is done."""


def load(options: argparse.Namespace) -> Config:
    """The configuration for the paths of a command line. Raises UsageError for standard input."""
    from nbguard.policy.config import load_config

    if "-" in options.paths:
        raise UsageError("only files can be changed; - is standard input")
    return load_config(options.paths[0], options.config)


def change_each(
    options: argparse.Namespace, config: Config, make: Make, change: Callable[[Read, Any], ExitCode]
) -> ExitCode:
    """Changes file by file, by the plans of ``make`` (see plan_each), and returns the worst status.

    What can't be read, planned or changed is told; a file that refuses doesn't keep the others. Raises UnrecordedError
    where a change isn't in the record that was asked for.
    """
    from nbguard.cli.data.plans import plan_each
    from nbguard.scan.workers import jobs_from

    status = ExitCode.CLEAN
    with closing(plan_each(options.paths, config, make, jobs_from(options.jobs))) as plans:
        for planned in plans:
            error = planned.error
            if planned.read is not None:
                try:
                    status = max(status, change(planned.read, planned.plan))
                    continue
                except UnrecordedError as unrecorded:
                    raise UnrecordedError(f"{_printable(planned.path)}: {unrecorded}") from None
                except NbguardError as refused:
                    error = refused
            sys.stderr.write(f"nbguard: {_printable(planned.path)}: {error or planned.problem}\n")
            status = max(status, error.exit_code if error is not None else ExitCode.INCOMPLETE)
    return status


def place_of(path: str, cell: int | None, line: int = 0) -> str:
    """A place for people: the cell of a notebook (from 1) or the line of a file."""
    return f"{_printable(path)}: " + (f"cell {cell}" if cell else f"line {line}") if cell or line else _printable(path)


def tell_left(path: str, left: Iterable[tuple[Finding, str]]) -> None:
    """Says what stays and why: one line for a cell and reason, however many findings there are."""
    told: dict[tuple[str, str], dict[str, None]] = {}
    for finding, reason in left:
        cell = finding.field.part.cell
        told.setdefault((place_of(path, cell.number + 1 if cell else None), reason), {})[finding.rule] = None
    for (place, reason), rules in told.items():
        sys.stderr.write(f"{place}: {', '.join(rules)} {'stays' if len(rules) == 1 else 'stay'}: {reason}\n")


def record(steps: list[dict[str, object]], path: str | None) -> None:
    """Appends an audit record for each transformation: one JSON object a line, with the time, without a value.

    Raises UnrecordedError where the file can't be written to.
    """
    if not path or not steps:
        return
    import json
    import os
    from datetime import UTC, datetime

    # https://reproducible-builds.org/specs/source-date-epoch/
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    now = moment.isoformat(timespec="seconds")
    lines = "".join(json.dumps({"time": now, **step}) + "\n" for step in steps)
    try:
        with open(path, "a+b", buffering=0) as file:
            append_lines(file.fileno(), lines.encode())
    except OSError as error:
        reason = (error.strerror or "not writable").lower()
        raise UnrecordedError(f"changed, but not in the record ({path}: {reason}); no other file was changed") from None


def check_writable(path: str | None) -> None:
    """Raises UsageError where an audit record couldn't be appended: before anything is changed."""
    if path:
        try:
            with open(path, "a", encoding="utf-8"):
                pass
        except OSError as error:
            raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}; nothing was changed") from None


def _printable(path: str) -> str:
    return path.encode("unicode_escape").decode("ascii") if not path.isprintable() else path
