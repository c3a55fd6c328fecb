"""Puts signed approvals in the place of what anybody could have written: a mark, a name, an entry in a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.policy.allow import Decision, Waiver
from nbguard.policy.approval import FILE_NAME
from nbguard.policy.approvals import Agreed, Approvals, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.detect.finding import Finding


def hold_to_approvals(
    decision: Decision,
    finding: Finding,
    path: str,
    fingerprint: str,
    today: str,
    approvals: Approvals | None,
    authors: Callable[[], frozenset[str]],
) -> Decision:
    """What is decided about a finding once signatures have their say.

    This is asked where nothing but a signature may accept it, and where no mark does. A waiver in ``decision`` is one
    that doesn't count by itself.
    """
    agreed = Agreed(problem="the policy lists nobody under [approvers]")
    if approvals is not None:
        agreed = approvals.agree(Subject(finding.rule, finding.kind, fingerprint, path), today, authors)
    if not agreed.problem:
        return Decision(waiver_of(agreed, decision.waiver))
    known = approvals is not None and approvals.speaks_of(finding.rule, fingerprint)
    if decision.waiver is not None:
        return Decision(None, f"The {decision.waiver.detail} doesn't count: {agreed.problem}.")
    if known and not decision.note:
        return Decision(None, f"It isn't accepted: {agreed.problem}.")
    return decision


def waiver_of(agreed: Agreed, mark: Waiver | None) -> Waiver:
    """The waiver that approvals give, beside the mark they are for if there is one."""
    first = agreed.approvals[0]
    approvers = ", ".join(f"{approval.signer} ({approval.role})" for approval in agreed.approvals)
    kind, detail, reason = "approval", f"approval in {FILE_NAME}", first.reason
    ends = [approval.expires for approval in agreed.approvals]
    if mark is not None:
        kind, detail, reason = mark.kind, mark.detail, mark.reason or reason
        ends += [mark.expires] if mark.expires else []
    return Waiver(kind, detail, reason, min(ends), approvers, ",".join(sorted(agreed.identities)))
