"""A redacted notebook runs in a kernel as before: same shapes, same dtypes, as many rows in every join."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbclient import NotebookClient

from nbguard.detect.samples.settings import DEFAULT
from nbguard.documents.reading import open_document
from nbguard.redact.extraction import extract, store
from nbguard.redact.redaction import redact
from nbguard.redact.replacements import Maker
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook, result
from tests.redact.frames import FORMS, HEAD, rows_of

TELL = (
    "print(json.dumps([list(df.shape), [str(kind) for kind in df.dtypes], df.customer_id.is_unique, "
    "len(df.merge(orders, on='customer_id')), len(df[df.email == wanted]), sorted(df.gender), list(df.amount)]))\n"
)


def executed(raw: bytes, folder) -> list[object]:
    """What the last cell prints after a kernel ran all of them in ``folder``."""
    made = nbformat.reads(raw.decode(), as_version=4)
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return json.loads("".join(output["text"] for output in made.cells[-1].outputs if output["output_type"] == "stream"))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["writefile", "csv_in_string", "sql_one_insert", "list_of_dicts", "json_lines"])
def test_a_kernel_runs_it_as_before(form: str, tmp_path) -> None:
    rows = rows_of(11)
    shown = code("df", result(text__html=data.html_frame(rows), text__plain=data.printed_frame(rows)))
    orders = {"customer_id": [row["customer_id"] for row in rows[:2]] * 2, "total": [1, 2, 3, 4]}
    raw = as_bytes(
        notebook(
            markdown(data.markdown_table(rows[:3])),
            code(HEAD),
            *map(code, FORMS[form](rows)),
            shown,
            code(f"orders = pd.DataFrame({orders!r})\nwanted = {rows[1]['email']!r}\n"),
            code(TELL),
        )
    )
    redacted = redact(open_document("a.ipynb", raw), DEFAULT, Maker(b"k"))
    assert redacted.left == ()
    before, after = executed(raw, tmp_path), executed(redacted.raw, tmp_path)
    assert after == before
    assert before[2:5] == [True, 4, 1]


@pytest.mark.slow
def test_a_kernel_loads_what_was_extracted(tmp_path, monkeypatch) -> None:
    rows = rows_of(12)
    last = code("print(json.dumps([list(df.shape), [str(kind) for kind in df.dtypes], df.to_csv()]))\n")
    raw = as_bytes(notebook(code(HEAD), *map(code, FORMS["dict_of_lists"](rows)), last))
    extracted = extract(open_document("a.ipynb", raw), DEFAULT, "~/nowhere")
    for each in extracted.extracts:
        store(each, str(tmp_path / "outside"))
    monkeypatch.setenv("NBGUARD_DATA", str(tmp_path / "outside"))
    assert len(extracted.extracts) == 1
    assert executed(extracted.raw, tmp_path) == executed(raw, tmp_path)
