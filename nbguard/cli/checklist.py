"""Tells the demands of the guide for one repository: what `nbguard doctor --checklist` prints."""

from __future__ import annotations

import sys

from nbguard.errors import ExitCode

_MARKS = {"satisfied": "met ", "not-satisfied": "open", "not-assessed": "  ? "}


def tell_checklist(top: str, format_name: str) -> int:
    """Prints each demand with what is seen of it here and how to verify it; 1 where one is open, 3 for blind spots."""
    from nbguard.audit.demands import all_demands
    from nbguard.audit.evidence_collecting import collect, read_period
    from nbguard.documents.plain import plain
    from nbguard.policy.config import load_config

    config = load_config(top)
    evidence = collect([config], read_period("90d", ""))
    demands = {demand.number: demand for demand in all_demands()}
    if format_name == "json":
        import msgspec

        from nbguard.audit.json_writing import as_json
        from nbguard.audit.policy_records import CHECKLIST, Checklist, ChecklistDemand

        rows = [
            ChecklistDemand(**msgspec.structs.asdict(d), command=demands[d.number].command) for d in evidence.demands
        ]
        sys.stdout.write(as_json(Checklist(CHECKLIST, rows)))
    else:
        for seen in evidence.demands:
            demand = demands[seen.number]
            sys.stdout.write(f"{_MARKS[seen.state]}  {seen.number} {seen.title}\n")
            if seen.part:
                sys.stdout.write(f"      {seen.part}: {plain(seen.because)}\n")
            if demand.command:
                sys.stdout.write(f"      verify: {demand.command}\n")
            if seen.uncovered:
                sys.stdout.write(f"      not covered: {seen.uncovered}\n")
    if not config.allow_unreadable and any(repository.scope.not_scanned for repository in evidence.repositories):
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if any(d.state == "not-satisfied" for d in evidence.demands) else ExitCode.CLEAN
