"""Columns of credentials in what a cell prints: each row is a finding, by both engines; other columns stay silent."""

import json
import random
import string

import pandas as pd
import pytest

from tests.detect.differential import EXHAUSTIVE, FAST, found

_WORD = string.ascii_letters + string.digits


def _printed(data: dict[str, object]) -> bytes:
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}
    cell = {"cell_type": "code", "id": "a", "execution_count": 1, "metadata": {}, "source": "df", "outputs": [output]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _forms(frame: pd.DataFrame, column: str) -> dict[str, dict[str, object]]:
    text = frame.to_string()
    return {
        "text": {"text/plain": text},
        "lines": {"text/plain": text.splitlines(keepends=True)},
        "without index": {"text/plain": frame.to_string(index=False)},
        "html": {"text/html": frame.to_html()},
        "series": {"text/plain": str(frame[column].astype(object))},
    }


@pytest.mark.parametrize(("column", "length"), [("password", 14), ("db_passwd", 16), ("api_token", 32), ("secret", 24)])
@pytest.mark.parametrize("form", ["text", "lines", "without index", "html", "series"])
def test_each_row_of_a_column_is_found_by_both_engines(column: str, length: int, form: str) -> None:
    random_ = random.Random(column)
    values = ["".join(random_.choices(_WORD, k=length)) for _ in range(3)]
    frame = pd.DataFrame({"user": ["ann.k", "bob.m", "cleo.p"], column: values, "n": [1, 2, 3]})
    raw = _printed(_forms(frame, column)[form])
    fast = found(FAST, "a.ipynb", raw)
    assert sorted(one.value for one in fast) == sorted(values)
    assert fast == found(EXHAUSTIVE, "a.ipynb", raw)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("token", ["the", "quantum", "circuit"]),
        ("tokens", ["1024", "2048", "4096"]),
        ("password", ["NaN", "<hidden>", "********"]),
        ("secret", ["vault:quantum/ionq#key", "op://team/ionq/key", "None"]),
        ("password_changed", ["2024-01-01", "2024-02-03", "2025-03-04"]),
        ("token_count", ["aK3f", "12", "9"]),
    ],
)
@pytest.mark.parametrize("form", ["text", "html", "series"])
def test_columns_that_hold_no_credential_are_silent(column: str, values: list[str], form: str) -> None:
    frame = pd.DataFrame({"user": ["ann.k", "bob.m", "cleo.p"], column: values})
    raw = _printed(_forms(frame, column)[form])
    assert found(FAST, "a.ipynb", raw) == found(EXHAUSTIVE, "a.ipynb", raw) == set()
