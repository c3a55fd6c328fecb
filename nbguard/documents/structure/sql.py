"""Passwords in SQL: ``CREATE USER u IDENTIFIED BY 'V'``, ``ALTER ROLE r WITH PASSWORD 'V'``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSWORD = lazy_regex(
    r"\b(?P<name>IDENTIFIED(?:[ \t]+WITH[ \t]+[\w'\"]{1,40})?[ \t]+(?:BY|AS)|(?:ENCRYPTED[ \t]+)?PASSWORD)"
    r"(?:[ \t]*=[ \t]*|[ \t]+|(?=\())\(?N?"
    r"\\?(?:'(?P<single>(?:''|[^'\n]){1,256})'|\"(?P<double>[^\"\n\\]{1,256})\\?\")",
    re.IGNORECASE,
)
# `INSERT INTO users (name, password) VALUES ('ann', 'V'), (…)`.
_INSERT = lazy_regex(
    r"\binto\s{1,8}[\w.`\"\[\]]{1,120}\s{0,8}\((?P<columns>[^()]{3,1000})\)\s{0,8}values?\s{0,8}(?=\()", re.IGNORECASE
)
_ROW = lazy_regex(
    r"\((?P<cells>(?:[^()'\"]|'[^'\n]{0,2000}+'|\"[^\"\n]{0,2000}+\"|\([^()]{0,200}+\)){1,4000}+)\)\s{0,8}+,?\s{0,8}+"
)
_CELL = lazy_regex(
    r"\s{0,8}+(?:N?'(?P<text>(?:''|[^'\n]){0,2000}+)'|(?:[^,'()]|\([^()]{0,200}+\)){0,2000}+)\s{0,8}+(?:,|\Z)"
)
_MOST_ROWS = 50


def read_inserts(text: str) -> Iterator[Pair]:
    """Yields the strings that a statement inserts, under the names of their columns."""
    for found in _INSERT.finditer(text):
        names = [(one.group(), found.start("columns") + one.start()) for one in _COLUMN.finditer(found["columns"])]
        at = found.end()
        for _ in range(_MOST_ROWS):
            row = _ROW.match(text, at)
            if row is None:
                break
            at = row.end()
            place = row.start("cells")
            for name, first in names:
                cell = _CELL.match(text, place, row.end("cells"))
                if cell is None or cell.end() == place:
                    break
                place = cell.end()
                if cell["text"]:
                    value = cell["text"].replace("''", "'")
                    yield Pair(name, value, *cell.span("text"), first, first + len(name), quoted=True, form="sql")


_COLUMN = lazy_regex(r"[A-Za-z_]\w{0,80}")


def read_sql(text: str) -> Iterator[Pair]:
    """Yields the passwords that statements give to users."""
    for found in _PASSWORD.finditer(text):
        group = "single" if found["single"] is not None else "double"
        value = found[group].replace("''", "'") if group == "single" else found[group]
        yield Pair("password", value, *found.span(group), *found.span("name"), quoted=True, form="sql")
