"""The text report with a line for each finding, as linters and editors have it, and the lines put under their file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.report.causes import short_spot
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.report.records import FindingRecord
    from nbguard.report.situation import Situation
    from nbguard.report.terminal import Look


def concise(findings: Sequence[FindingRecord], situation: Situation, look: Look) -> Iterator[str]:
    """``03_ionq.ipynb:cell 3:1:25: high ionq-api-key IonQ API key (IonQProvider(token=…))``."""
    for finding in findings:
        path = look.link(look.paint(plain_path(situation.shown(finding.path)), "bold"), _file(finding, situation))
        yield f"{path}:{short_spot(finding)}: {_what(finding, look)}"


def grouped(findings: Sequence[FindingRecord], situation: Situation, look: Look) -> Iterator[str]:
    """Each file once, its findings below it, in columns."""
    for _, members in groupby(findings, key=lambda finding: finding.path):
        together = list(members)
        path = plain_path(situation.shown(together[0].path))
        yield f"{look.link(look.paint(path, 'bold'), _file(together[0], situation))}:"
        width = max(len(short_spot(finding)) for finding in together)
        for finding in together:
            yield f"  {short_spot(finding).ljust(width)}  {_what(finding, look)}"
        yield ""


def _what(finding: FindingRecord, look: Look) -> str:
    cause = "by its shape" if finding.cause == "shape" else plain(finding.cause)
    message = plain(finding.message).rstrip(".")
    why = f" ({cause})" if cause and finding.kind == "credential" else ""
    commit = f" in commit {finding.origin.commit[:12]}" if finding.origin and finding.origin.commit else ""
    return f"{look.paint(finding.severity, finding.severity)} {plain(finding.rule)} {message}{why}{commit}"


def _file(finding: FindingRecord, situation: Situation) -> str:
    return "" if finding.origin else situation.shown(finding.path).partition("!/")[0]
