"""Moves tables out of Python cells to files outside of the repository; a line that loads them stays.

  nbguard data extract --to ~/data a.ipynb     move tables to files there
  NBGUARD_DATA=~/data nbguard data extract notebooks/

The files are written, read back and compared before a notebook is changed, and only their owner can read them. The
line that stays finds them below the folder that NBGUARD_DATA names, else below the one they were written to, and gives
back the same object: a frame with its dtypes, a string, a list. `git restore FILE` undoes it before you commit; the
file holds the data as they stood in the cell afterwards.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from nbguard.cli.data.data_files import change_each, check_writable, place_of, record, tell_left
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from nbguard.cli.data.plans import Read
    from nbguard.cli.data.way_back import WayBack
    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.redact.extraction import Extracted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares where the tables go."""
    parser.add_argument(
        "--to", metavar="DIR", help="a folder outside of the repository (default: what NBGUARD_DATA names)"
    )


def run(options: argparse.Namespace, config: Config, way_back: WayBack) -> int:
    """Extracts file by file, and returns the exit status."""
    from nbguard.documents.files import write_file
    from nbguard.redact.extraction import store
    from nbguard.redact.loader_code import VARIABLE
    from nbguard.repository.phantoms import refresh_written

    shown = options.to or os.environ.get(VARIABLE, "")
    if not shown:
        raise UsageError(f"extract needs a folder outside of the repository: --to ~/data, or {VARIABLE}")
    folder = os.path.abspath(os.path.expanduser(shown))
    if os.path.join(os.path.realpath(folder), "").startswith(os.path.join(os.path.realpath(config.root), "")):
        raise UsageError("--to must be outside of the repository")
    check_writable(options.audit)

    def change(read: Read, extracted: Extracted) -> ExitCode:
        if extracted.extracts:
            with way_back.changing(read):
                if not options.dry_run:
                    for each in extracted.extracts:
                        store(each, folder)
                    write_file(read.path, extracted.raw, read.document.raw)
            if not options.dry_run:
                refresh_written([read.path])
                record(_steps(read, extracted), options.audit)
        _show(read, extracted, shown, options.dry_run)
        return ExitCode.FINDINGS if extracted.extracts or extracted.left else ExitCode.CLEAN

    return change_each(options, config, partial(_planner, folder), change)


def _planner(folder: str) -> Callable[[Read], Extracted]:
    from nbguard.redact.extraction import extract

    return lambda read: extract(read.document, read.settings, folder)


def _steps(read: Read, extracted: Extracted) -> list[dict[str, object]]:
    return [
        {
            "event": "extracted", "path": read.document.path, "cell": _cell(each.finding), "rule": each.finding.rule,
            "file": each.name, "bytes": len(each.content.encode("utf-8", "surrogatepass")),
        }
        for each in extracted.extracts
    ]  # fmt: skip


def _cell(finding: Finding) -> int | None:
    cell = finding.field.part.cell
    return cell.number + 1 if cell else None


def _show(read: Read, extracted: Extracted, folder: str, dry_run: bool) -> None:
    verb = "would move" if dry_run else "moved"
    for each in extracted.extracts:
        place = place_of(read.path, _cell(each.finding))
        sys.stdout.write(f"{place}: {each.finding.rule} {verb} to {os.path.join(folder, each.name)}\n")
        if dry_run:
            sys.stdout.write(f"- …({each.edit.end - each.edit.start})\n+ {each.expression}\n")
    named = {_cell(finding) for finding, _ in extracted.left if finding.field.part.where in ("output", "widget")}
    for number in sorted(set(extracted.shown) - named):
        sys.stderr.write(f"{place_of(read.path, number)}: its output shows the table: nbguard strip takes it out\n")
    tell_left(read.path, extracted.left)
