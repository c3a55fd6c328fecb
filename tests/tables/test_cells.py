"""One reader of tables: its cells stand where they say, and a whole table begins as its sample does."""

from __future__ import annotations

import json

import pytest

from nbguard.detect.samples.signal_search import find_signals
from nbguard.documents.structure.cells import TableCell
from nbguard.tables.json_tables import tables_in_payload
from nbguard.tables.literals import unescape
from nbguard.tables.table import Column, Table
from nbguard.tables.text_tables import tables_in_text
from tests.detect.samples import data

TEXTS = {**data.SOURCES, **{name: write for name, (_, write) in data.PRINTED.items()}}


def tables_of(text: str, whole: bool) -> list[Table]:
    signals = find_signals(text)
    return list(tables_in_text(text, signals, whole)) if signals is not None else []


def written(text: str, cell: TableCell) -> str:
    from html import unescape as from_html

    inner = text[cell.start : cell.end].strip()
    return from_html(inner) if cell.form == "html" else unescape(inner) if "\\" in inner else inner


def assert_placed(text: str, tables: list[Table]) -> int:
    cells = [value for table in tables for column in table.columns for value in column.values if value]
    for cell in cells:
        assert isinstance(cell, TableCell)
        assert written(text, cell) == cell or cell.form == "date"
    return len(cells)


@pytest.mark.parametrize("kind", ["personal", "payment", "health", "government-id"])
@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("rows", [4, 200])
def test_cells_know_their_place_and_a_whole_table_is_its_sample_and_more(form: str, kind: str, rows: int) -> None:
    text = f"x = 1\n\n{TEXTS[form](data.people(kind, rows))}\n\ny = 2\n"
    # (Lines of a literal may look like CSV text as well; what is read first counts.)
    sample, whole = tables_of(text, whole=False)[0], tables_of(text, whole=True)[0]
    assert (sample.form, sample.start) == (whole.form, whole.start)
    assert assert_placed(text, [sample]) <= assert_placed(text, [whole])
    for one, other in zip(sample.columns, whole.columns, strict=True):
        assert one.name == other.name
        assert set(one.values) <= set(other.values)
        assert len(other.values) == rows


@pytest.mark.parametrize("form", data.PAYLOADS)
def test_cells_of_payloads_know_their_place(form: str) -> None:
    text = json.dumps(data.PAYLOADS[form][1](data.people("personal", 100)), indent=1)
    samples, whole = list(tables_in_payload(text, "data")), list(tables_in_payload(text, "data", whole=True))
    assert [table.form for table in samples] == [table.form for table in whole]
    for sample, table in zip(samples, whole, strict=True):
        for one, other in zip(sample.columns, table.columns, strict=True):
            assert one.name == other.name
            assert list(one.values) == list(other.values)[: len(one.values)]
            for cell in other.values:
                assert written(text, cell) == cell if isinstance(cell, TableCell) else cell == ""


def test_no_repr_shows_a_value() -> None:
    shown = repr(Table("a list", (Column("name", (TableCell("Anna Keller", 3, 14),)),), 1, 0, 20).columns)
    assert "Anna" not in shown
