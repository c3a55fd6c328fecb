"""What somebody is told whose push was refused: what is in it, where, and what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    from nbguard.policy.config import Config
    from nbguard.report.records import Report
    from nbguard.repository.history import Selection
    from nbguard.scan.gate import Gate


def judge_push(selection: Selection, config: Config, so_far: str, gate: Gate | None = None) -> int:
    """Scans a push and returns the exit status; a push that is refused is explained on standard error.

    ``so_far`` says what has happened to the push. With a ``gate``, allows count that stood before the push.
    """
    from nbguard.report.writing import write_report
    from nbguard.scan.history_scan import scan_selection

    # No cache: a hook of a server writes nowhere but where git lets it.
    outcome = scan_selection(".", selection, config, frozenset(), gate=gate).result
    if outcome.exit_code == ExitCode.CLEAN:
        return ExitCode.CLEAN
    write_report(outcome.report, "text", sys.stderr)
    sys.stderr.write(f"\nnbguard: push refused; {so_far}.\n")
    sys.stderr.writelines(
        f"  {line}\n" for line in advise(outcome.report, new_allows=gate is None or gate.stood_before is None)
    )
    return outcome.exit_code


def advise(report: Report, *, new_allows: bool = True) -> list[str]:
    """What to do with a refused push, in a few lines. ``new_allows``: those that the push brings count."""
    counted = [finding for finding in report.findings if finding.waived is None]
    advice = []
    if any(finding.kind == "credential" for finding in counted):
        advice.append("- A credential that was ever pushed or shared is known: rotate it (see Fix above).")
    if counted:
        commits = [finding.origin.commit for finding in counted if finding.origin and finding.origin.commit]
        first = f" Start with: git rebase -i {commits[0][:12]}^ (mark it `edit`)." if commits else ""
        advice += [
            "- Take it out of the commits named above; to delete it in a later commit isn't enough, as the",
            f"  older one would be pushed with it.{first} Is it the last commit: git commit --amend.",
            '- Is it no secret? Say so beside it: # nbguard: allow RULE reason="…" (if your policy takes that).'
            if new_allows
            else "- Is it no secret? An allow counts once it stands on the branch this goes to: ask who may decide.",
        ]
    if report.skipped:
        advice.append("- What could not be scanned is refused too: make it smaller or whole, or ask the operator.")
    return [*advice, "- Then push again."]
