"""Moves a table out of a cell: it goes to a file outside the repository, an expression that loads it stays."""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.document_search import find_samples
from nbguard.documents.decode import decode
from nbguard.documents.edits import apply, replace
from nbguard.documents.files import read_file
from nbguard.documents.positions import line_index
from nbguard.errors import UnreadableError
from nbguard.lazy_regex import lazy_regex
from nbguard.redact.loader_code import Loading, loading_of, path_expression
from nbguard.redact.repeated_values import Echoes
from nbguard.redact.spots import find_spots
from nbguard.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Edit, Field

_MAGIC = lazy_regex(r"^([ \t]*)[%!?](?=\S)", re.MULTILINE)
# Lines as Python counts them: form feeds and Unicode's separators end none.
_LINE = lazy_regex(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Extract(NamedTuple):
    """A table on its way out: the finding, the file's name and content, and the edits that leave the expression."""

    finding: Finding
    name: str
    content: str
    edit: Edit
    expression: str

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Extract({self.name}, {len(self.content)} characters)"


class Extracted(NamedTuple):
    """What would happen to a document, or has: its bytes afterwards, the tables that leave, and what stays and why.

    ``shown``: the numbers, from 1, of the cells whose outputs show values of the tables.
    """

    raw: bytes
    extracts: tuple[Extract, ...]
    left: tuple[tuple[Finding, str], ...]
    shown: tuple[int, ...] = ()

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Extracted({len(self.extracts)} tables, {len(self.left)} left)"


def extract(document: Document, settings: SampleSettings, folder: str) -> Extracted:
    """Plans the extraction of a document's tables to files in ``folder``; nothing is written."""
    extracts: list[Extract] = []
    left: list[tuple[Finding, str]] = []
    needs: dict[int, tuple[Field, int, set[str]]] = {}
    stem = re.sub(r"[^\w.-]+", "-", os.path.splitext(os.path.basename(document.path))[0])
    for finding in find_samples(document, settings):
        if not _is_python(finding, document):
            left.append((finding, _reason(finding)))
            continue
        found = _loading_around(finding)
        if found is None:
            left.append((finding, "it is no literal of a Python cell"))
            continue
        start, end, loading = found
        name = f"{stem}-{_checksum(loading.content)}.{loading.ending}"
        expression = loading.expression.format(path_expression(folder, name, os.path.expanduser("~")))
        edit = replace(document, finding.field, start, end, expression)
        if not any(edit.start < other.edit.end and other.edit.start < edit.end for other in extracts):
            extracts.append(Extract(finding, name, loading.content, edit, expression))
            _, first, modules = needs.setdefault(finding.field.part.start, (finding.field, start, set()))
            needs[finding.field.part.start] = (finding.field, min(first, start), {*modules, "os", *loading.modules})
    edits = [each.edit for each in extracts]
    for field, first, modules in needs.values():
        if lines := _imports(field.text, first, modules):
            at = _import_line(field.text)
            blank = "" if field.text.startswith(("import ", "from "), at) else "\n"
            edits.append(replace(document, field, at, at, lines + blank))
    shown = _cells_that_show(document, settings, extracts)
    return Extracted(apply(document.raw, edits), tuple(extracts), tuple(left), shown)


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
            with whole_file(path, 0o600) as file:
                file.write(data)
    except OSError as error:
        raise UnreadableError(f"{path}: {(error.strerror or 'not writable').lower()}; nothing was changed") from None
    try:
        is_there = read_file(path, len(data)) == data
    except UnreadableError:
        is_there = False  # a pipe, which would be waited for, or another table
    if not is_there:
        raise UnreadableError(f"{path} holds something else; nothing was changed")
    return path


def _is_python(finding: Finding, document: Document) -> bool:
    part = finding.field.part
    is_code = document.kind != "notebook" or (part.cell is not None and part.cell.type == "code")
    return document.language == "python" and is_code and part.form != "json" and part.where in ("source", "file")


def _reason(finding: Finding) -> str:
    if finding.field.part.where in ("output", "widget"):
        return "it is in an output: nbguard strip takes it out"
    return "it is no literal of a Python cell"


def _loading_around(finding: Finding) -> tuple[int, int, Loading] | None:
    """The largest literal that holds a finding whole: the characters to replace, and how what stood there is loaded."""
    text = finding.field.text
    tree, source = _parse(text)
    if tree is None:
        return None
    lines = _LINE.findall(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr) -> tuple[int, int]:
        start = starts[node.lineno - 1] + _characters(lines[node.lineno - 1], node.col_offset)
        last = (node.end_lineno or node.lineno) - 1
        return start, starts[last] + _characters(lines[last], node.end_col_offset or 0)

    best: tuple[int, int, Loading] | None = None
    for node, parents in _data_nodes(tree):
        start, end = span(node)
        if start > finding.start or not _reaches(text, finding, end) or (best and end - start <= best[1] - best[0]):
            continue
        if text[start:end] != source[start:end]:
            continue  # a line of this string was read as a comment
        loading = loading_of(node, parents, text[start:end])
        if loading is not None:
            best = (*span(loading.node), loading)
    return best


def _reaches(text: str, finding: Finding, end: int) -> bool:
    """Whether a literal's end is a finding's: of text in one line the finding's last row is all that follows there."""
    return finding.end <= end or (finding.start < end and "\n" not in text[end : finding.end])


def _parse(text: str) -> tuple[ast.Module | None, str]:
    """The tree of a cell, and what was parsed: lines that only IPython understands are comments in it."""
    for source in (text, _MAGIC.sub(r"\1#", text)):
        try:
            return ast.parse(source), source
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None, text


def _data_nodes(tree: ast.AST) -> Iterator[tuple[ast.expr, Sequence[ast.AST]]]:
    """The literals of a tree, the outer ones first, each with the nodes around it."""
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    while stack:
        node, parents = stack.pop()
        if isinstance(node, (ast.List, ast.Dict, ast.Tuple)) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            yield node, parents
        stack += [(child, (node, *parents[:3])) for child in ast.iter_child_nodes(node)]


def _characters(line: str, offset: int) -> int:
    """The characters of a line before a byte offset, as ``ast`` counts."""
    return offset if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


def _checksum(content: str) -> str:
    from hashlib import blake2b

    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=5, key=b"nbguard/extract").hexdigest()


