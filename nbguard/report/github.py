"""The report as GitHub Actions annotations.

Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.documents.plain import plain
from nbguard.report.places import place
from nbguard.report.records import gravest_first
from nbguard.report.text import conclusion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.report.records import Report

_COMMANDS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}


def write(report: Report, stream: TextIO) -> None:
    """Writes one workflow command for each finding that counts and each file skipped, the gravest first.

    GitHub shows ten of a kind in a step.
    """
    for finding in gravest_first(report):
        region = finding.region
        properties = {"file": finding.path, "line": str(region.line), "endLine": str(region.end_line)}
        if region.line == region.end_line:
            properties |= {"col": str(region.column), "endColumn": str(region.end_column)}
        properties["title"] = f"nbguard: {finding.rule} ({finding.severity})"
        message = f"{plain(finding.message)} {finding.match} at {place(finding)}. {plain(finding.remedy)}"
        message += f" (fingerprint {finding.fingerprint})"
        stream.write(_command(_COMMANDS[finding.severity], properties, message))
    for skipped in report.skipped:
        message = f"Not scanned: {plain(skipped.reason)}"
        stream.write(_command("warning", {"file": skipped.path, "title": "nbguard"}, message))
    stream.write(conclusion(report) + "\n")


def append_step_summary(report: Report, environment: Mapping[str, str]) -> bool:
    """Appends the Markdown report to the summary of the running step. Says whether there was one to append to."""
    from nbguard.report.markdown import write as write_markdown

    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return False
    with open(path, "a", encoding="utf-8") as file:
        write_markdown(report, file)
    return True


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    written = ",".join(f"{key}={_escape(plain(value), property_value=True)}" for key, value in properties.items())
    return f"::{name} {written}::{_escape(message)}\n"


def _escape(text: str, *, property_value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_value else text
