"""No text and no JSON makes the detector raise; what it says stays inside the field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.samples.document_search import find_in_field, find_samples
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from nbguard.tables.json_tables import tables_in_json
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook

PIECES = st.sampled_from([
    "name", "email", "anna@gmx.de", "Anna Schmidt", "1980-02-03", "\n", ",", ";", "\t", "|", "---", "  ", "[", "]", "(",
    ")", "{", "}", "'", '"', '"""', ":", "=", "<table>", "<tr>", "<td>", "</table", "insert into t (a) values (", "\\n",
    "\\u00e9", "4539578763621486", "DE", "phone", "+49 30 901820", "278-07-8672", "columns=", "│", "+--+",
    "MRN: 123456", "é", "\ud83d",
])  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["name", "a@gmx.de", "Anna Vogt", ""])
)
KEYS = st.sampled_from(
    ["name", "email", "data", "customdata", "hovertemplate", "header", "cells", "values", "entries", ""]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=25
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_survived(text: str) -> None:
    field = Field(text, Part("source", None, "source", "text/x-python", "text", 0, len(text)))
    for finding in find_in_field(field):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.value


@given(VALUES)
def test_any_json_is_survived(value: Any) -> None:
    """Also as the payload of an output, next to rows that are found."""
    list(tables_in_json(value))
    mime = "application/vnd.plotly.v1+json"
    payload = {"data": [value], "rows": data.people("payment", 3)}
    cell = code("x", {"output_type": "display_data", "data": {mime: payload}, "metadata": {}})
    raw = as_bytes(notebook(cell)) if "NaN" not in json.dumps(value) else as_bytes(notebook(code("x")))
    document = open_document("a.ipynb", raw)
    for finding in find_samples(document):
        assert 0 <= finding.start < finding.end <= len(finding.field.text)


@pytest.mark.parametrize(
    "source",
    [
        'PII = {"person": ["name", "email", "phone"], "pay": ["name", "iban"]}',
        'COLUMNS = {"a": ["name", "email", "phone"], "b": [], "c": ["iban"]}',
        'df = DataFrame({"field": ["name", "email", "birth date"], "x": [1], "y": ["a", "b"]})',
    ],
)
def test_lists_of_different_length_are_no_defect(source: str) -> None:
    """A dictionary of lists looks like a table, and its first column like the names of others."""
    assert list(find_samples(open_document("a.py", source.encode()))) == []
