"""Takes nbguard into this repository: looks at what is there, says what it would change, and does it.

  nbguard init --dry-run                what would change, as a diff
  nbguard init                          what it would change, a question (d: the diff), then the change
  nbguard init --yes --no-ci            without asking, and without a CI file
  nbguard init --keep gitleaks          that hook stays

Where the pre-commit framework is used, the hook nbguard goes into its configuration, and the hooks of nbstripout,
nb-clean, detect-secrets and gitleaks go out of it, their settings into nbguard.toml; else git's filter and hook are set
up as `nbguard install` does. A baseline of detect-secrets or gitleaks is taken over with its reasons. A CI file for
GitHub or GitLab and a commented nbguard.toml are made where there are none. No file that is there is overwritten, and a
second run finds nothing to do.

What can't be taken over is named in lines that begin with "by hand:", such as a file that is a symbolic link. Where a
step fails, everything is put back as it was.

Exit status: 0 done, or nothing to do, 1 with --dry-run or a no: something would change, 2 usage or configuration error,
or nobody there to ask.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from nbguard.cli.console import tell
from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.repository.adoption.planning import Plan, PlannedChange
    from nbguard.repository.adoption.surveying import Survey

# What may be shown of a line that goes: the entry of a hook, and a line of attributes.
_SHOWN = re.compile(
    r"-\s*(?:- )?(?:repo: [\w./:-]+|rev: [\w.-]+|hooks:|id: [\w.-]+)\s*$|-[^#:@]*\b(?:filter|diff)=[\w-]+[^#:@]*$"
)
_NOBODY = "nobody can be asked here; look at --dry-run, then say --yes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("-n", "--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask")
    parser.add_argument("--no-ci", action="store_true", help="make no CI file")
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="TOOL",
        choices=("nbstripout", "nb-clean", "detect-secrets", "gitleaks"),
        help="leave this one in: nbstripout, nb-clean, detect-secrets or gitleaks (repeatable)",
    )


def run(options: argparse.Namespace) -> int:
    """Surveys, plans, tells, and does it."""
    from nbguard.cli.confirming import is_confirmed
    from nbguard.repository.adoption.planning import make_plan
    from nbguard.repository.adoption.surveying import survey
    from nbguard.repository.git import top_of

    found = survey(top_of("."))
    plan = make_plan(found, ci=not options.no_ci, kept=tuple(options.keep))
    plan = plan._replace(baselines=tuple(name for name in plan.baselines if not _is_imported(found, name)))
    _tell(found, plan)
    if plan.empty:
        return ExitCode.CLEAN
    if options.dry_run:
        _show(found, plan)
        return ExitCode.FINDINGS
    if not options.yes and not is_confirmed("Do that?", _NOBODY, lambda: _show(found, plan)):
        sys.stdout.write("Nothing was changed.\n")
        return ExitCode.FINDINGS
    _carry_out(found, plan)
    return ExitCode.CLEAN


def _tell(found: Survey, plan: Plan) -> None:
    write = sys.stdout.write
    count = how_many(found.notebooks, "notebook")
    uses = [*found.doors.framework, *(f"git filter {name}" for name in found.drivers), *found.baselines]
    using = f"; uses {', '.join(uses)}" if uses else ""
    write(plain(f"{found.top}: {count}{using}") + "\n")
    if plan.empty:
        write(f"Nothing to do{' but by hand' if plan.needed else ': all of it is set up'}.\n")
    for line in _steps(plan):
        write(f"  - {plain(line)}\n")
    for line in plan.by_hand:
        tell(f"by hand: {plain(line)}")


def _steps(plan: Plan) -> list[str]:
    """What is new, then what changes of what is there."""
    steps = [change.why for change in plan.changes if not change.before]
    if plan.filter:
        steps.append("git filter: new, keeps outputs here")
    if plan.hook:
        steps.append("git hook: new, looks at each commit")
    if plan.framework_hook:
        steps.append("git hook: new, by `pre-commit install`")
    steps += [change.why for change in plan.changes if change.before]
    steps += [f".git/config: {name} out" for name in plan.drivers]
    steps += [f"{name}: taken over, reasons too" for name in plan.baselines]
    return steps


def _show(found: Survey, plan: Plan) -> None:
    """The lines that change, and no others: what stands beside them could be anything."""
    for change in plan.changes:
        _show_lines(found, change)


def _show_lines(found: Survey, change: PlannedChange) -> None:
    from nbguard.strip.difference import show_difference

    name = os.path.relpath(change.path, found.top)
    for line in show_difference(name, change.before, change.after, _findings(found, change), context=0):
        shown = line if line.startswith(("+", "@@", "--- ")) else _without_value(line)
        sys.stdout.write(f"    {shown}\n")


def _findings(found: Survey, change: PlannedChange) -> Iterator[Finding]:
    """What must not be shown of a file, before and after."""
    from nbguard.policy.config import load_config
    from nbguard.scan.scanner import Scanner

    scanner = Scanner(load_config(found.top), frozenset(("credential", "sample-data")))
    for raw in (change.before, change.after):
        if raw:
            yield from scanner.scan_or_raise(os.path.relpath(change.path, found.top), raw, notebook=False).findings


def _without_value(line: str) -> str:
    """A line that goes, as far as it says what goes: a hook's options and comments were written by somebody else."""
    if _SHOWN.match(line):
        return line
    head, sign, _ = line.partition(":")
    return f"{head}: …" if sign and "#" not in head else "- …"


