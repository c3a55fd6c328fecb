"""Goes through the files that a command on sample data is given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import ExitCode, NbguardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config


class Read(NamedTuple):
    """A document, where it is on disk, and what counts as sample data there."""

    document: Document
    path: str
    settings: SampleSettings


def load(options: argparse.Namespace) -> Config:
    """The configuration for the paths of a command line. Raises UsageError for standard input."""
    from nbguard.policy.config import load_config

    if "-" in options.paths:
        raise UsageError("only files can be changed; - is standard input")
    return load_config(options.paths[0], options.config)


def documents(options: argparse.Namespace, config: Config, problems: list[ExitCode] | None = None) -> Iterator[Read]:
    """The documents below the paths, one after the other; what can't be read is told where ``problems`` are kept."""
    from nbguard.scan.open_files import open_documents
    from nbguard.scan.scanner import sample_settings

    settings_at = sample_settings(config)
    for path, document, problem in open_documents(options.paths, config):
        if document is None or problem:
            if problems is not None:
                sys.stderr.write(f"nbguard: {_printable(path)}: {problem}\n")
                problems.append(ExitCode.INCOMPLETE)
            continue
        yield Read(document, path, settings_at(document.path))


def change_each(options: argparse.Namespace, config: Config, change: Callable[[Read], ExitCode]) -> ExitCode:
    """Changes file by file and returns the worst status; one that refuses doesn't keep the others."""
    problems: list[ExitCode] = []
    status = ExitCode.CLEAN
    for read in documents(options, config, problems):
        try:
            status = max(status, change(read))
        except NbguardError as error:
            sys.stderr.write(f"nbguard: {_printable(read.path)}: {error}\n")
            status = max(status, error.exit_code)
    return max([status, *problems])


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

    Raises UsageError where the file can't be written to.
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
    try:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps({"time": now, **step}) + "\n" for step in steps)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None


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
