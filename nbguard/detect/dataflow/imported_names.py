"""Reads what pieces of Python import, and under which names: also half-typed ones, and those that are commented out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.providers.sink_index import SinkIndex

_FROM = lazy_regex(r"^[ \t#>.]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]{0,2000}\)|[^\n#;]*)", re.MULTILINE)
_IMPORT = lazy_regex(r"^[ \t#>.]*import[ \t]+([^\n#;]*)", re.MULTILINE)
_RENAMED = lazy_regex(r"^[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*([^\W\d][\w.]*)[ \t]*$", re.MULTILINE)


class Imports(NamedTuple):
    """The modules that a unit imports from, and the names it gives to what it imports."""

    shadow: bool
    modules: frozenset[str]
    aliases: dict[str, str]


class CodePiece(NamedTuple):
    """A field's text and its units, what they import, and names that they give to calls the catalogue knows."""

    text: str
    units: list[Unit]
    imports: list[Imports]
    renamed: list[tuple[str, str]]


def read_piece(text: str, units: list[Unit], index: SinkIndex) -> CodePiece:
    """The piece that some units of a text make."""
    imports = [_imports_of(unit) for unit in units if "import" in unit.words]
    return CodePiece(text, units, imports, _renamed_in(units, index))


def join_imports(pieces: Iterable[CodePiece]) -> tuple[set[str], dict[str, str]]:
    """All modules that some pieces import from, and what the names stand for that they give: code that runs decides."""
    pieces = list(pieces)
    modules: set[str] = set()
    aliases: dict[str, str] = {}
    for shadow in (True, False):
        for piece in pieces:
            for imports in piece.imports:
                if imports.shadow is shadow:
                    modules |= imports.modules
                    aliases |= imports.aliases
    for piece in pieces:
        for name, target in piece.renamed:
            aliases[name] = resolve(target, aliases)
    return modules, aliases


def resolve(name: str, aliases: dict[str, str]) -> str:
    """A dotted name with the import behind its first part put in its place."""
    first, dot, rest = name.partition(".")
    return aliases.get(first, first) + dot + rest


def _imports_of(unit: Unit) -> Imports:
    modules: set[str] = set()
    aliases: dict[str, str] = {}
    for found in _FROM.finditer(unit.source):
        module = found.group(1)
        modules.add(module)
        for name, alias in _names(found.group(2)):
            modules.add(f"{module}.{name}")
            aliases[alias or name] = f"{module}.{name}"
    for found in _IMPORT.finditer(unit.source):
        for name, alias in _names(found.group(1)):
            modules.add(name)
            if alias:
                aliases[alias] = name
    return Imports(unit.shadow, frozenset(modules), aliases)


def _renamed_in(units: list[Unit], index: SinkIndex) -> list[tuple[str, str]]:
    return [
        (found.group(1), found.group(2))
        for unit in units
        if not unit.shadow and unit.words & index.calls.keys()
        for found in _RENAMED.finditer(unit.source)
        if found.group(2).rpartition(".")[2] in index.calls
    ]


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The names of an import and their aliases: ``(a as b, c)`` gives ``a``, ``b`` and ``c``, empty."""
    for name in text.strip("() \t\r\n").split(","):
        words = name.split("#")[0].split()
        if len(words) == 3 and words[1] == "as":
            yield words[0], words[2]
        elif len(words) == 1:
            yield words[0], ""
