"""Lists what was accepted: inline allows, other tools' markers, cell metadata, baseline entries, signed approvals.

Of each it says why, who approved it, until when, and whether that is verified by a signature.

  nbguard waivers                       all of them, and whether they are needed
  nbguard waivers --unused              only those that no longer match anything
  nbguard waivers --format json

Exit status: 0 done, 1 --unused found some, 2 usage error, 3 something could not be scanned.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.audit.shown_records import WAIVERS, ShownWaiver, Waivers
from nbguard.documents.how_many import how_many
from nbguard.errors import ExitCode
from nbguard.policy.days import today

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.policy.allow import Waiver
    from nbguard.policy.baseline import BaselineEntry
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord
    from nbguard.scan.coverage import Coverage
    from nbguard.scan.pipeline import ScanResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the repository)")
    parser.add_argument("--unused", action="store_true", help="list only what no longer matches anything")
    parser.add_argument("--format", default="text", choices=("text", "json"))
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")


def run(options: argparse.Namespace) -> int:
    """Lists the waivers and returns the exit status."""
    from nbguard.policy.config import load_config
    from nbguard.scan.scan_paths import scan_paths

    config = load_config(next(iter(options.paths), "."), options.config)
    # With the values: what the policy doesn't report is there all the same.
    result = scan_paths(options.paths, config, frozenset(), reveal=True)
    report = result.report
    listed = (_marks, _entries, _approvals)
    rows = sorted({row for rows in listed for row in rows(options.paths, config, result)}, key=_order)
    if options.unused:
        rows = [row for row in rows if row.state == "unused"]
    _write(rows, options.format)
    if report.skipped and not config.allow_unreadable:
        from nbguard.documents.plain import plain

        for skipped in report.skipped:
            sys.stderr.write(f"{plain(skipped.path)}  not scanned: {plain(skipped.reason)}\n")
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if options.unused and rows else ExitCode.CLEAN


def _marks(paths: list[str], config: Config, result: ScanResult) -> Iterator[ShownWaiver]:
    """The allows written in files. Those that gave a finding its waiver are used."""
    from nbguard.documents.reading import open_document
    from nbguard.policy.covered_paths import name_in_repository
    from nbguard.policy.inventory import marks_in, may_hold_marks
    from nbguard.scan.sources import list_files, read_paths

    used = {
        (
            f.path,
            f.cell.number if f.cell else None,
            f.where if f.waived.kind != "cell-metadata" else "",
            f.waived.detail,
        ): f.waived
        for f in result.report.findings
        if f.waived is not None
    }
    unseen = {skipped.path for skipped in result.report.skipped}
    files = [path for path in list_files(paths or (config.root,), config.exclude, config.root) if path != "-"]
    for blob in read_paths(files, config.max_file_size):
        if blob.problem or not may_hold_marks(blob.raw):
            continue
        document = open_document(name_in_repository(blob.path, config.root), blob.raw)
        for path, cell, where, allow in marks_in(document, config.waivers):
            number = cell.number if cell else None
            counted = used.get((path, number, where, allow.waiver.detail))
            idle = "not checked: the file wasn't scanned" if path in unseen else "unused"
            state = "used" if counted else allow.problem or _shortcoming(path, allow.waiver, config) or idle
            yield _row(path, number, where or "metadata", counted or allow.waiver, state)


def _entries(paths: list[str], config: Config, result: ScanResult) -> Iterator[ShownWaiver]:
    """The entries of the baseline. Those for paths that weren't named are left out."""
    from nbguard.policy.allow import Waiver
    from nbguard.policy.baseline import load_baseline
    from nbguard.policy.covered_paths import is_in_scope
    from nbguard.scan.coverage import Coverage

    baseline = load_baseline(config)
    coverage = Coverage(config, result, paths)
    used = {(f.path, f.where, f.fingerprint): f.waived for f in result.report.findings if _is_by(f, "baseline")}
    for key, entry in baseline.entries.items() if baseline else ():
        if not is_in_scope(entry.path, paths, config.root):
            continue
        waiver = Waiver("baseline", f"{entry.rule} {entry.fingerprint}", entry.reason, entry.expires, entry.approved_by)
        counted = used.get(key)
        state = "used" if counted else _shortcoming(entry.path, waiver, config) or _idle(entry, coverage)
        shown = counted._replace(detail=waiver.detail) if counted else waiver
        yield _row(entry.path, None, entry.where, shown, state)


