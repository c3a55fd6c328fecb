"""What is said before a document is saved: whether the policy wants that refused, stripped, warned of, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.finding import SEVERITIES
from nbguard.editing.wording import refusal, warning
from nbguard.policy.saving import is_guarded, save_policy

if TYPE_CHECKING:
    from nbguard.lsp.placed_findings import Result
    from nbguard.report.records import FindingRecord


class SaveAdvice(NamedTuple):
    """What the policy says of a save.

    ``mode`` is the policy's (``off``, ``warn``, ``strip``, ``block``); ``refuse`` says that this save is to be
    refused, ``strip`` that outputs are to be cleared first, ``message`` what people are told (empty: nothing), and
    ``failed`` that the document couldn't be scanned. ``findings`` are those that count.
    """

    mode: str
    refuse: bool = False
    strip: bool = False
    message: str = ""
    failed: bool = False
    findings: tuple[FindingRecord, ...] = ()

    @property
    def action(self) -> str:
        """What an event calls it: ``blocked``, ``failed``, ``stripped``, ``warned``, or nothing."""
        if self.refuse:
            return "blocked"
        if self.failed:
            return "failed"
        return "stripped" if self.strip else "warned" if self.message else ""

    def as_answer(self) -> dict[str, Any]:
        """The answer of ``nbguard/beforeSave``."""
        return {"mode": self.mode, "refuse": self.refuse, "strip": self.strip, "message": self.message}


NOTHING = SaveAdvice("off")


def before_save(result: Result) -> SaveAdvice:
    """What the policy says of saving a document as it is.

    Where stripping takes all that is wrong away, nothing is told.
    """
    policy = result.policy
    if policy is None:
        return _unread(result) if result.problem else NOTHING
    if not is_guarded(policy.name, policy.config):
        return NOTHING
    save = save_policy(policy.name, policy.config)
    if save.mode == "off":
        return NOTHING
    strip = save.mode == "strip" and result.is_notebook
    if result.problem:
        return SaveAdvice(save.mode, save.refuse_on_error, strip, f"nbguard: {result.problem}", failed=True)
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
        return SaveAdvice(save.mode, refuse, strip, f"nbguard: {fault}" if fault else "", failed=bool(fault))
    refuse = save.mode == "block"
    message = refusal(found, "saved", policy.config) if refuse else warning(found, "saved")
    return SaveAdvice(save.mode, refuse, strip, message, findings=tuple(found))


def _unread(result: Result) -> SaveAdvice:
    """The verdict where the policy can't be read: as the guard of Jupyter has it, what its text seems to want."""
    refuse = result.blocks_unread
    return SaveAdvice("block" if refuse else "warn", refuse, False, f"nbguard: {result.problem}", failed=True)
