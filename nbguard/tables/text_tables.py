"""The tables in a text, whatever they are written as: the one way that detection and redaction read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.tables.delimited import tables_of_lines
from nbguard.tables.html_and_sql import html_tables, sql_inserts
from nbguard.tables.inline import literal_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.tables.signals import Signals
    from nbguard.tables.table import Table


def tables_in_text(text: str, signals: Signals, whole: bool = False) -> Iterator[Table]:
    """The tables that a signal stands in. A sample of their rows is read; ``whole``: all of them."""
    if "<table" in text:
        yield from html_tables(text, whole)
    if "insert" in text or "INSERT" in text or "Insert" in text:
        yield from sql_inserts(text, whole)
    yield from literal_tables(text, signals, whole)
    yield from tables_of_lines(text, signals, whole)
