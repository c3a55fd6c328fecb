"""Keeps the list of findings that are known and accepted for now (`.nbguard-baseline.jsonl`).

  nbguard baseline create               accept everything that is found today
  nbguard baseline update               drop what is gone, add what is new, keep the reasons
  nbguard baseline update --prune       drop what is gone, add nothing
  nbguard baseline update --approved-by NAME
                                        the same, and say it of the entries that have no approver
  nbguard baseline audit                say why: asks on a terminal, else lists what isn't said
  nbguard baseline import FILE          take over a .secrets.baseline or a .gitleaksignore

The file holds rule, path, place and fingerprint of each finding, and no value. Commit it, and .nbguard-salt with it:
fingerprints are made with this key, which the first entry brings along.

Exit status: 0 done, 1 audit found entries that don't say enough, 2 usage error, 3 something could not be scanned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|update|audit|import")
    from nbguard.cli.history_options import add_jobs_option

    create = actions.add_parser("create", help="accept everything that is found today")
    create.add_argument("--force", action="store_true", help="replace a baseline that exists")
    update = actions.add_parser("update", help="drop what is gone, add what is new")
    update.add_argument("--prune", action="store_true", help="drop what is gone, add nothing")
    audit = actions.add_parser("audit", help="say why each entry is accepted")
    taken = actions.add_parser("import", help="take over a .secrets.baseline or a .gitleaksignore")
    taken.add_argument("paths", nargs="+", metavar="FILE", help="the file to take over")
    for action in (create, update):
        action.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the repository)")
        add_jobs_option(action)
    for action, those in ((create, "the"), (update, "new entries, and those without,"), (taken, "new")):
        entries = those if action is update else f"{those} entries"
        action.add_argument("--reason", default="", help=f"why {entries} are accepted")
        action.add_argument("--approved-by", default="", metavar="NAME", help="who accepted them")
        action.add_argument("--expires", default="", metavar="YYYY-MM-DD", help="the last day on which they count")
    for action in (create, update, audit, taken):
        action.add_argument(
            "--config", metavar="FILE", help="the configuration file (default: found in the repository)"
        )


def run(options: argparse.Namespace) -> int:
    """Does one of the four actions and returns the exit status."""
    from nbguard.policy.baseline import check_salt, read_entries
    from nbguard.policy.config import load_config
    from nbguard.repository.discovery import is_git_directory

    if options.action != "audit":
        _check_date(options.expires)
    scanned = tuple(options.paths) if options.action in ("create", "update") else ()
    config = load_config(next(iter(scanned), "."), options.config)
    if options.action != "import" and is_git_directory(config.root):
        raise UsageError("this is a bare repository: a baseline is made in a work tree, and committed")
    if not config.baseline:
        raise UsageError("the configuration switches the baseline off (baseline is empty)")
    anew = options.action == "create" and options.force
    entries = None if anew else read_entries(config)
    if options.action == "create" and entries is not None:
        raise UsageError(f"{config.baseline} exists; use `nbguard baseline update`, or --force to begin anew")
    if options.action == "audit":
        from nbguard.cli.baseline.answering import audit

        check_salt(entries or {}, config)
        return audit(config, entries or {})
    if options.action == "import":
        from nbguard.cli.baseline.taking_over import take_over

        check_salt(entries or {}, config)
        return take_over(options, config, entries or {})
    from nbguard.cli.baseline.accepting import accept

    return accept(options, config, entries or {})


def _check_date(text: str) -> None:
    from nbguard.policy.approval import days_between

    if text and days_between(text, text) is None:
        raise UsageError("--expires takes a date written YYYY-MM-DD")
