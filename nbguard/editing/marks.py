"""Writes an allow: as a comment in Python code where a comment can stand, else as an entry of a cell's metadata."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.dataflow.magics import blank_magics, find_magics
from nbguard.detect.dataflow.syntax import parse_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding

# Longer lines get the mark on a line of its own.
_LONGEST_LINE = 120


class Allowance(NamedTuple):
    """What is allowed and why. ``expires`` is an ISO date; it and ``approved_by`` are empty where nobody said."""

    rule: str
    reason: str
    expires: str = ""
    approved_by: str = ""


class Insertion(NamedTuple):
    """Text that is put in front of the character ``at`` of a source."""

    at: int
    text: str


def as_entry(allowance: Allowance) -> dict[str, str]:
    """The entry in a cell's metadata ``nbguard: {"allow": […]}``."""
    fields = {"rule": allowance.rule, "reason": allowance.reason}
    fields |= {"expires": allowance.expires} if allowance.expires else {}
    return fields | ({"approved-by": allowance.approved_by} if allowance.approved_by else {})


def as_comment(allowance: Allowance) -> str:
    """The comment; quotes that would end its texts are left out."""
    pieces = [f"# nbguard: allow {allowance.rule} reason={_quote(allowance.reason)}"]
    if allowance.expires:
        pieces.append(f"expires={allowance.expires}")
    if allowance.approved_by:
        pieces.append(f"approved-by={_quote(allowance.approved_by)}")
    return " ".join(pieces)


def find_places(finding: Finding, allowance: Allowance) -> Iterator[Insertion]:
    """Yields the ways to put the comment beside a finding in Python code that change nothing in what the code does.

    Whether the comment counts there is for a scan to say.
    """
    text, comment = finding.field.text, as_comment(allowance)
    if text.lstrip().startswith("%%"):
        return  # the rest of the cell may be anything
    line_start = text.rfind("\n", 0, finding.start) + 1
    line = text[line_start : finding.start]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    last = max(finding.start, finding.end - 1)
    line_end = text.find("\n", last)
    line_end = len(text) if line_end < 0 else line_end
    while line_end > last + 1 and text[line_end - 1] in " \t\r":
        line_end -= 1
    behind = Insertion(line_end, f"  {comment}")
    before = Insertion(line_start, f"{indent}{comment}\n")
    width = line_end - (text.rfind("\n", 0, line_end) + 1) + len(behind.text)
    for place in (behind, before) if width <= _LONGEST_LINE else (before, behind):
        if _is_harmless(text, place):
            yield place


def insert(text: str, place: Insertion) -> str:
    """The text with the insertion made."""
    return text[: place.at] + place.text + text[place.at :]


def add_entry(metadata: dict[str, Any], allowance: Allowance) -> dict[str, Any]:
    """What a cell's metadata has to hold under ``nbguard``: what is there, and the entry."""
    known = metadata.get("nbguard")
    kept = dict(known) if isinstance(known, dict) else {}
    entries = kept.get("allow", [])
    entries = list(entries) if isinstance(entries, list) else [entries]
    return kept | {"allow": [*entries, as_entry(allowance)]}


def _quote(text: str) -> str:
    quote = '"' if '"' not in text else "'"
    return quote + text.replace(quote, "’") + quote


def _is_harmless(text: str, place: Insertion) -> bool:
    """Whether what is inserted is a comment there, and the code means the same with it."""
    new = insert(text, place)
    at = place.at + place.text.index("#")
    cell = parse_cell(new)
    if any(magic.start <= at < magic.end for magic in cell.magics):
        return False
    node = cell.tree.root_node.descendant_for_byte_range(at, at + 1)
    if node is None or node.type != "comment":
        return False
    before = _meaning(text)
    return before is None or before == _meaning(new)


def _meaning(text: str) -> str | None:
    """The syntax tree without places; None where the code isn't Python yet."""
    try:
        return ast.dump(ast.parse(blank_magics(text, find_magics(text))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
