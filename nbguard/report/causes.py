"""Puts findings together that have one cause: a value in many places is one thing to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.finding import SEVERITIES
from nbguard.documents.plain import plain
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.report.records import FindingRecord


class Cause(NamedTuple):
    """Findings that one step mends: ``first`` is the one to show, ``others`` are told by their places."""

    first: FindingRecord
    others: tuple[FindingRecord, ...] = ()

    @property
    def severity(self) -> str:
        """The gravest of its findings'."""
        return max((self.first.severity, *(other.severity for other in self.others)), key=SEVERITIES.index)


def group(findings: Iterable[FindingRecord]) -> list[Cause]:
    """The findings that count by their cause, in the order of the first of each.

    A credential is one by its value, wherever it stands; anything else by its rule in a file.
    """
    groups: dict[tuple[str, ...], list[FindingRecord]] = {}
    for finding in findings:
        if finding.waived is None:
            credential = finding.kind == "credential"
            key = (finding.rule, finding.fingerprint) if credential else (finding.rule, "", finding.path)
            groups.setdefault(key, []).append(finding)
    return [_cause_of(members) for members in groups.values()]


def _cause_of(members: list[FindingRecord]) -> Cause:
    first = min(members, key=rank)
    return Cause(first, tuple(member for member in members if member is not first))


def rank(finding: FindingRecord) -> tuple[bool, bool, bool]:
    """Orders the places of one value: the lowest says most. Code before outputs, a sink before a shape."""
    copied = finding.cause.startswith("the same value")
    return finding.where not in ("source", "file"), copied, finding.cause == "shape"


def headline(finding: FindingRecord) -> str:
    """What was found and why it counts, in one sentence. What else the message says is a step's."""
    message = plain(finding.message).rstrip(".").partition(". ")[0]
    why = _why(plain(finding.cause), finding.kind)
    return f"{message}, {why}" if why else message


def _why(cause: str, kind: str) -> str:
    if cause == "shape":
        return "known by its shape"
    if kind != "credential" or cause in ("", "header"):
        return ""
    if cause.startswith("the same value"):
        return cause
    if cause == "name":
        return "by the name it is given to"
    if cause.endswith(")") and "(" in cause and " " not in cause.partition("(")[0]:
        return f"goes to {cause}"
    return f"goes to {cause}" if cause.startswith("os.environ") else f"by {cause}"


def spot(finding: FindingRecord) -> str:
    """The place in its file, in words: ``cell 3, line 1, column 25``."""
    line = f"line {finding.line}, column {finding.column}"
    if finding.cell is None:
        line = f"line {finding.file_line}, column {finding.column}"
        return line if finding.where == "file" else f"{finding.where}, {line}"
    where = "" if finding.where == "source" else f" {finding.where}"
    return f"cell {finding.cell.number + 1}{where}, {line}"


def short_spot(finding: FindingRecord) -> str:
    """The place as editors and other linters write it: ``cell 3:1:25``, ``12:8``."""
    where = "" if finding.where in ("source", "file") else finding.where
    if finding.cell is None:
        return f"{where}:{finding.file_line}:{finding.column}".lstrip(":")
    return f"cell {finding.cell.number + 1}{' ' if where else ''}{where}:{finding.line}:{finding.column}"
