"""Says in a report where it comes from, as far as a command line knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.report.provenance import ReportTarget
    from nbguard.report.records import Report


def with_provenance(report: Report, config: Config, scope: str, targets: tuple[ReportTarget, ...] = ()) -> Report:
    """The report with its provenance; without ``targets`` it is about the configuration's repository."""
    from nbguard.policy.description import policy_digest, rules_digest
    from nbguard.report.provenance import Provenance, ReportTarget
    from nbguard.repository.origins import standing_of

    if not targets:
        targets = (ReportTarget(*standing_of(config.root)),)
    return report._replace(
        provenance=Provenance(
            targets, scope, config.profile, config.source, config.bundle, policy_digest(config), rules_digest()
        )
    )