def _imports(text: str, before: int, modules: set[str]) -> str:
    """The import lines that are missing at the top of a cell: what is imported above isn't imported again."""
    tree, _ = _parse(text)
    line = line_index(text).line(before)
    known = {
        alias.name
        for node in (tree.body if tree else ())
        if isinstance(node, ast.Import) and node.lineno < line
        for alias in node.names
        if alias.asname is None
    }
    return "".join(f"import {module}\n" for module in sorted(modules - known))


def _import_line(text: str) -> int:
    """Where an import goes in: below a ``%%`` line, a docstring and ``from __future__`` lines."""
    tree, _ = _parse(text)
    after = 0
    for number, node in enumerate(tree.body if tree else ()):
        is_docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        after = node.end_lineno or after
    if not after and text.startswith(("%%", "#!", "# -*-", "# coding")):
        after = 1
    at = 0
    for _ in range(after):
        at = text.find("\n", at) + 1 or len(text)
    return at


def _cells_that_show(document: Document, settings: SampleSettings, extracts: Sequence[Extract]) -> tuple[int, ...]:
    """The cells whose outputs hold values of the tables that leave."""
    moved = [(each.finding.field.part, each.finding.start, each.finding.end) for each in extracts]
    echoes = Echoes()
    for spot in find_spots(document, settings).spots if moved else ():
        part = spot.finding.field.part
        if any(part == place and start <= spot.cell.start <= end for place, start, end in moved):
            echoes.learn(spot.category, str(spot.cell))
    shown = {
        part.cell.number + 1
        for part in document.parts
        if part.cell is not None and part.where in ("output", "widget", "traceback")
        for field in decode(document, part)
        if next(echoes.find(field.text), None) is not None
    }
    return tuple(sorted(shown))
