"""What is said before a document is saved: whether the policy wants that refused, stripped, warned of, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import SEVERITIES
from nbguard.editing.wording import refusal, warning
from nbguard.policy.saving import is_guarded, save_policy

if TYPE_CHECKING:
    from nbguard.lsp.placed_findings import Result


def before_save(result: Result) -> dict[str, Any]:
    """The answer of ``nbguard/beforeSave``.

    ``mode`` is the policy's (``off``, ``warn``, ``strip``, ``block``); ``refuse`` says that this save is to be
    refused, ``strip`` that outputs are to be cleared first, ``message`` what people are told (empty: nothing). Where
    stripping takes all that is wrong away, nothing is told.
    """
    nothing: dict[str, Any] = {"mode": "off", "refuse": False, "strip": False, "message": ""}
    policy = result.policy
    if policy is None:
        return _unread(result) if result.problem else nothing
    if not is_guarded(policy.name, policy.config):
        return nothing
    save = save_policy(policy.name, policy.config)
    if save.mode == "off":
        return nothing
    strip = save.mode == "strip" and result.is_notebook
    if result.problem:
        refuse = save.refuse_on_error
        return {"mode": save.mode, "refuse": refuse, "strip": strip, "message": f"nbguard: {result.problem}"}
    failing = SEVERITIES[SEVERITIES.index(policy.config.fail_on) :]
    found = [
        item.record
        for item in result.judged
        if item.record.waived is None
        and item.record.severity in failing
        and not (strip and item.record.where in ("output", "traceback", "widget"))
    ]
    if not found:
        fault = result.policy_fault
        refuse = bool(fault) and save.refuse_on_error
        return {"mode": save.mode, "refuse": refuse, "strip": strip, "message": f"nbguard: {fault}" if fault else ""}
    refuse = save.mode == "block"
    message = refusal(found, "saved", policy.config) if refuse else warning(found, "saved")
    return {"mode": save.mode, "refuse": refuse, "strip": strip, "message": message}


def _unread(result: Result) -> dict[str, Any]:
    """The answer where the policy can't be read: as the guard of Jupyter has it, what its text seems to want."""
    refuse = result.blocks_unread
    mode = "block" if refuse else "warn"
    return {"mode": mode, "refuse": refuse, "strip": False, "message": f"nbguard: {result.problem}"}
