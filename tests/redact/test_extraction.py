"""A table that is moved out comes back as the same object, and nothing of it stays."""

from __future__ import annotations

import os

import pytest

from nbguard.detect.samples.detector import find_samples
from nbguard.detect.samples.settings import DEFAULT
from nbguard.documents.reading import open_document
from nbguard.redact.extraction import extract, store
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook
from tests.redact.test_redaction import source_of

LITERALS = {
    "rows = ": data.SOURCES["list_of_dicts"],
    "columns = ": data.SOURCES["dict_of_lists"],
    "keyed = ": data.SOURCES["dict_of_dicts"],
    "text = ": lambda rows: "text = '''" + "\n".join(",".join(map(str, row.values())) for row in rows) + "\n'''",
}


def run(source: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(source, names)
    return {name: value for name, value in names.items() if not name.startswith("__")}


@pytest.mark.parametrize("form", LITERALS)
def test_the_same_object_comes_back(form: str, tmp_path) -> None:
    source = "é = 'ü'; " + LITERALS[form](data.people("payment", 200)).replace("pd.DataFrame(", "(")
    source = source.replace("import pandas as pd", "pass")
    extracted = extract(
        open_document("a.ipynb", as_bytes(notebook(code(source), code("x = 1")))), DEFAULT, str(tmp_path)
    )
    assert extracted.left == ()
    for each in extracted.extracts:
        assert os.stat(store(each, str(tmp_path))).st_mode & 0o777 == 0o600
        store(each, str(tmp_path))  # once more changes nothing
    after = open_document("a.ipynb", extracted.raw)
    assert list(find_samples(after)) == []
    assert run(source_of(extracted.raw)) == run(source)


def test_what_is_no_literal_stays(tmp_path) -> None:
    raw = as_bytes(notebook(code(data.SOURCES["writefile"](data.people("payment", 5)))))
    extracted = extract(open_document("a.ipynb", raw), DEFAULT, str(tmp_path))
    assert extracted.raw is raw
    assert "no literal" in extracted.left[0][1]


def test_the_command_moves_and_records(tmp_path) -> None:
    repository, outside = tmp_path / "repository", tmp_path / "outside"
    (repository / ".git").mkdir(parents=True)
    path = repository / "a.ipynb"
    before = as_bytes(notebook(code(data.SOURCES["list_of_dicts"](data.people("payment", 5)))))
    path.write_bytes(before)
    assert "--to must be outside" in nbguard("data", "extract", "--to", repository / "d", path, cwd=repository).err
    assert "needs --to" in nbguard("data", "extract", path, cwd=repository).err
    dry = nbguard("data", "extract", "--dry-run", "--to", outside, path, cwd=repository)
    assert (dry.status, path.read_bytes(), outside.exists()) == (1, before, False)
    done = nbguard("data", "extract", "--to", outside, "--audit", tmp_path / "log", path, cwd=repository)
    assert done.status == 1
    assert len(list(outside.iterdir())) == 1
    assert '"event": "extracted"' in (tmp_path / "log").read_text()
    assert nbguard("scan", "--only", "data", cwd=repository).status == 0


def test_the_notebook_stays_where_the_table_cannot_be_written(tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    (tmp_path / "r" / ".git").mkdir(parents=True)
    path = tmp_path / "r" / "a.ipynb"
    before = as_bytes(notebook(code(data.SOURCES["list_of_dicts"](data.people("payment", 5)))))
    path.write_bytes(before)
    done = nbguard("data", "extract", "--to", blocked / "d", path, cwd=tmp_path / "r")
    assert (done.status, path.read_bytes()) == (3, before)
