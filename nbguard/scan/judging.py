"""Turns what detectors found into records: each finding held against the policy, and without its value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nbguard.policy.fingerprint import fingerprint
from nbguard.policy.verdict import judge
from nbguard.report.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.baseline import Accepted
    from nbguard.policy.config import Config
    from nbguard.report.records import FindingRecord


def judge_findings(
    found: Iterable[tuple[Document, Finding]], config: Config, salt: bytes, baseline: Accepted | None
) -> Iterator[tuple[Finding, FindingRecord]]:
    """Yields the findings that are reported under a configuration today, waived ones too, with their records.

    ``salt`` is the key of the fingerprints (see fingerprint), ``baseline`` the repository's.
    """
    today = date.today().isoformat()
    for document, finding in found:
        mark = fingerprint(finding.rule, finding.value, salt)
        judgement = judge(finding, document, config, today, baseline, mark)
        if not judgement.dropped:
            yield finding, record(finding, document, judgement, salt)
