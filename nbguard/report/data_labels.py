"""What a catalogue of data wants to know of a finding: the class of its data, W3C's terms for it, where it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord


def data_labels(finding: FindingRecord) -> dict[str, Any] | None:
    """The labels of sample data as reports have them; None for findings of another kind.

    ``dpv`` are terms of the Data Privacy Vocabulary 2.1, where ``dpv:`` is ``https://w3id.org/dpv#`` and ``pd:`` is
    ``https://w3id.org/dpv/pd#``. ``submitted_to`` is the provider's id, None where the data isn't seen to be submitted.
    """
    if finding.kind != "sample-data":
        return None
    from nbguard.detect.samples.sample_rules import SAMPLE_RULES

    rule = next((rule for rule in SAMPLE_RULES if rule.id == finding.rule), None)
    if rule is None:
        return None
    return {"class": rule.data_class, "dpv": list(rule.dpv), "submitted_to": finding.provider}
