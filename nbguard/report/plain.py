"""Makes text from scanned files and their names safe to print: no control characters, no line breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord


def plain(text: str) -> str:
    """The text on one line, with control, direction and undecodable characters written as escapes.

    A path may hold anything but a null byte: line breaks that fake another line of the report, terminal escapes.
    """
    if text.isascii() and text.isprintable():
        return text
    pieces = []
    for character in text:
        code = ord(character)
        if character.isprintable():
            pieces.append(character)
        elif 0xDC80 <= code <= 0xDCFF:
            # A byte of a file name that isn't UTF-8, as os.fsdecode hands it out.
            pieces.append(f"\\x{code - 0xDC00:02x}")
        else:
            pieces.append(character.encode("unicode_escape").decode("ascii"))
    return "".join(pieces)


def place(finding: FindingRecord) -> str:
    """Where a finding is, for people: ``a.ipynb: cell 3 (ab12cd34) line 2``. Cells are counted from 1."""
    path = plain_path(finding.path)
    commit = _commit(finding)
    if finding.cell is None:
        where = "" if finding.where == "file" else f"{finding.where}, file "
        return f"{path}: {where}line {finding.file_line}{commit}"
    name = f" ({plain(finding.cell.id)})" if finding.cell.id else ""
    where = "" if finding.where == "source" else f" {finding.where}"
    return f"{path}: cell {finding.cell.number + 1}{name}{where} line {finding.line}{commit}"


def _commit(finding: FindingRecord) -> str:
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
