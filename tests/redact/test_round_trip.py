"""A redacted notebook runs as before: frames of the same shape and dtypes, the same keys, joins with as many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from nbguard.detect.samples.settings import SampleSettings
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.redact.redaction import redact
from nbguard.redact.replacements import Maker
from tests.notebook_builder import as_bytes, code, notebook
from tests.redact.frames import FORMS, KEPT, ONE_TO_ONE, rows_of, run

if TYPE_CHECKING:
    from collections.abc import Sequence

MAKER_KEY = b"a key"


def redacted_cells(cells: Sequence[str]) -> list[str]:
    raw = as_bytes(notebook(*(code(cell) for cell in cells)))
    done = redact(open_document("a.ipynb", raw), SampleSettings(bulk_bytes=10**9), Maker(MAKER_KEY))
    assert [(finding.rule, finding.message, why) for finding, why in done.left] == []
    after = open_document("a.ipynb", done.raw)
    return [field.text for part in after.parts if part.where == "source" for field in decode(after, part)]


def assert_same_frame(before: pd.DataFrame, after: pd.DataFrame) -> None:
    assert after.shape == before.shape
    assert list(after.columns) == list(before.columns)
    assert after.dtypes.to_dict() == before.dtypes.to_dict()
    assert (after.isna() == before.isna()).all(axis=None)
    assert after.index.equals(before.index)
    for name in before.columns.intersection(ONE_TO_ONE):
        # The same value has the same stand-in, and two values never share one.
        assert list(pd.factorize(after[name])[0]) == list(pd.factorize(before[name])[0]), name
        shared = set(map(str, before[name])) & set(map(str, after[name]))
        assert not shared, name
    for name in before.columns.intersection(KEPT):
        pd.testing.assert_series_equal(after[name], before[name])
    assert sorted(after["gender"]) == sorted(before["gender"])


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=strategies.integers(0, 10**6))
def test_a_frame_keeps_its_shape_and_dtypes(form: str, seed: int, tmp_path: Any) -> None:
    cells = FORMS[form](rows_of(seed))
    before = run(cells, str(tmp_path))["df"]
    after = run(redacted_cells(cells), str(tmp_path))["df"]
    assert_same_frame(before, after)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["dict_of_lists", "list_of_dicts", "tuples", "csv_in_string", "writefile",
                                  "json_lines", "sql_one_insert"])  # fmt: skip
def test_a_table_of_hundreds_of_rows_is_redacted_to_its_end(form: str, tmp_path: Any) -> None:
    cells = FORMS[form](rows_of(3, count=400))
    before = run(cells, str(tmp_path))["df"]
    after = run(redacted_cells(cells), str(tmp_path))["df"]
    assert_same_frame(before, after)
    assert after["customer_id"].is_unique


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=strategies.integers(0, 10**6))
def test_joins_and_look_ups_find_what_they_found(seed: int, tmp_path: Any) -> None:
    """Keys in another table, which holds nothing about people by itself, and in code, follow."""
    rows = rows_of(seed)
    orders = {"customer_id": [rows[n % 3]["customer_id"] for n in range(7)], "total": [n * 1.5 for n in range(7)]}
    cells = [
        *FORMS["list_of_dicts"](rows),
        f"orders = pd.DataFrame({orders!r})\n",
        "joined = df.merge(orders, on='customer_id', validate='one_to_many')\n",
        f"one = df[df.email == {rows[0]['email']!r}]\n",
        f"also = df.set_index('name').loc[{rows[1]['name']!r}]\n",
        f"cheap = joined[joined.city == {rows[0]['city']!r}]\n",
        "df = df.sort_values(['city', 'name'])\n",
    ]
    before, after = run(cells, str(tmp_path)), run(redacted_cells(cells), str(tmp_path))
    assert len(after["joined"]) == len(before["joined"]) == 7
    assert len(after["one"]) == len(before["one"]) == 1
    assert len(after["cheap"]) == len(before["cheap"]) > 0
    assert after["also"]["segment"] == before["also"]["segment"]
