"""Moves credentials from notebooks and other files to Vault, and looks after the references that stay.

  nbguard vault move --dry-run a.ipynb   what would change, as a diff; nothing is touched
  nbguard vault move a.ipynb             store, read back, compare, then rewrite the file
  nbguard vault get quantum/ionq#api_key print a value, for scripts

Vault is found by VAULT_ADDR, VAULT_NAMESPACE and VAULT_CACERT; the login by VAULT_TOKEN, ~/.vault-token, AppRole,
JWT, Kubernetes, a TLS certificate or userpass.

Exit status: 0 nothing to do, 1 files were changed (or would be, or something stays in them), 2 usage or configuration
error, 3 Vault refused or a file could not be read or written.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nbguard.policy.config import Config
    from nbguard.vault.move import Moved, Plan
    from nbguard.vault.plan import Found, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the subcommands."""
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    move = commands.add_parser("move", help="move credentials to Vault and put lookups in their place")
    move.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")
    move.add_argument("-n", "--dry-run", action="store_true", help="show what would change, and change nothing")
    move.add_argument("-y", "--yes", action="store_true", help="don't ask; for scripts and hooks")
    move.add_argument("--update", action="store_true", help="a new version where a key holds another value")
    move.add_argument("--style", choices=("nbguard", "hvac", "env"), help="the lookup's code (default: nbguard)")
    move.add_argument("--mount", help="the KV engine's mount (default: secret)")
    move.add_argument("--prefix", help="the first part of the path (default: quantum)")
    move.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")
    move.set_defaults(perform=_move)
    get = commands.add_parser("get", help="print the value at a reference, for a pipe or a $(…)")
    get.add_argument("reference", metavar="REF", help="such as quantum/ionq#api_key")
    get.add_argument("--show-secrets", action="store_true", help="print it on a terminal, too")
    get.set_defaults(perform=_get)


def run(options: argparse.Namespace) -> int:
    """Performs the subcommand and returns the exit status."""
    status: int = options.perform(options)
    return status


def _get(options: argparse.Namespace) -> int:
    from nbguard.vault.lookup import secret

    if sys.stdout.isatty() and not options.show_secrets:
        raise UsageError("this would show the value on the terminal; use it in a pipe or $(…), or say --show-secrets")
    sys.stdout.write(str(secret(options.reference)) + "\n")
    return ExitCode.CLEAN


def _move(options: argparse.Namespace) -> int:
    from nbguard.policy.config import load_config
    from nbguard.vault.move import carry_out, make_plan
    from nbguard.vault.plan import read_settings

    config = load_config(next(iter(options.paths), "."), options.config)
    settings = read_settings(
        config.vault, config.root,
        style=options.style, mount=options.mount, prefix=options.prefix, update=options.update or None,
    )  # fmt: skip
    found, problems = _find(options.paths or (config.root,), config)
    for problem in problems:
        sys.stderr.write(f"nbguard: {problem}\n")
    status = ExitCode.INCOMPLETE if problems else ExitCode.CLEAN
    if not found:
        if not problems:
            sys.stdout.write("No credentials found; nothing to move.\n")
        return status
    vault = _connect(optional=options.dry_run)
    plan = make_plan(found, settings, vault)
    _show_plan(plan, settings, options.dry_run or not options.yes, vault is None)
    if options.dry_run:
        return max(status, ExitCode.FINDINGS)
    movable = any(new.edits for _, new in plan.files)
    if movable and not options.yes and not _confirmed():
        sys.stdout.write("Nothing was changed.\n")
        return max(status, ExitCode.FINDINGS)
    if vault is None or not movable:
        return max(status, ExitCode.FINDINGS)
    moved = carry_out(plan, settings, vault, config.root, _fingerprinter(config))
    _show_result(moved, settings)
    return max(status, ExitCode.INCOMPLETE if moved.failed else ExitCode.FINDINGS)


