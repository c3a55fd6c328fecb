"""Moves a table out of a cell: its text goes to a file outside the repository, an expression that loads it stays.

The expression gives back the very object that stood there: text where it was a string, else what the literal means.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.detector import find_samples
from nbguard.documents.edits import apply, replace
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Edit


class Extract(NamedTuple):
    """A table on its way out: the finding, the file's name and content, and the edit that leaves the expression."""

    finding: Finding
    name: str
    content: str
    edit: Edit
    expression: str

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Extract({self.name}, {len(self.content)} characters)"


class Extracted(NamedTuple):
    """What would happen to a document, or has: its bytes afterwards, the tables that leave, and what stays and why."""

    raw: bytes
    extracts: tuple[Extract, ...]
    left: tuple[tuple[Finding, str], ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Extracted({len(self.extracts)} tables, {len(self.left)} left)"


def extract(document: Document, settings: SampleSettings, folder: str) -> Extracted:
    """Plans the extraction of a document's tables to files in ``folder``; nothing is written."""
    extracts: list[Extract] = []
    left: list[tuple[Finding, str]] = []
    stem = os.path.splitext(os.path.basename(document.path))[0]
    for finding in find_samples(document, settings):
        found = _literal_around(finding) if _is_python(finding, document) else None
        if found is None:
            left.append((finding, "it is no literal of a Python cell"))
            continue
        start, end, node = found
        text = finding.field.text
        is_text = isinstance(node, ast.Constant)
        content = str(node.value) if isinstance(node, ast.Constant) else text[start:end]
        name = f"{stem}-{_checksum(content)}.{'csv' if is_text else 'txt'}"
        expression = _expression(os.path.join(folder, name), is_text)
        edit = replace(document, finding.field, start, end, expression)
        if not any(edit.start < other.edit.end and other.edit.start < edit.end for other in extracts):
            extracts.append(Extract(finding, name, content, edit, expression))
    return Extracted(apply(document.raw, [each.edit for each in extracts]), tuple(extracts), tuple(left))


def store(extracted: Extract, folder: str) -> str:
    """Writes a table to its file, readable by its owner only, and reads it back. Returns the file's path.

    A file of this name holds the same text already: the name is made of it. Raises UnreadableError where the folder
    can't be written to, or where the file holds something else.
    """
    path = os.path.join(folder, extracted.name)
    data = extracted.content.encode("utf-8", "surrogatepass")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not os.path.exists(path):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        with open(path, "rb") as file:
            if file.read() != data:
                raise UnreadableError(f"{path} holds something else; nothing was changed")
    except OSError as error:
        raise UnreadableError(f"{path}: {(error.strerror or 'not writable').lower()}; nothing was changed") from None
    return path


def _is_python(finding: Finding, document: Document) -> bool:
    part = finding.field.part
    return document.language == "python" and part.form != "json" and part.where in ("source", "file")


def _literal_around(finding: Finding) -> tuple[int, int, ast.expr] | None:
    """The largest literal that holds a finding whole: its characters in the field's text, and its node."""
    text = finding.field.text
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    best: tuple[int, int, ast.expr] | None = None
    for node in _data_nodes(tree):
        start = starts[node.lineno - 1] + _characters(lines[node.lineno - 1], node.col_offset)
        last = (node.end_lineno or node.lineno) - 1
        end = starts[last] + _characters(lines[last], node.end_col_offset or 0)
        holds = start <= finding.start and finding.end <= end
        if holds and (best is None or end - start > best[1] - best[0]) and _is_literal(node):
            best = (start, end, node)
    return best


def _data_nodes(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Dict, ast.Tuple)) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and "\r" not in node.value
        ):
            yield node


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _characters(line: str, offset: int) -> int:
    """The characters of a line before a byte offset, as ``ast`` counts."""
    return offset if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


def _checksum(content: str) -> str:
    from hashlib import blake2b

    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=5, key=b"nbguard/extract").hexdigest()


def _expression(path: str, is_text: bool) -> str:
    home = os.path.expanduser("~")
    if path.startswith(home + os.sep):
        # The folder of whoever runs it: a name in a path would be personal too.
        shown = "~/" + path[len(home) + 1 :].replace(os.sep, "/")
        opened = f'open(__import__("os").path.expanduser("{shown}"), encoding="utf-8", newline="").read()'
    else:
        opened = f'open({path!r}, encoding="utf-8", newline="").read()'
    return opened if is_text else f'__import__("ast").literal_eval({opened})'
