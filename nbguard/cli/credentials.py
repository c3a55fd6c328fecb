"""Lists every credential that is known here: since when, where now, where in the history, and when it is due.

  nbguard credentials                            of this repository: its files, its history, its branches
  nbguard credentials --overdue                  those that should have been rotated; exit status 1 if there are any
  nbguard credentials --vault                    and whether Vault keeps them, since when
  nbguard credentials --check-live               and whether their providers still take them
  nbguard credentials --sweep results.sqlite --format html --output credentials.html
  nbguard credentials --repository . --sweep results.sqlite     both in one

A credential is known by its fingerprint; no value is shown. Days until rotation come from the setting
credentials.rotate_days, else from what is documented for the provider. Vault is asked only with --vault,
and providers only with --check-live: read-only calls that they document, to hosts that nbguard knows, a random token of
the same shape first. "live" is sure; anything else is "unknown", with the reason.

Exit status: 0 listed, 1 with --overdue if any is overdue, 2 usage or configuration error, 3 not all could be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nbguard.audit.register import Credential, Reading, Register, StoredVersion
    from nbguard.policy.policy_settings import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import add_jobs_option
    from nbguard.cli.live_asking import add_live_options

    parser.add_argument(
        "--repository", action="append", metavar="DIR", help="a repository (repeatable; default: the one around here)"
    )
    parser.add_argument("--sweep", action="append", metavar="FILE", help="results of `nbguard sweep` (repeatable)")
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    parser.add_argument("--vault", action="store_true", help="ask Vault which of them it keeps, and since when")
    add_live_options(parser)
    parser.add_argument("--overdue", action="store_true", help="only those whose rotation is due; 1 if there are any")
    parser.add_argument("--format", default="text", choices=("text", "json", "csv", "html"))
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of standard output")
    add_jobs_option(parser)


def run(options: argparse.Namespace) -> int:
    """Lists the credentials. Raises UsageError, GitError, and VaultError with --vault."""
    from nbguard.audit.register import overdue

    register, allow_unreadable = read_register(options)
    shown = tuple(overdue(register)) if options.overdue else register.credentials
    _write(register, shown, options)
    if register.skipped and not allow_unreadable:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if options.overdue and shown else ExitCode.CLEAN


def read_register(options: argparse.Namespace) -> tuple[Register, bool]:
    """The register of all sources that were named, and whether the policy lets what can't be read pass."""
    from datetime import UTC, datetime

    from nbguard.audit.register import make_register
    from nbguard.policy.config import load_config

    folders = options.repository or ([] if options.sweep else ["."])
    configs = [load_config(folder, options.config) for folder in folders]
    readings = [*_read_repositories(configs, options.jobs), *_read_sweeps(options.sweep or ())]
    config = configs[0] if configs else load_config(".", options.config)
    today = datetime.now(UTC).date()
    register = make_register(readings, config, today, _ask_vault(readings, configs) if options.vault else None)
    if options.check_live:
        from nbguard.cli.live_asking import make_caller, with_live

        register = with_live(register, readings, configs, make_caller(config, options.call_log))
    return register, all(one.allow_unreadable for one in configs or [config])


def _read_repositories(configs: list[Config], jobs: int | None) -> list[Reading]:
    from nbguard.audit.repository_reading import read_repository
    from nbguard.scan.workers import jobs_from

    return [read_repository(config, jobs_from(jobs)) for config in configs]


def _read_sweeps(paths: Sequence[str]) -> list[Reading]:
    from nbguard.audit.sweep_reading import read_sweep

    return [read_sweep(path) for path in paths]


def _ask_vault(readings: list[Reading], configs: list[Config]) -> dict[str, tuple[StoredVersion, ...]]:
    from nbguard.audit.vault_versions import find_stored
    from nbguard.cli.vault.connecting import documents
    from nbguard.vault.client import Vault
    from nbguard.vault.usage import find_uses

    if not configs:
        raise UsageError("--vault looks below the prefix of a repository: name one with --repository")
    rules = {finding.rule for reading in readings for finding, _ in (*(reading.now or ()), *reading.stays)}
    vault = Vault()
    found: dict[str, tuple[StoredVersion, ...]] = {}
    for config in configs:
        used = {use.reference for document in documents((config.root,), config, []) for use in find_uses(document)}
        for mark, stored in find_stored(vault, config, rules, used).items():
            found[mark] = tuple(dict.fromkeys((*found.get(mark, ()), *stored)))
    return found


def _write(register: Register, shown: Sequence[Credential], options: argparse.Namespace) -> None:
    from nbguard.audit.register_formats import FORMATS
    from nbguard.cli.output_file import write_output

    write_output(options.output, lambda file: FORMATS[options.format](register, shown, file))