def _find(paths: Sequence[str], config: Config) -> tuple[list[Found], list[str]]:
    """The files with credentials that nobody accepted, and what couldn't be looked at."""
    from datetime import date

    from nbguard.detect.echoes import find_echoes
    from nbguard.detect.engine import Engine, Scope
    from nbguard.documents.reading import open_document
    from nbguard.policy.verdict import judge
    from nbguard.scan.sources import list_files, read_paths
    from nbguard.vault.plan import Found

    engine, today = Engine(Scope(frozenset(("credential",)))), date.today().isoformat()
    documents, problems = [], []
    for blob in read_paths(list_files(paths, config.exclude, config.root), config.max_file_size):
        if blob.path == "<stdin>" or blob.problem:
            problems.append(f"{blob.path}: {blob.problem or 'only files can be changed'}")
            continue
        relative = os.path.relpath(blob.path, config.root).replace(os.sep, "/")
        document = open_document(blob.path if relative.startswith("../") else relative, blob.raw)
        findings = []
        for finding in engine.detect(document):
            judgement = judge(finding, document, config, today)
            if finding.kind == "credential" and not judgement.dropped and judgement.waived is None:
                findings.append(finding)
        documents.append((blob.path, document, findings))
    known = {finding.value: finding for _, _, findings in documents for finding in findings}
    found = []
    for path, document, findings in documents:
        findings += list(find_echoes(document, known.values(), findings))
        if not findings:
            continue
        if not os.access(path, os.W_OK):
            problems.append(f"{path}: read-only; make it writable to move what is in it")
        else:
            found.append(Found(path, document, tuple(findings)))
    return found, problems


def _connect(optional: bool):  # type: ignore[no-untyped-def]
    from nbguard.vault.client import Vault
    from nbguard.vault.errors import NoAddressError

    try:
        return Vault()
    except NoAddressError:
        if optional:
            return None
        raise


def _fingerprinter(config: Config):  # type: ignore[no-untyped-def]
    from nbguard.policy.fingerprint import find_salt, fingerprint

    salt = find_salt(config)
    return lambda rule, value: fingerprint(rule, value, salt.key)


def _show_plan(plan: Plan, settings: Settings, with_diff: bool, offline: bool) -> None:
    from nbguard.policy.redaction import mask
    from nbguard.vault.preview import diff
    from nbguard.vault.references import format_reference

    if with_diff:
        for line in diff(plan):
            sys.stdout.write(line + "\n")
        sys.stdout.write("\n")
        for credential in plan.credentials:
            reference = format_reference(plan.lookups[credential.value].reference)
            state = "already in Vault" if credential.value in plan.known else "to be stored"
            shown = mask(credential.value, credential.finding.prefix)
            sys.stdout.write(f"{credential.finding.rule} {shown} -> {settings.mount}: {reference} ({state})\n")
        if offline:
            sys.stdout.write("VAULT_ADDR isn't set, so Vault wasn't asked what it holds already.\n")
    _show_left(plan.left)


def _show_left(left: Sequence[object]) -> None:
    for found, item in left:  # type: ignore[misc]
        sys.stderr.write(f"{_place(found, item.finding)}: {item.finding.rule} stays: {item.reason}\n")  # type: ignore[has-type]


def _show_result(moved: Moved, settings: Settings) -> None:
    from nbguard.vault.references import format_reference

    for path, error in moved.failed:
        sys.stderr.write(f"nbguard: {path}: {error}\n")
    for path in moved.changed:
        sys.stdout.write(f"{path}: rewritten\n")
    remedies: dict[str, list[str]] = {}
    for credential in moved.plan.credentials:
        reference = format_reference(moved.plan.lookups[credential.value].reference)
        remedies.setdefault(credential.finding.remedy, []).append(reference)
        sys.stdout.write(f"{credential.finding.rule} is in Vault: {reference}\n")
    if moved.changed:
        sys.stdout.write("\nWhat was in a file may have been copied: rotate it, and store the new value in Vault.\n")
        for remedy, references in remedies.items():
            if remedy:
                sys.stdout.write(f"  {', '.join(references)}: {remedy}\n")
        _show_environment(moved, settings)


def _show_environment(moved: Moved, settings: Settings) -> None:
    from nbguard.vault.references import format_reference

    languages = {found.document.language for found, _ in moved.plan.files} & {"julia", "r", "javascript", "ruby"}
    if settings.style != "env" and not languages:
        return
    given = " ".join(
        f"--env {lookup.variable}={format_reference(lookup.reference)}" for lookup in moved.plan.lookups.values()
    )
    sys.stdout.write(f"\nThe code reads environment variables. Start it with:\n  nbguard run {given} -- jupyter lab\n")


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked here; look at --dry-run, then say --yes")
    return input("Store these in Vault and rewrite the files? [y/N] ").strip().lower() in ("y", "yes")


def _place(found: Found, finding) -> str:  # type: ignore[no-untyped-def]
    cell = finding.field.part.cell
    line = finding.field.text.count("\n", 0, finding.start) + 1
    return f"{found.file}: cell {cell.number + 1}, line {line}" if cell else f"{found.file}: line {line}"


__all__ = ["NbguardError", "add_arguments", "run"]
