"""Which credentials of some documents may be moved to Vault: those that nobody accepted, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.echoes import find_echoes
from nbguard.policy.verdict import judge
from nbguard.vault.plan import is_reference
from nbguard.vault.program_values import as_program_sees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.engine import Engine
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.config import Config


def find_movable(documents: Sequence[Document], config: Config, engine: Engine) -> list[tuple[Finding, ...]]:
    """For each document the findings to be moved, with values as a program sees them.

    A value that is found in one document is looked for in all of them.
    """
    from datetime import date

    today = date.today().isoformat()
    detected = []
    for document in documents:
        findings = []
        for finding in engine.detect(document):
            if finding.kind == "credential":
                judgement = judge(finding, document, config, today)
                if not judgement.dropped and judgement.waived is None:
                    findings.append(finding)
        detected.append(findings)
    # A reference that a detector took for a value is none anywhere, not even in an output that repeats it.
    references = {finding.value for findings in detected for finding in findings if is_reference(finding)}
    known = {f.value: f for findings in detected for f in findings if f.value not in references}
    movable = []
    for document, present in zip(documents, detected, strict=True):
        findings = [finding for finding in present if finding.value not in references]
        findings += list(find_echoes(document, known.values(), findings))
        movable.append(tuple(as_program_sees(finding, document) for finding in findings))
    return movable