def _idle(entry: BaselineEntry, coverage: Coverage) -> str:
    """What an entry is called that nothing was matched with: that nothing is there has to be known first."""
    if entry.key in coverage.found:
        return "not needed: something else accepts it, or the policy doesn't report it"
    why = coverage.why_unseen(entry)
    return f"not checked: {why}" if why else "unused"


def _approvals(paths: list[str], config: Config, result: ScanResult) -> Iterator[ShownWaiver]:
    """The signed approvals, each once for every file it names that is there."""
    from nbguard.policy.approvals import Subject, load_approvals
    from nbguard.policy.covered_paths import is_in_scope
    from nbguard.policy.fingerprint import find_salt
    from nbguard.repository.approval_ground import ground_of

    approvals = load_approvals(config, find_salt(config).key, ground_of(config.root))
    found = {(f.path, f.rule, f.fingerprint): f for f in result.report.findings}
    for approval in approvals.all:
        for path in approval.paths:
            if not is_in_scope(path, paths, config.root):
                continue
            finding = found.get((path, approval.rule, approval.fingerprint))
            fault = approvals.fault_of(approval, path, today())
            idle = "unused" if finding is None else "used"
            if finding is not None and finding.waived is None:
                subject = Subject(finding.rule, finding.kind, finding.fingerprint, path)
                lacking = approvals.agree(subject, today()).problem
                idle = f"not enough: {lacking or 'who brought the finding approved it'}"
            detail = f"{approval.rule} {approval.fingerprint} for {approval.role}"
            words = approval.reason, approval.expires, approval.signer
            yield ShownWaiver(path, None, "file", "approval", detail, *words, fault or idle, not fault, approval.made)


def _row(path: str, cell: int | None, where: str, waiver: Waiver, state: str) -> ShownWaiver:
    return ShownWaiver(path, cell, where, *waiver[:-1], state, bool(waiver.signed), "")


def _is_by(finding: FindingRecord, kind: str) -> bool:
    return finding.waived is not None and finding.waived.kind == kind


def _shortcoming(path: str, waiver: Waiver, config: Config) -> str:
    from nbguard.policy.allow import shortcoming
    from nbguard.policy.verdict import demands_in, zone_of

    return shortcoming(waiver, demands_in(config, zone_of(path, config)), today())


def _order(row: ShownWaiver) -> tuple[str, int, str, str]:
    return row.path, -1 if row.cell is None else row.cell, row.where, row.detail


def _write(rows: list[ShownWaiver], format_name: str) -> None:
    from nbguard.documents.plain import plain

    if format_name == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(Waivers(WAIVERS, rows)))
        return
    for row in rows:
        cell = f" cell {row.cell + 1}" if row.cell is not None else ""
        approved = f"{row.approved_by} ({'verified' if row.verified else 'not verified'})" if row.approved_by else ""
        said = {"reason": row.reason, "made": row.made, "expires": row.expires, "approved by": approved}
        facts = ", ".join(f"{name}: {plain(value)}" for name, value in said.items() if value) or "no reason given"
        sys.stdout.write(f"{plain(row.path)}:{cell} {row.where}  {row.kind}: {plain(row.detail)}\n")
        sys.stdout.write(f"    {plain(row.state)}; {facts}\n")
    unused = sum(row.state == "unused" for row in rows)
    sys.stdout.write(f"{how_many(len(rows), 'waiver')}, {unused} unused.\n")
