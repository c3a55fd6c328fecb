"""Moves credentials from notebooks and other files to Vault, and puts lookups in their place.

Without paths, the whole repository. Each value is stored, read back and compared before a file is changed.

  nbguard vault move --dry-run a.ipynb   what would change, as a diff; nothing is touched
  nbguard vault move a.ipynb             the same diff, a question, then the move; of several files, each if you like
  nbguard vault move --yes               the whole repository, without asking
  nbguard vault move --as quantum/ionq/team#prod a.ipynb
                                         under a name of your own
  nbguard vault move --existing quantum/ionq/team#prod a.ipynb
                                         the lookup of a secret that is in Vault already; nothing is stored
  nbguard vault move --style env         code that reads the environment, and doesn't need nbguard; hvac: that asks
                                         Vault; colab, databricks: that reads the platform's own secrets

Exit status: 0 nothing to do, 1 files were changed (or would be, or something stays in them), 2 usage or configuration
error, 3 Vault refused or a file could not be read or written.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from nbguard.cli.console import tell
from nbguard.cli.vault.connecting import connect, fingerprinter
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.plan import FileToMove, VaultSettings
    from nbguard.vault.rewrite import Left
    from nbguard.vault.transaction import MovePlan


_YES = ("y", "yes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.policy.known_settings import STYLES

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")
    parser.add_argument("-n", "--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask; for scripts and hooks")
    parser.add_argument("--update", action="store_true", help="a new version where a key holds another value")
    parser.add_argument("--style", choices=STYLES, help="the lookup's code (default: nbguard)")
    parser.add_argument(
        "--as",
        dest="names",
        action="append",
        default=[],
        metavar="[RULE=]PATH#KEY",
        help="the reference to store it under; with a rule, for what is of that rule, a key each (repeatable)",
    )
    parser.add_argument(
        "--existing",
        action="append",
        default=[],
        metavar="[RULE=]PATH#KEY",
        help="a secret that is in Vault already: its lookup takes the value's place, and nothing is stored",
    )
    parser.add_argument(
        "--other-value", action="store_true", help="use it though it holds another value; the file's isn't stored"
    )
    parser.add_argument("--mount", help="the KV engine's mount (default: secret)")
    parser.add_argument("--prefix", help="the first part of the path (default: quantum)")
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")
    parser.add_argument("--no-trace", action="store_true", help="don't look for the values in the history afterwards")


def run(options: argparse.Namespace) -> int:
    """Shows the plan, asks, stores, rewrites, and returns the exit status."""
    from nbguard.policy.config import load_config
    from nbguard.vault.plan import read_name, read_settings

    config = load_config(next(iter(options.paths), "."), options.config)
    settings = read_settings(
        config.vault, config.root,
        style=options.style, mount=options.mount, prefix=options.prefix, update=options.update or None,
    )  # fmt: skip
    settings = settings._replace(
        names=tuple(read_name(text, settings.mount) for text in options.names),
        existing=tuple(read_name(text, settings.mount) for text in options.existing),
        other=options.other_value,
    )
    found, problems = _find(options.paths or (config.root,), config)
    for problem in problems:
        tell(f"nbguard: {plain(problem)}", sys.stderr)
    if not found and not problems:
        tell("Nothing to move: no credential here but what is accepted.")
    status = ExitCode.INCOMPLETE if problems else ExitCode.CLEAN
    return max(status, _move(found, settings, options, config)) if found else status


def _move(found: list[FileToMove], settings: VaultSettings, options: argparse.Namespace, config: Config) -> int:
    """Shows what would become of the credentials, asks, and moves them. Returns the exit status."""
    from nbguard.cli.vault.move_outcome import show_copies, show_remains, show_result, show_rotation
    from nbguard.repository.phantoms import refresh_written
    from nbguard.vault.copies import count_other_names
    from nbguard.vault.existing_secrets import OtherValueError
    from nbguard.vault.transaction import carry_out, make_plan, without_refused

    vault = connect(optional=options.dry_run)
    try:
        made = make_plan(found, settings, vault)
    except OtherValueError as differs:
        settings = _knowing(settings, differs, options)
        made = make_plan(found, settings, vault)
    plan, refused = without_refused(made)
    _show_plan(plan, settings, options.dry_run or not options.yes, vault is None)
    for path, error in refused:
        tell(f"nbguard: {plain(path)}: {plain(str(error))}", sys.stderr)
    failed = ExitCode.INCOMPLETE if refused else ExitCode.FINDINGS
    if options.dry_run:
        _show_unstored(plan)
        return ExitCode.INCOMPLETE if plan.unstored else failed
    if not any(new.edits for _, new in plan.files):
        return failed
    if not options.yes:
        plan = _confirmed(plan)
        if not plan.files:
            sys.stdout.write("Nothing was changed.\n")
            return failed
    if vault is None:
        return failed
    names = count_other_names([found.file for found, new in plan.files if new.edits])
    changed: list[str] = []
    try:
        moved = carry_out(plan, settings, vault, config.root, fingerprinter(config), changed)
    except (KeyboardInterrupt, SystemExit):
        _show_interrupted(changed, plan)
        raise
    refresh_written(moved.changed)
    _show_unstored(moved.plan)
    show_result(moved, settings)
    if moved.changed:
        show_copies(moved, config, names)
        local = not options.no_trace and show_remains(moved, config)
        show_rotation(moved, local=local)
    return ExitCode.INCOMPLETE if moved.failed or moved.plan.unstored else failed


def _knowing(settings: VaultSettings, error: UsageError, options: argparse.Namespace) -> VaultSettings:
    """The settings with a person's word that the other value in Vault is the one to use; else raises the error."""
    if options.dry_run or options.yes or not sys.stdin.isatty():
        raise UsageError(f"{error}; if Vault's is the one to use, as after a rotation, say --other-value") from None
    question = "Use it all the same? The file's value isn't stored, and undo can't bring it back. [y/N] "
    if _answer(f"{plain(str(error))}.\n{question}") not in _YES:
        raise error
    return settings._replace(other=True)


