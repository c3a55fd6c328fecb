"""Says what is left of a project on this machine, and what each thing needs; ends with 0 only where nothing is.

  nbguard decommission                             the repository
  nbguard decommission pilots/2026 --vault         a part of it, and what Vault keeps for it
  nbguard decommission --remove outputs,checkpoints,collaboration
                                                   delete these; the plan comes first

Looked for are values on disk (also in files that git ignores), in the history, staged and dangling; references to
Vault; outputs that the filter keeps, checkpoints, the stores of collaboration and marimo, notebooks that papermill ran;
credential files of the project's SDKs in the home directory; paths in Vault. A policy hides none of it.

Exit status: 0 nothing is left, 1 something is, 2 usage or configuration error, 3 not everything could be looked at.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from nbguard.audit.leftover_search import Remains
    from nbguard.audit.leftovers import Leftover

_NOBODY = "nobody is there to ask: give --yes to delete what is listed above"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import add_jobs_option

    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a repository, or a part of one")
    parser.add_argument("--remove", default="", metavar="KINDS", help="delete these kinds, separated by commas")
    parser.add_argument("--yes", action="store_true", help="with --remove: don't ask")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--vault", action="store_true", help="ask Vault what it keeps for the project")
    asked.add_argument("--without-vault", action="store_true", help="nothing of it is in Vault")
    parser.add_argument("--home", metavar="DIR", help="the home directory to look into (default: yours)")
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    parser.add_argument("--format", default="text", choices=("text", "json"))
    add_jobs_option(parser)


def run(options: argparse.Namespace) -> int:
    """Lists what is left, and deletes what was asked for. Raises UsageError, GitError and VaultError."""
    from nbguard.audit.leftovers import REMOVABLE

    kinds = [name.strip() for name in options.remove.split(",") if name.strip()]
    if wrong := [name for name in kinds if name not in REMOVABLE]:
        raise UsageError(f"{wrong[0]!r} can't be removed; --remove takes {', '.join(REMOVABLE)}")
    if options.yes and not kinds:
        raise UsageError("--yes goes with --remove")
    if not os.path.exists(options.path):
        raise UsageError(f"{options.path}: no such file or folder")
    remains = _look(options)
    if kinds:
        chosen = [item for item in remains.left if item.kind in kinds and item.removable]
        if chosen and _delete(chosen, remains.root, options):
            remains = _look(options)
    if options.format == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(remains))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _tell(remains))
    if remains.skipped or len(remains.unchecked) > 1:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if remains.left else ExitCode.CLEAN


def _look(options: argparse.Namespace) -> Remains:
    from datetime import UTC, datetime

    from nbguard.audit.leftover_search import find_remains, scope_of
    from nbguard.policy.config import load_config
    from nbguard.scan.workers import jobs_from

    # A link is given up where it leads: nothing is found below it, and that would be no all-clear.
    path = os.path.realpath(options.path)
    scope = scope_of(path, load_config(path, options.config), _home(options))
    vault = None
    if options.vault:
        from nbguard.vault.client import Vault

        vault = Vault()
    today = datetime.now(UTC).date()
    return find_remains(scope, today, vault, jobs_from(options.jobs), ask_vault=not options.without_vault)


def _home(options: argparse.Namespace) -> str:
    return os.path.abspath(options.home or os.path.expanduser("~"))


def _delete(chosen: Sequence[Leftover], root: str, options: argparse.Namespace) -> bool:
    """Shows the plan, asks, and deletes. Returns whether anything was done."""
    from nbguard.audit.leftover_removal import plan_removal, remove
    from nbguard.cli.confirming import is_confirmed

    plan = plan_removal(chosen, (root, _home(options)))
    for planned in plan:
        head, tail = ("stays", f": {planned.problem}") if planned.problem else ("to be deleted", "")
        place, what = plain(planned.item.place), planned.item.what
        sys.stderr.write(f"{head}  {planned.item.kind}: {place}  ({what}){plain(tail)}\n")
    plan = [planned for planned in plan if not planned.problem]
    if not plan or not (options.yes or is_confirmed(_question(len(plan)), _NOBODY)):
        return False
    for item, problem in remove(plan):
        sys.stderr.write(f"{'not deleted: ' + problem if problem else 'deleted'}  {plain(item.place)}\n")
    return True


def _question(number: int) -> str:
    return f"Delete {'this' if number == 1 else f'these {number}'}?"


def _tell(remains: Remains) -> Iterator[str]:
    kind = ""
    for item in remains.left:
        if item.kind != kind:
            kind = item.kind
            yield f"{kind}"
        yield f"  {plain(item.place)}  {plain(item.what)}"
        yield f"      needs: {plain(item.needs)}"
    for skipped in remains.skipped:
        yield f"not looked at  {plain(skipped.path)}: {plain(skipped.reason)}"
    for text in remains.unchecked:
        yield f"not checked  {plain(text)}"
    what = plain(remains.part or remains.root)
    number = len(remains.left)
    if number:
        yield f"{number} thing{'s are' if number > 1 else ' is'} left of {what}."
    else:
        yield f"Nothing is left of {what} where it could be looked."
