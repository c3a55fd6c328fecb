"""Looks for what is wrong with the set-up of this repository, and says how to mend each thing.

  nbguard doctor                        what is to be mended, and how
  nbguard doctor -q                     only that
  nbguard doctor --fix                  mends what is safe to mend
  nbguard doctor --format json          for a fleet of machines
  nbguard doctor --checklist            the demands of the guide: what is met here, what is open, what can't be seen

Checked: the program and where it came from, the git filter and the attributes that lead to it, the hook, the
configuration and the rules it names, the salt, the baseline, other filters for notebooks, kernels without nbguard,
Vault where VAULT_ADDR is set, and in Jupyter the extension and the copies of old text that it keeps: checkpoints, and
the store of jupyter-collaboration. Nothing is changed without --fix, and no value is ever shown. Outside of a
repository, the machine is looked at alone.

With --purge-collaboration-store those stores are deleted, without a copy, while no server uses them. The notebooks
stay. Lost are edits that were never saved to them, and undoing what was done in earlier sessions.

Exit status: 0 all is well, 1 something is to be mended (or open), 3 a store couldn't be deleted, or with --checklist
something couldn't be scanned.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from nbguard.repository.checkup import Check
    from nbguard.repository.doors import Doors

# Seconds for Vault to answer: somebody waits.
_PATIENCE = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard doctor` takes."""
    parser.add_argument("-q", "--quiet", action="store_true", help="only what is to be mended")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to tell it (default: text)")
    parser.add_argument("--fix", action="store_true", help="mend what is safe: filter, hook, ignores, permissions")
    parser.add_argument("--checklist", action="store_true", help="the guide's demands, as far as they are seen here")
    parser.add_argument(
        "--purge-collaboration-store",
        action="store_true",
        help="delete what jupyter-collaboration keeps of every edit; stop the server first",
    )


def run(options: argparse.Namespace) -> int:
    """Tells each thing that was looked at; returns 1 where one is to be mended."""
    from nbguard.repository.git import top_of

    if options.purge_collaboration_store:
        return _purge(top_of("."))
    if options.checklist:
        from nbguard.cli.checklist import tell_checklist

        return tell_checklist(top_of("."), options.format)
    top = _top()
    checks = list(_look(top))
    if options.fix and top:
        _fix(checks, top)
        checks = list(_look(top))
    if options.format == "json":
        _write_json(checks, top)
    else:
        for check in checks:
            _write(check, quiet=options.quiet)
    return ExitCode.FINDINGS if any(check.do for check in checks) else ExitCode.CLEAN


def _top() -> str:
    """The top of the repository around; empty outside of one."""
    from nbguard.errors import UsageError
    from nbguard.repository.git import top_of
    from nbguard.repository.git_errors import GitGaveUpError

    try:
        return top_of(".")
    except GitGaveUpError:
        raise
    except UsageError:
        return ""


def _fix(checks: list[Check], top: str) -> None:
    from nbguard.documents.plain import plain
    from nbguard.repository.mending import mend

    for check in checks:
        try:
            if check.do and mend(check, top):
                sys.stderr.write(f"mended: {plain(f'{check.what}: {check.state}')}\n")
        except (NbguardError, OSError) as error:
            sys.stderr.write(f"nbguard: {plain(f'{check.what}: {error}')}\n")


def _write(check: Check, *, quiet: bool) -> None:
    """A check in a line or two. Paths and settings are the repository's: nothing in them is for a terminal to obey."""
    from nbguard.cli.console import tell
    from nbguard.documents.plain import plain

    if check.do or not quiet:
        word = "mend" if check.do else "note" if check.is_note else "fine"
        tell(plain(f"{check.what}: {check.state}"), indent=" " * 6, head=f"{word}  ")
    if check.do:
        tell(plain(check.do), indent=" " * 6)


def _write_json(checks: list[Check], top: str) -> None:
    from nbguard.audit.json_writing import as_json
    from nbguard.audit.shown_records import DOCTOR, Diagnosis, DoctorCheck, DoctorTool
    from nbguard.version import __version__

    seen = [DoctorCheck(check.what, check.state, check.do or None, not check.do) for check in checks]
    sys.stdout.write(as_json(Diagnosis(DOCTOR, DoctorTool("nbguard", __version__), top or None, seen)))


def _purge(top: str) -> int:
    from nbguard.documents.plain import plain
    from nbguard.jupyter.diagnosis import purge_stores

    stores = list(purge_stores(top))
    for path, what, _ in stores:
        sys.stdout.write(f"{plain(f'{path}: {what}')}\n")
    if not stores:
        sys.stdout.write("there is no collaboration store here\n")
    return ExitCode.CLEAN if all(gone for _, _, gone in stores) else ExitCode.INCOMPLETE


def _look(top: str) -> Iterator[Check]:
    from nbguard.repository.installation import check_installation

    yield from check_installation(os.environ)
    if top:
        yield from _look_at_repository(top)
    yield from _check_kernels(top)
    if os.environ.get("VAULT_ADDR"):
        yield _check_vault(os.environ)


