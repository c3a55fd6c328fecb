"""How the text report is told: as the options say, and to whom."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report
    from nbguard.report.situation import Telling


def telling_of(options: argparse.Namespace, report: Report, config: Config, door: str) -> Telling | None:
    """How a report is told at a door. Git is asked how far the values have come.

    None where there is nothing to tell.
    """
    if not report.findings and not report.skipped:
        return None
    from nbguard.report.situation import Telling, find_situation

    quiet = getattr(options, "quiet", False)
    form = getattr(options, "output_format", None) or ("concise" if quiet else "full")
    situation = find_situation("hook" if getattr(options, "staged", False) else door, config)
    if door == "ci":
        from nbguard.scan.reach import are_here_only

        situation = situation._replace(
            # A job has them from elsewhere, whether this clone says so or not.
            missing=(), new_allows=options.policy_from == "head",
            has_left=bool(os.environ.get("CI")) or not are_here_only(report.findings, config.root),
        )  # fmt: skip
    if form == "full" and door == "scan":
        from nbguard.scan.reach import find_reach

        situation = situation._replace(reach=find_reach(report.findings, config))
    return Telling(form, quiet, getattr(options, "verbose", False), situation)
