"""Says where a finding is, in words that are safe to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord


def place(finding: FindingRecord) -> str:
    """Where a finding is, for people: ``a.ipynb: cell 3 (ab12cd34) line 2``. Cells are counted from 1."""
    path = plain_path(finding.path)
    commit = commit_of(finding)
    if finding.cell is None:
        where = "" if finding.where == "file" else f"{finding.where}, file "
        return f"{path}: {where}line {finding.file_line}{commit}"
    name = f" ({plain(finding.cell.id)})" if finding.cell.id else ""
    where = "" if finding.where == "source" else f" {finding.where}"
    return f"{path}: cell {finding.cell.number + 1}{name}{where} line {finding.line}{commit}"


def commit_of(finding: FindingRecord) -> str:
    """The commit that brought a finding in, and how many others wrote it again."""
    origin = finding.origin
    if origin is None or not origin.commit:
        return ""
    others = f" and {origin.commits - 1} more" if origin.commits > 1 else ""
    return f" in commit {origin.commit[:12]}{others} ({origin.date[:10]}, {plain(origin.author)})"


def plain_path(path: str) -> str:
    """A path to begin a line with: CI runners take lines that begin with ``::`` or ``##`` for commands."""
    path = plain(path)
    return f"./{path}" if path.startswith(("::", "##")) else path
