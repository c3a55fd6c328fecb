"""Says whether a log of events is whole, and what stands in it: changed, missing, moved and cut lines are named.

  nbguard events                        the log of this repository, or that of NBGUARD_EVENT_LOG
  nbguard events FOLDER                 a log elsewhere, such as the copy that an auditor has
  nbguard events .git/nbguard/calls.jsonl          one file: calls to providers, or `nbguard evidence --format events`
  nbguard events --anchor 4f1c90…       and whether an event that a SIEM has is in it still
  nbguard events --silence 60           and whether a guard that was on told nothing for more than 60 minutes

Every event has the hash of the one before. That the newest events were taken off shows by what the log notes beside
them: where it ended, and how far it was sent. Whoever can write there can change these notes, too, so keep a hash
elsewhere (it is printed here, and a collector gets one with every event) and hold the log against it.

Exit status: 0 whole, 1 something was changed or is missing, 2 usage error, 3 the log can't be read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.documents.how_many import how_many
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.audit.delivery.log_check import LogCheck

_SHORTEST_ANCHOR = 8
# A hundred years.
_MOST_MINUTES = 60 * 24 * 36_525


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("log", nargs="?", metavar="LOG", help="a log's folder, or one file (default: the one here)")
    parser.add_argument(
        "--anchor", metavar="HASH", action="append", default=[], help="a hash, or its beginning, that must be in it"
    )
    parser.add_argument("--silence", metavar="MINUTES", type=float, help="the longest time that a guard may be silent")
    parser.add_argument("--format", default="text", choices=("text", "json"), help="how to tell it (default: text)")


def run(options: argparse.Namespace) -> int:
    """Checks the log and tells. Raises UsageError and UnreadableError."""
    from datetime import UTC, datetime, timedelta

    from nbguard.audit.delivery.log_check import check_log

    for anchor in options.anchor:
        if len(anchor) < _SHORTEST_ANCHOR or anchor.strip("0123456789abcdef"):
            raise UsageError(f"--anchor {anchor}: give at least {_SHORTEST_ANCHOR} digits of a hash, 0-9 and a-f")
    if options.silence is not None and not 0 < options.silence < _MOST_MINUTES:
        raise UsageError(f"--silence: give a number of minutes above 0 and below {_MOST_MINUTES:,}")
    silence = timedelta(minutes=options.silence) if options.silence is not None else None
    check = check_log(_log_of(options.log), options.anchor, silence, datetime.now(UTC).isoformat())
    if options.format == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(check))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(check))
    return ExitCode.CLEAN if check.whole else ExitCode.FINDINGS


def _log_of(named: str | None) -> str:
    """The log to check. Raises UsageError where there is none."""
    import os

    from nbguard.audit.delivery.live_events import log_folder
    from nbguard.policy.config import find_root

    path = named or log_folder(find_root("."), os.environ)
    if not os.path.exists(path):
        kept = "" if named else "; events are kept where NBGUARD_EVENT_LOG names a folder for them"
        raise UsageError(f"{path}: there is no log{kept}")
    return path


def _lines(check: LogCheck) -> Iterator[str]:
    from nbguard.documents.plain import plain

    period = f" from {plain(check.first)} to {plain(check.last)}" if check.events else ""
    yield f"{plain(check.log)}: {how_many(check.events, 'event')}{period}"
    for kind, number in check.kinds.items():
        yield f"  {number:6} {plain(kind)}"
    for note in check.notes:
        yield f"note: {plain(note)}"
    for fault in check.faults:
        place = f"{fault.file}:{fault.line}: " if fault.line else f"{fault.file}: " if fault.file else ""
        yield f"{fault.kind}: {plain(place)}{plain(fault.text)}"
    if check.more_faults:
        yield f"and {check.more_faults} more"
    if check.whole:
        yield "whole: no event was changed, moved or taken out, as far as the chain and the notes beside it show"
        if check.last_hash:
            yield f"last hash: {check.last_hash}  (keep it elsewhere, for --anchor)"