def _look_at_repository(top: str) -> Iterator[Check]:
    from nbguard.repository.checkup import check_repository
    from nbguard.repository.doors import find_doors

    checks = list(check_repository(top))
    yield from checks
    doors = find_doors(top)
    if not doors.guard_commits and not any(check.what == "git filter" and check.do for check in checks):
        yield _unprotected(doors, any(check.what == "another filter" for check in checks))
    if not any(check.what == "configuration" and check.do for check in checks):
        yield from _check_options(top)
        yield from _check_baseline(top)
        yield from _check_jupyter(top)


def _unprotected(doors: Doors, another_filter: bool) -> Check:
    """Nothing of ours is set up: what another tool does isn't undone by setting ours up beside it."""
    from nbguard.repository.checkup import Check
    from nbguard.repository.doors import other_strippers

    if another_filter or other_strippers(doors):
        state = "neither filter nor hook of nbguard is set up; another tool strips, and nothing is scanned"
        return Check("protection", state, "run `nbguard init`, which shows first how it takes that tool's place")
    do = "run `nbguard init`, which puts it in" if doors.framework else "run `nbguard install`"
    return Check("protection", "neither filter nor hook is set up: nothing is stripped, nothing is scanned", do)


def _check_baseline(top: str) -> Iterator[Check]:
    """Entries of files that are gone, of a day that is over, of another salt. What a scan would tell isn't asked."""
    from nbguard.policy.baseline import check_salt, read_entries
    from nbguard.policy.config import load_config
    from nbguard.policy.covered_paths import covering
    from nbguard.policy.days import today
    from nbguard.repository.checkup import Check
    from nbguard.repository.tracked import names_passed_over

    try:
        config = load_config(top)
        entries = read_entries(config)
        if entries is None:
            return
        check_salt(entries, config)
    except NbguardError as error:
        yield Check("baseline", str(error), "run `nbguard baseline update`")
        return
    paths = [entry.path.partition("!/")[0] for entry in entries.values()]
    missing = [path for path in paths if not os.path.lexists(os.path.join(config.root, path))]
    unseen = names_passed_over(config.root) if missing else frozenset()
    gone = sum(not covering(path, unseen) for path in missing)
    over = sum(bool(e.expires) and e.expires < today() for e in entries.values())
    if gone:
        yield Check(
            "baseline", f"{gone} of its entries are of files that are gone", "run `nbguard baseline update --prune`"
        )
    if over:
        yield Check("baseline", f"{over} of its entries have expired, and count no more", "run `nbguard waivers`")
    if not gone and not over:
        yield Check("baseline", f"{len(entries)} accepted")


def _check_kernels(top: str) -> Iterator[Check]:
    from importlib.util import find_spec

    if find_spec("jupyter_core") is None:
        return
    from jupyter_core.paths import jupyter_path

    from nbguard.repository.installation import check_kernels

    yield from check_kernels(jupyter_path("kernels"), needed=bool(top) and _looks_values_up(top))


def _looks_values_up(top: str) -> bool:
    from nbguard.repository.git import run_git
    from nbguard.repository.git_errors import GitError

    try:
        return bool(run_git(top, "grep", "-l", "-F", "from nbguard import secret", "--", "*.ipynb"))
    except GitError:
        return False


def _check_options(top: str) -> Iterator[Check]:
    from nbguard.policy.config import load_config
    from nbguard.repository.checkup import Check
    from nbguard.strip.options import from_config
    from nbguard.strip.outputs import compile_regex

    try:
        options = from_config(load_config(top).strip)
        if options.strip_regex:
            compile_regex(options.strip_regex)
    except NbguardError as error:
        yield Check("strip options", str(error), "mend it: until then no notebook is stripped")


def _check_jupyter(top: str) -> Iterator[Check]:
    from nbguard.jupyter.diagnosis import check_jupyter
    from nbguard.policy.config import load_config
    from nbguard.repository.checkup import Check

    try:
        yield from check_jupyter(top, load_config(top))
    except NbguardError as error:
        yield Check("Jupyter", str(error), "mend it: until then it isn't known what Jupyter keeps")


def _check_vault(environment: Mapping[str, str]) -> Check:
    from nbguard.repository.checkup import Check
    from nbguard.vault.client import Vault
    from nbguard.vault.vault_errors import LoginError

    try:
        vault = Vault({"VAULT_CLIENT_TIMEOUT": str(_PATIENCE), **environment})
        if not _answers(vault.address):  # the client would try for longer than somebody waits here
            do = "start it, or set VAULT_ADDR to the one that runs; `nbguard vault local start` starts one of your own"
            return Check("Vault", f"no answer at {vault.address}", do)
        method, seconds = vault.check_login()
    except LoginError as error:
        return Check("Vault", str(error), "run `nbguard vault login`; lookups in notebooks fail until then")
    except NbguardError as error:
        return Check("Vault", str(error), "lookups in notebooks fail until then")
    left = f"its token ends in {seconds // 60} minutes" if seconds else "its token doesn't end"
    return Check("Vault", f"logged in by {method}; {left}")


def _answers(address: str) -> bool:
    import socket
    from urllib.parse import urlsplit

    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY")):
        return True  # only the client knows the way through a proxy
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), _PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True
