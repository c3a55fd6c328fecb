"""Passwords in SQL: ``CREATE USER u IDENTIFIED BY 'V'``, ``ALTER ROLE r WITH PASSWORD 'V'``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSWORD = re.compile(
    r"\b(?P<name>IDENTIFIED(?:[ \t]+WITH[ \t]+[\w'\"]{1,40})?[ \t]+(?:BY|AS)|(?:ENCRYPTED[ \t]+)?PASSWORD)"
    r"(?:[ \t]*=[ \t]*|[ \t]+|(?=\())\(?N?"
    r"\\?(?:'(?P<single>(?:''|[^'\n]){1,256})'|\"(?P<double>[^\"\n\\]{1,256})\\?\")",
    re.IGNORECASE,
)


def read_sql(text: str) -> Iterator[Pair]:
    """Yields the passwords that statements give to users."""
    for found in _PASSWORD.finditer(text):
        group = "single" if found["single"] is not None else "double"
        value = found[group].replace("''", "'") if group == "single" else found[group]
        yield Pair("password", value, *found.span(group), *found.span("name"), quoted=True, form="sql")
