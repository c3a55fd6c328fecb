"""Tells of a run as events, where whoever runs it asked for that, and says on standard error what went wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report

# As in live_events, which a hook doesn't load for nothing.
_VARIABLES = ("NBGUARD_OTLP_ENDPOINT", "NBGUARD_EVENT_LOG")
# Doors that see commits after the hook did.
_OF_COMMITS = ("ci", "pre-push", "pre-receive")


def tell_events(report: Report, config: Config, door: str) -> None:
    """Keeps and sends the events of a run through ``door``. Changes nothing about its verdict."""
    if not any(map(os.environ.get, _VARIABLES)):
        return
    from nbguard.audit.delivery.live_events import tell_run
    from nbguard.audit.past_the_hook import in_report
    from nbguard.errors import describe_defect

    try:
        # What is in commits that come from somewhere got past the hook where they were made.
        past = in_report(config.root, report, config.fail_on) if door in _OF_COMMITS else []
        said = tell_run(report, config.root, door, [commit.as_event() for commit in past])
    except Exception as error:  # noqa: BLE001 - a verdict stands, whatever becomes of its events
        said = [describe_defect(error)]
    sys.stderr.writelines(f"nbguard: {sentence}\n" for sentence in said)
