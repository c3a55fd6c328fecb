"""What git runs for notebooks once `nbguard install` has set it up; not for typing.

nbguard filter process        git's long-running filter protocol
nbguard filter clean [PATH]   standard input, stripped, to standard output
nbguard filter textconv FILE  a stripped notebook, for git diff
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard filter` takes."""
    parser.add_argument("job", choices=["process", "clean", "textconv"])
    parser.add_argument("path", nargs="?", default="")


def run(options: argparse.Namespace) -> int:
    """Runs one of the jobs; returns 0, or 3 where a file couldn't be read."""
    return filter_as(options.job, options.path)


def filter_as(job: str, path: str = "") -> int:
    """Runs a job without the cost of parsing arguments (see filter_start). Raises NbguardError."""
    if job == "process":
        from nbguard.repository.filter_process import serve

        serve(sys.stdin.buffer, sys.stdout.buffer, {"clean": _clean(path), "smudge": _smudge(path)}, _complain)
    elif job == "clean":
        sys.stdout.buffer.write(_clean()(path, sys.stdin.buffer.read()))
    elif job == "textconv":
        _show(path)
    else:
        raise UsageError(f"there is no filter job {job!r}")
    return ExitCode.CLEAN


def _clean(store: str = "") -> Callable[[str, bytes], bytes]:
    from nbguard.policy.config import load_config
    from nbguard.strip.filters import make_clean

    try:
        return make_clean(load_config("."), _complain, store)
    except NbguardError as error:
        # The protocol has a place for errors of a file, none for those of the whole.
        problem = error

    def refuse(_path: str, _content: bytes) -> bytes:
        raise problem

    return refuse


def _smudge(store: str) -> Callable[[str, bytes], bytes]:
    from nbguard.policy.config import load_config
    from nbguard.strip.filters import make_smudge, pass_on

    try:
        return make_smudge(load_config("."), store) if store else pass_on
    except NbguardError:
        return pass_on  # a wrong configuration mustn't stop a checkout that could bring the right one


def _show(path: str) -> None:
    from nbguard.policy.config import load_config
    from nbguard.strip.options import from_config
    from nbguard.strip.strip_bytes import strip

    with open(path, "rb") as file:
        content = file.read()
    try:
        shown = strip(content, from_config(load_config(".").strip))
    except NbguardError:
        shown = content  # a diff of what can't be read is better than none
    sys.stdout.buffer.write(shown)


def _complain(path: str, reason: str) -> None:
    from nbguard.documents.plain import plain

    sys.stderr.write(f"nbguard: {plain(path)}: {plain(reason)}\n")
    sys.stderr.flush()
