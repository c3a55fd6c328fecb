"""The report as SARIF 2.1.0, for code scanning in GitHub, Azure DevOps and editors.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, TextIO

from nbguard.documents.plain import plain
from nbguard.report.data_labels import data_labels
from nbguard.report.places import place
from nbguard.report.records import LEFT_OUT
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub sorts alerts by this number, which it reads as a CVSS score.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}


def write(report: Report, stream: TextIO) -> None:
    """Writes one run. A region marks the text in the file as it is on disk; the cell is a logical location.

    Waived findings are there as suppressed results. Skipped files are notifications.
    """
    rules = {finding.rule: finding for finding in reversed(report.findings)}
    order = {name: number for number, name in enumerate(sorted(rules))}
    body = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "nbguard",
                        "semanticVersion": __version__,
                        "informationUri": "https://github.com/nbguard/nbguard",
                        "rules": [_rule(rules[name]) for name in order],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
                "invocations": [
                    {
                        "executionSuccessful": not report.skipped,
                        "properties": {name: getattr(report.summary, name) for name in LEFT_OUT},
                        "toolExecutionNotifications": [
                            {
                                "level": "error",
                                "message": {"text": f"Not scanned: {plain(skipped.reason)}"},
                                "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.path)}}],
                            }
                            for skipped in report.skipped
                        ],
                    }
                ],
                **_provenance(report),
                "results": [_result(finding, order[finding.rule]) for finding in report.findings],
            }
        ],
    }
    stream.write(json.dumps(body, indent=1) + "\n")


def _provenance(report: Report) -> dict[str, Any]:
    """Where the files come from (3.14.4), of repositories that come from somewhere; and all else that is known."""
    if report.provenance is None:
        return {}
    targets = [target for target in report.provenance.targets if target.uri]
    places = [
        {
            "repositoryUri": target.uri,
            **({"revisionId": target.commit} if target.commit else {}),
            **({"branch": target.branch} if target.branch else {}),
            **({"mappedTo": {"uriBaseId": "SRCROOT"}} if len(targets) == 1 else {}),
        }
        for target in targets
    ]
    known = {"properties": {"provenance": report.provenance.as_data()}}
    return known | ({"versionControlProvenance": places} if places else {})


def _rule(finding: FindingRecord) -> dict[str, Any]:
    # Whom sample data is submitted to is said of the finding; a rule for it is nobody's.
    provider = finding.provider if finding.kind != "sample-data" else None
    tags = ["security", finding.kind, *([provider] if provider else [])]
    return {
        "id": finding.rule,
        "shortDescription": {"text": f"{finding.kind}: {finding.rule}"},
        "help": {"text": plain(finding.remedy) or f"See `nbguard explain {finding.rule}`."},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": tags, "security-severity": _SCORES[finding.severity]},
    }


def _result(finding: FindingRecord, index: int) -> dict[str, Any]:
    region = finding.region
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(finding.path),
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            },
        }
    }
    properties: dict[str, Any] = {
        "kind": finding.kind,
        "provider": finding.provider,
        "severity": finding.severity,
        "where": finding.where,
        "match": finding.match,
        "line": finding.line,
        "column": finding.column,
    }
    if finding.cell is not None:
        name = f"cells[{finding.cell.number}]"
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": f"{name}.{finding.where}", "kind": "cell"}]
        properties["cell"] = {"index": finding.cell.number, "id": finding.cell.id, "type": finding.cell.type}
    labels = data_labels(finding)
    if labels is not None:
        properties["data"] = labels
    if finding.origin is not None:
        properties["commit"] = finding.origin._asdict()
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{plain(finding.message)} {finding.match} at {place(finding)}. {plain(finding.remedy)}"},
        "locations": [location],
        "partialFingerprints": {"nbguard/v1": finding.fingerprint},
        "properties": properties,
    }
    if finding.waived is not None:
        waiver = finding.waived
        in_source = waiver.kind not in ("baseline", "policy")
        reason = plain(waiver.reason or waiver.detail)
        result["suppressions"] = [
            {"kind": "inSource" if in_source else "external", "status": "accepted", "justification": reason}
        ]
    return result


def _artifact(path: str) -> dict[str, str]:
    from urllib.parse import quote

    if os.path.isabs(path):
        return {"uri": "file://" + quote(os.fsencode(path))}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"}
