"""Keeps the list of findings that are known and accepted for now (`.nbguard-baseline.jsonl`).

  nbguard baseline create               accept everything that is found today
  nbguard baseline update               drop what is gone, add what is new, keep the reasons
  nbguard baseline update --prune       drop what is gone, add nothing
  nbguard baseline audit                say why: asks on a terminal, else lists what has no reason
  nbguard baseline import FILE          take over a .secrets.baseline or a .gitleaksignore

The file holds rule, path, place and fingerprint of each finding, and no value. Commit it.

Exit status: 0 done, 1 audit found entries without a reason, 2 usage error, 3 something could not be scanned.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from nbguard.policy.baseline import Entry
    from nbguard.policy.config import Config
    from nbguard.report.records import FindingRecord
    from nbguard.scan.pipeline import ScanResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|update|audit|import")
    create = actions.add_parser("create", help="accept everything that is found today")
    create.add_argument("--force", action="store_true", help="replace a baseline that exists")
    update = actions.add_parser("update", help="drop what is gone, add what is new")
    update.add_argument("--prune", action="store_true", help="drop what is gone, add nothing")
    audit = actions.add_parser("audit", help="say why each entry is accepted")
    taken = actions.add_parser("import", help="take over a .secrets.baseline or a .gitleaksignore")
    taken.add_argument("paths", nargs="+", metavar="FILE", help="the file to take over")
    for action in (create, update):
        action.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the repository)")
    for action in (create, update, taken):
        action.add_argument("--reason", default="", help="why the new entries are accepted")
        action.add_argument("--approved-by", default="", metavar="NAME", help="who accepted them")
        action.add_argument("--expires", default="", metavar="YYYY-MM-DD", help="the last day on which they count")
    for action in (create, update, audit, taken):
        action.add_argument(
            "--config", metavar="FILE", help="the configuration file (default: found in the repository)"
        )


def run(options: argparse.Namespace) -> int:
    """Does one of the four actions and returns the exit status."""
    from nbguard.policy.baseline import load_baseline
    from nbguard.policy.config import load_config

    if options.action != "audit":
        _check_date(options.expires)
    scanned = tuple(options.paths) if options.action in ("create", "update") else ()
    config = load_config(next(iter(scanned), "."), options.config)
    if not config.baseline:
        raise UsageError("the configuration switches the baseline off (baseline is empty)")
    baseline = load_baseline(config)
    entries = baseline.entries if baseline else {}
    if options.action == "create" and baseline and not options.force:
        raise UsageError(f"{config.baseline} exists; use `nbguard baseline update`, or --force to begin anew")
    if options.action == "audit":
        return _audit(config, entries)
    outcome = _scan(scanned, config, reveal=options.action == "import")
    if options.action == "import":
        return _import(options, config, entries, outcome)
    if options.action == "create":
        entries = {}
    return _update(options, config, entries, outcome)


def _scan(paths: tuple[str, ...], config: Config, *, reveal: bool = False) -> ScanResult:
    """Scans without the baseline, to see what it covers as well."""
    from nbguard.scan.api import scan_paths

    return scan_paths(paths, config._replace(baseline=""), frozenset(), reveal=reveal)


def _update(
    options: argparse.Namespace, config: Config, old: Mapping[tuple[str, str, str], Entry], outcome: ScanResult
) -> int:
    from nbguard.policy.scope import is_in_scope, name_in_repository

    found = {entry.key: entry for entry in _entries(outcome.report.findings, options)}
    unseen = {name_in_repository(skipped.path, config.root) for skipped in outcome.report.skipped}
    kept = {
        key: entry
        for key, entry in old.items()
        if key in found or entry.path in unseen or not is_in_scope(entry.path, options.paths, config.root)
    }
    prune = options.action == "update" and options.prune
    added = {} if prune else {key: entry for key, entry in found.items() if key not in old}
    _write(config, [*kept.values(), *added.values()])
    dropped = len(old) - len(kept)
    sys.stdout.write(f"{config.baseline}: {len(kept)} kept, {len(added)} added, {dropped} dropped.\n")
    return _conclude(config, added.values(), outcome)


def _import(
    options: argparse.Namespace, config: Config, old: Mapping[tuple[str, str, str], Entry], outcome: ScanResult
) -> int:
    from hashlib import sha1

    from nbguard.policy.foreign import read_foreign

    added: dict[tuple[str, str, str], Entry] = {}
    by_place: dict[tuple[str, object], list[FindingRecord]] = {}
    for record in outcome.report.findings:
        value = outcome.values[record].encode("utf-8", "surrogatepass")
        digest = sha1(value, usedforsecurity=False).hexdigest()
        for key in (digest, record.file_line):
            by_place.setdefault((record.path, key), []).append(record)
    for path in options.paths:
        foreign = read_foreign(os.path.basename(path), _read(path))
        matched = rejected = 0
        for known in foreign.known:
            records = by_place.get((known.path, known.sha1 or known.line), [])
            if known.rejected and records:
                rejected += 1
                sys.stdout.write(f"{known.path}: audited as a real secret in {path}, so it isn't accepted.\n")
                continue
            matched += bool(records)
            for entry in _entries(records, options):
                if entry.key not in old:
                    added[entry.key] = entry if entry.reason else entry._replace(reason=known.reason)
        for line in foreign.unusable:
            sys.stdout.write(f"{path}: can't be carried over: {line}\n")
        nothing = len(foreign.known) - matched - rejected
        sys.stdout.write(f"{path}: {matched} taken over, {nothing} match nothing that nbguard reports.\n")
    _write(config, [*old.values(), *added.values()])
    return _conclude(config, added.values(), outcome)


def _audit(config: Config, entries: Mapping[tuple[str, str, str], Entry]) -> int:
    """Asks for the reason of each entry that has none; in a pipe it lists them."""
    from nbguard.report.plain import plain

    open_ones = sorted(entry for entry in entries.values() if not entry.reason)
    if not open_ones:
        sys.stdout.write(f"{config.baseline}: every one of {len(entries)} entries has a reason.\n")
        return ExitCode.CLEAN
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    answered = dict(entries)
    for entry in open_ones:
        sys.stdout.write(f"{plain(entry.path)}: {entry.where}  {plain(entry.rule)}  {entry.fingerprint}\n")
        if not asks:
            continue
        answer = input("  reason (empty: decide later; drop: take the entry out): ").strip()
        if answer == "drop":
            del answered[entry.key]
        elif answer:
            answered[entry.key] = entry._replace(reason=answer)
    if answered != entries:
        _write(config, answered.values())
    left = sum(not entry.reason for entry in answered.values())
    if left:
        sys.stdout.write(f"{config.baseline}: {left} without a reason.\n")
    return ExitCode.FINDINGS if left else ExitCode.CLEAN


def _entries(records: Iterable[FindingRecord], options: argparse.Namespace) -> list[Entry]:
    from nbguard.policy.baseline import Entry

    return [
        Entry(r.path, r.rule, r.where, r.fingerprint, options.reason, options.expires, options.approved_by)
        for r in records
        if r.waived is None
    ]


def _conclude(config: Config, added: Iterable[Entry], outcome: ScanResult) -> int:
    from time import strftime

    from nbguard.policy.allow import Waiver, shortcoming
    from nbguard.report.plain import plain

    problems = {
        shortcoming(Waiver("baseline", "", e.reason, e.expires, e.approved_by), config.waivers, strftime("%Y-%m-%d"))
        for e in added
    } - {""}
    for problem in sorted(problems):
        sys.stdout.write(f"Some of these entries don't count yet: {problem}.\n")
    for skipped in outcome.report.skipped:
        sys.stdout.write(f"{plain(skipped.path)}  not scanned: {plain(skipped.reason)}\n")
    return ExitCode.INCOMPLETE if outcome.report.skipped and not config.allow_unreadable else ExitCode.CLEAN


def _read(path: str) -> str:
    from nbguard.documents.decode import decode_text
    from nbguard.documents.files import read_file
    from nbguard.errors import UnreadableError

    try:
        return decode_text(read_file(path, 100_000_000))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None


def _write(config: Config, entries: Iterable[Entry]) -> None:
    from nbguard.policy.baseline import write_baseline

    path = os.path.join(config.root, config.baseline)
    try:
        with open(path + ".new", "w", encoding="utf-8", newline="\n") as file:
            file.write(write_baseline(entries))
        os.replace(path + ".new", path)
    except OSError as error:
        raise UsageError(f"{config.baseline}: {(error.strerror or 'not writable').lower()}") from None


def _check_date(text: str) -> None:
    from time import strptime

    try:
        if text:
            strptime(text, "%Y-%m-%d")
    except ValueError:
        raise UsageError("--expires takes a date written YYYY-MM-DD") from None