def _find(paths: Sequence[str], config: Config) -> tuple[list[FileToMove], list[str]]:
    """The files with credentials that nobody accepted, and what couldn't be looked at."""
    from nbguard.scan.movable import find_movable
    from nbguard.scan.open_files import open_documents
    from nbguard.scan.scanner import Scanner
    from nbguard.vault.identity import keep_identity
    from nbguard.vault.plan import FileToMove

    mark = fingerprinter(config)
    scanner = Scanner(config, frozenset(("credential",)))
    documents, problems = [], []
    for path, document, problem in open_documents(paths, config):
        if document is None or problem:
            # Bytes of a broken notebook can't be replaced safely; what is in it is for `nbguard scan` to say.
            problems.append(f"{path}: {problem}")
        else:
            documents.append((path, document))
    movable = find_movable([document for _, document in documents], scanner)
    found = []
    for (path, document), findings in zip(documents, movable, strict=True):
        if not findings:
            continue
        if not os.access(path, os.W_OK):
            problems.append(f"{path}: read-only; make it writable to move what is in it")
        else:
            found.append(FileToMove(path, document, keep_identity(findings, config.root, mark)))
    return found, problems


def _show_plan(plan: MovePlan, settings: VaultSettings, with_diff: bool, offline: bool) -> None:
    from nbguard.policy.masked_value import mask
    from nbguard.vault.preview import diff
    from nbguard.vault.references import format_reference

    if with_diff:
        for line in diff(plan):
            # Tabs stay: they are the code's.
            sys.stdout.write("\t".join(map(plain, line.split("\t"))) + "\n")
        sys.stdout.write("\n")
        for credential in plan.credentials:
            reference = format_reference(plan.lookups[credential.value].reference)
            state = "already in Vault" if credential.value in plan.known else "to be stored"
            if credential.existing and credential.value not in plan.known:
                state = "to be looked up" if offline else "another value is in Vault; this one isn't stored"
            shown = mask(credential.value, credential.finding.prefix)
            sys.stdout.write(f"{credential.finding.rule} {shown} -> {reference} ({state})\n")
        if any(not credential.chosen for credential in plan.credentials):
            other = "; code without nbguard: --style env or hvac" if settings.style == "nbguard" else ""
            tell(f"Another name: --as PATH#KEY; what is in Vault: --existing PATH#KEY{other}")
        if offline:
            tell("VAULT_ADDR isn't set, so Vault wasn't asked what it holds already.")
    _show_left(plan.left)


def _show_left(left: Sequence[tuple[FileToMove, Left]]) -> None:
    # A line may hold very many.
    said = Counter((_place(found, item.finding), item.finding.rule, item.reason) for found, item in left)
    for (place, rule, reason), count in said.items():
        tell(f"{place}: {rule} stays{f' in {count} places' * (count > 1)}: {reason}", sys.stderr)


def _show_interrupted(changed: list[str], plan: MovePlan) -> None:
    """What was done already when somebody ended the run: it stays, and the next run goes on from there."""
    of = sum(bool(new.edits) for _, new in plan.files)
    sys.stderr.write("\n")
    said = (
        f"nbguard: interrupted: {len(changed)} of {of} files were changed; what is in others may be in Vault already."
    )
    tell(f"{said} Run it again to go on, or `nbguard vault undo` to see what can be put back.", sys.stderr)


def _show_unstored(plan: MovePlan) -> None:
    for credential, refusal in plan.unstored:
        tell(f"nbguard: {credential.finding.rule} stays, Vault didn't take it: {plain(str(refusal))}", sys.stderr)


def _confirmed(plan: MovePlan) -> MovePlan:
    """The plan as far as a person wants it: all of it, none, or file by file. Raises UsageError without one."""
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked here; look at --dry-run, then say --yes")
    several = sum(bool(new.edits) for _, new in plan.files) > 1
    question = "Store these in Vault and rewrite the files?"
    answer = _answer(f"{question} [y/N/f: file by file] " if several else f"{question} [y/N] ")
    if answer in ("f", "file by file") and several:
        return plan._replace(
            files=tuple(
                (found, new)
                for found, new in plan.files
                if new.edits and _answer(f"{plain_path(os.path.relpath(found.file))}? [y/N] ") in _YES
            )
        )
    return plan if answer in _YES else plan._replace(files=())


def _answer(question: str) -> str:
    try:
        return input(question).strip().lower()
    except EOFError:
        return ""


def _place(found: FileToMove, finding: Finding) -> str:
    from nbguard.documents.positions import line_index

    cell = finding.field.part.cell
    line = line_index(finding.field.text).line(finding.start)
    path = plain_path(found.file)
    return f"{path}: cell {cell.number + 1}, line {line}" if cell else f"{path}: line {line}"
