"""Tells of a run as events, where whoever runs it asked for that, and says on standard error what went wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.console import tell

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report

# As in live_events, which a hook doesn't load for nothing.
_VARIABLES = ("NBGUARD_OTLP_ENDPOINT", "NBGUARD_EVENT_LOG")
# Doors that see commits after the hook did.
_OF_COMMITS = ("ci", "pre-push", "pre-receive")


def tell_events(report: Report, config: Config, door: str, judged_by: Config | None = None) -> None:
    """Keeps and sends the events of a run through ``door``. Changes nothing about its verdict.

    ``judged_by`` is the policy that judged where it isn't ``config``.
    """
    if not any(map(os.environ.get, _VARIABLES)):
        return
    from nbguard.audit.delivery.live_events import tell_run
    from nbguard.audit.past_the_hook import in_report
    from nbguard.errors import describe_defect
    from nbguard.policy.description import policy_digest

    judging = judged_by or config
    try:
        # What is in commits that come from somewhere got past the hook where they were made.
        past = in_report(config.root, report, judging.fail_on) if door in _OF_COMMITS else []
        more = [commit.as_event() for commit in past]
        said = tell_run(report, config.root, door, more, policy=policy_digest(judging))
    except Exception as error:  # noqa: BLE001 - a verdict stands, whatever becomes of its events
        said = [describe_defect(error)]
    for sentence in said:
        tell(f"nbguard: {sentence}", sys.stderr)


def tell_guard_change(kind: str, door: str, parts: list[str], scope: str) -> None:
    """Tells that hooks or the filter were put in (``guard-on``) or taken out (``guard-off``); of no parts, nothing."""
    if not parts or not any(map(os.environ.get, _VARIABLES)):
        return
    from nbguard.audit.delivery.live_events import tell_guard
    from nbguard.policy.config import find_root

    said = tell_guard(kind, find_root("."), door, {"parts": parts, "scope": scope})
    for sentence in said:
        tell(f"nbguard: {sentence}", sys.stderr)