def _carry_out(found: Survey, plan: Plan) -> None:
    from nbguard.policy.config import load_config
    from nbguard.policy.fingerprint import SALT_FILE
    from nbguard.repository.adoption.carrying_out import carry_out
    from nbguard.repository.adoption.framework_hook import install

    config = load_config(found.top)
    others = [os.path.join(found.top, name) for name in (config.baseline, SALT_FILE)]
    carry_out(found.top, plan, others, lambda name: _import_baseline(found.top, name))
    # Where pre-commit doesn't do it, that is a step for a person, and the rest stays done.
    _tell_next(found, plan, installed=plan.framework_hook and install(found.top))


def _tell_next(found: Survey, plan: Plan, *, installed: bool) -> None:
    from nbguard.repository.checkup import calls_framework
    from nbguard.repository.hooks import hook_path

    own = f"{found.top}/.git/"
    files = [change.path for change in plan.changes if change.after and not change.path.startswith(own)]
    missing = found.framework and not calls_framework(hook_path(found.top))
    steps = [("pre-commit install", "git runs the hooks")] if missing else []
    steps += [(f"git rm {plain(name)}", "was taken over") for name in plan.baselines]
    if files or plan.baselines:
        steps.append(("git add -A; git commit", "for everybody"))
    steps.append(("nbguard scan", "what is there already"))
    if plan.filter or found.doors.filter:
        command = "nbguard install --filter" if found.framework else "nbguard install"
        more = "; pre-commit install" if installed else ""
        steps.append((command + more, "in each other clone, once"))
    elif installed:
        steps.append(("pre-commit install", "in each other clone, once"))
    width = max(len(command) for command, _ in steps)
    write = sys.stdout.write
    write("\nNot all is set up yet. Next:\n" if plan.needed else "\nDone. Next:\n")
    for line in plan.needed:
        tell(f"by hand: {plain(line)}", indent="  ")
    for command, why in steps:
        write(f"  {command.ljust(width)}  {why}\n")


def _is_imported(found: Survey, name: str) -> bool:
    """Whether a baseline says already that it took this file over."""
    from nbguard.policy.config import load_config
    from nbguard.repository.own_files import read_own

    baseline = load_config(found.top).baseline
    return bool(baseline) and name.encode() in read_own(found.top, os.path.join(found.top, baseline))


def _import_baseline(top: str, name: str) -> None:
    from argparse import Namespace

    from nbguard.cli.baseline.taking_over import take_over
    from nbguard.policy.baseline import read_entries
    from nbguard.policy.config import load_config

    config = load_config(top)
    options = Namespace(paths=[os.path.join(top, name)], reason="", approved_by="", expires="")
    take_over(options, config, read_entries(config) or {})
