"""Sets nbguard up in this repository: the git filter that strips notebooks on `git add`, and the pre-commit hook.

  nbguard install                       filter and hook, in this repository
  nbguard install --filter --global     the filter, in all your repositories
  nbguard install --pre-push            and look at what is pushed

Without --filter and --hooks both are set up; the hook only where the pre-commit framework isn't used, as that runs
nbguard by its own configuration. --pre-push sets up a hook as well that looks at what a push would send. Running this
again changes nothing; `nbguard uninstall` takes out exactly what was put in. Entries of a baseline that were made under
another salt than the one that is here are carried over to it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

_FRAMEWORK = """\
The pre-commit framework is used here, so its hook is left to it. In .pre-commit-config.yaml:
  - repo: https://github.com/nbguard/nbguard
    rev: v{version}
    hooks: [{{id: nbguard}}]
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    add_scope_arguments(parser)
    parser.add_argument(
        "--keep-outputs", action="store_true", default=None, help="keep outputs inside .git; checkout puts them back"
    )
    parser.add_argument("--attributes", metavar="FILE", help="name the filter in this file (such as .gitattributes)")


def add_scope_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard install` and `nbguard uninstall` both take."""
    parser.add_argument("--filter", action="store_true", help="the git filter only")
    parser.add_argument("--hooks", action="store_true", help="the git hook only")
    parser.add_argument("--pre-push", action="store_true", help="the hook that looks at pushes, too")
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--global", dest="scope", action="store_const", const="global", help="for all your repositories")
    scope.add_argument("--system", dest="scope", action="store_const", const="system", help="for the whole machine")
    parser.set_defaults(scope="local")


def run(options: argparse.Namespace) -> int:
    """Sets up what was asked for and says what is new."""
    from nbguard.cli.event_telling import tell_guard_change
    from nbguard.repository.filter_setup import attributes_file, install_filter
    from nbguard.repository.hooks import PUSH_HOOK, hook_path, install_hook, uses_framework

    wants_filter, wants_hook = wanted(options)
    parts = []
    if wants_filter:
        changed = install_filter(".", options.scope, options.attributes, options.keep_outputs)
        place = options.attributes or attributes_file(".", options.scope)
        _say(changed, f"git filter: set up, named in {os.path.normpath(place)}", "git filter: was set up already")
        parts += ["filter"] if changed else []
    if options.scope != "local":
        tell_guard_change("guard-on", "install", parts, options.scope)
        return ExitCode.CLEAN
    if wants_hook and not options.hooks and uses_framework("."):
        from nbguard.version import __version__

        sys.stdout.write(_FRAMEWORK.format(version=__version__))
    elif wants_hook:
        changed = install_hook(".")
        parts += ["pre-commit"] if changed else []
        _say(changed, f"git hook: {os.path.normpath(hook_path('.'))}", "git hook: was set up already")
    if options.pre_push:
        news = f"pre-push hook: {os.path.normpath(hook_path('.', PUSH_HOOK))}"
        changed = install_hook(".", PUSH_HOOK)
        parts += ["pre-push"] if changed else []
        _say(changed, news, "pre-push hook: was set up already")
    tell_guard_change("guard-on", "install", parts, options.scope)
    return _finish()


def wanted(options: argparse.Namespace) -> tuple[bool, bool]:
    """Whether the filter and the hook are meant. Raises UsageError where the hook can't be."""
    if (options.hooks or options.pre_push) and options.scope != "local":
        name = "--hooks" if options.hooks else "--pre-push"
        raise UsageError(f"{name} works for one repository; --global and --system are for --filter")
    if options.keep_outputs and options.scope != "local":
        raise UsageError("--keep-outputs works for one repository")
    both = not options.filter and not options.hooks
    return options.filter or both, options.hooks or (both and options.scope == "local")


def _finish() -> ExitCode:
    from nbguard.repository.filter_setup import find_filter

    status = _carry_baseline_over()
    state = find_filter(".")
    for problem in state.problems:
        sys.stderr.write(f"nbguard: {plain(problem)}\n")
    for line in state.others:
        sys.stderr.write(f"nbguard: another filter is named for notebooks: {plain(line)}\n")
    return status


def _carry_baseline_over() -> ExitCode:
    """Gives the entries of a baseline the fingerprints of the salt that is here, as far as their values are here.

    Where some are left that would match nothing, that is said with what to do, and the status is that of an error.
    """
    from nbguard.cli.baseline.accepted_values import bring_salt, carry_over, needs_carrying, scan_without_baseline
    from nbguard.policy.baseline import check_salt, read_entries, save_baseline
    from nbguard.policy.config import load_config
    from nbguard.policy.fingerprint import find_salt
    from nbguard.scan.coverage import Coverage

    try:
        config = load_config(".")
        entries = read_entries(config)
        if not entries or (find_salt(config).origin != "default" and not needs_carrying(entries, config)):
            return ExitCode.CLEAN
        result = scan_without_baseline((), config)
        if bring_salt(config, entries, Coverage(config, result)) or needs_carrying(entries, config):
            kept, carried = carry_over(entries, result, config)
            if kept != entries:
                save_baseline(config, kept.values())
            sys.stdout.write(f"baseline: {carried} of {len(entries)} entries carried over to the salt that is here\n")
            check_salt(kept, config)
    except UsageError as error:
        # What was set up stays, but the next scan would end with the same error.
        sys.stderr.write(f"nbguard: {plain(str(error))}\n")
        return ExitCode.USAGE
    return ExitCode.CLEAN


def _say(changed: bool, news: str, otherwise: str) -> None:
    sys.stdout.write(f"{news if changed else otherwise}\n")
