"""A table that is moved out comes back as the same object, and nothing of it stays."""

from __future__ import annotations

import os
import random
import signal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.settings import DEFAULT
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.errors import UnreadableError
from nbguard.redact.extraction import extract, store
from nbguard.redact.loader_code import path_expression
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook, result
from tests.redact.frames import FORMS, rows_of
from tests.redact.frames import run as run_cells
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
    return {
        name: value for name, value in names.items() if not name.startswith("__") and name not in ("os", "json", "ast")
    }


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


@pytest.mark.parametrize("before", ["'é\x0c'", "'é\u2028'", "'é\x85'", "'é\x1c'", "1\r", "1\x0c", "1  # \u2028"])
def test_what_ends_no_line_of_python_s_moves_nothing(before: str, tmp_path) -> None:
    """Python counts lines by line feeds and carriage returns; many other marks end a line for ``str.splitlines``."""
    rows = data.people("payment", 200)
    source = f"# a\x0cb\nbefore = {before}\nrows = {rows!r}; after = 'x'\n"
    extracted = extract(open_document("a.ipynb", as_bytes(notebook(code(source)))), DEFAULT, str(tmp_path))
    assert len(extracted.extracts) == 1
    for each in extracted.extracts:
        store(each, str(tmp_path))
    assert run(source_of(extracted.raw)) == run(source)


def test_a_frame_with_a_cell_that_no_reader_of_csv_takes_stays_whole(tmp_path) -> None:
    rows = [{**row, "note": "n" * 140_000} for row in data.people("payment", 3)]
    source = f"import pandas as pd\ndf = pd.DataFrame({rows!r})\n"
    extracted = extract(open_document("a.ipynb", as_bytes(notebook(code(source)))), DEFAULT, str(tmp_path))
    assert [each.name.rpartition(".")[2] for each in extracted.extracts] == ["json"]


def test_a_home_folder_is_not_named_on_windows_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sep", "\\")
    written = path_expression("C:\\Users\\anna\\data", "a.csv", "C:\\Users\\anna")
    assert "anna" not in written
    assert '"~\\\\data"' in written


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
    assert "--to ~/data" in nbguard("data", "extract", path, cwd=repository).err
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


FRAMES = ("dict_of_lists", "list_of_dicts", "tuples", "dict_of_dicts", "csv_in_string", "csv_all_quoted",
          "csv_in_one_line", "tsv_in_string", "json_in_string", "json_lines")  # fmt: skip


@pytest.mark.parametrize("form", FRAMES)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=strategies.integers(0, 10**6))
def test_the_same_frame_is_loaded(form: str, seed: int, tmp_path, monkeypatch) -> None:
    """Values, dtypes, index: nothing tells the loaded frame from the one that stood in the cell."""
    cells = FORMS[form](rows_of(seed))
    document = open_document("a.ipynb", as_bytes(notebook(*map(code, cells))))
    extracted = extract(document, DEFAULT, "/nowhere")
    assert extracted.left == ()
    assert extracted.extracts
    for each in extracted.extracts:
        store(each, str(tmp_path / "outside"))
    after = open_document("a.ipynb", extracted.raw)
    assert list(find_samples(after)) == []
    monkeypatch.setenv("NBGUARD_DATA", str(tmp_path / "outside"))
    texts = [field.text for part in after.parts if part.where == "source" for field in decode(after, part)]
    loaded = run_cells(texts, str(tmp_path))["df"]
    pd.testing.assert_frame_equal(loaded, run_cells(cells, str(tmp_path))["df"])


def test_a_frame_is_loaded_with_its_dtypes(tmp_path, monkeypatch) -> None:
    """Zero-padded numbers stay text, dates are parsed, empty cells stay empty text, floats keep their last digit."""
    source = (
        (
            "import pandas as pd\n"
            'df = pd.DataFrame({"iban": ' + repr([data.german_iban(random.Random(n)) for n in range(4)]) + ", "
            '"code": ["001", "NA", "", " x "], "when": [pd.Timestamp("2024-01-02"), '
            'pd.Timestamp("2024-01-02 03:04:05"), '
            'pd.Timestamp("1999-12-31"), pd.Timestamp("2024-01-03")], "n": [1, 2, 3, 2**62], '
            '"x": [0.1, 1e300, -0.0, 1/3], "ok": [True, False, True, True]})\n'
        )
        .replace("1/3", repr(1 / 3))
        .replace("2**62", str(2**62))
    )
    extracted = extract(open_document("a.ipynb", as_bytes(notebook(code(source)))), DEFAULT, str(tmp_path))
    for each in extracted.extracts:
        store(each, str(tmp_path))
    after = source_of(extracted.raw)
    assert "pd.read_csv(" in after
    assert "parse_dates=['when']" in after
    assert after.startswith("import os\n")
    pd.testing.assert_frame_equal(run(after)["df"], run(source)["df"])


def test_magics_stay_and_outputs_that_show_the_table_are_named(tmp_path) -> None:
    rows = data.people("payment", 5)
    source = "%matplotlib inline\n!ls\n" + data.list_of_dicts(rows) + "100 % 7\n"
    cells = [code(source), code("rows[0]", result(text__plain=repr(rows[0]["iban"])))]
    extracted = extract(open_document("a.ipynb", as_bytes(notebook(*cells))), DEFAULT, str(tmp_path))
    after = source_of(extracted.raw)
    assert "%matplotlib inline\n!ls\n" in after
    assert len(extracted.extracts) == 1
    assert extracted.shown == (2,)


def test_what_a_comment_would_change_is_left(tmp_path) -> None:
    """A line of a string that looks like a magic isn't taken for one."""
    text = data.csv_text(data.people("payment", 5)).replace("\n", "\n%", 1)
    source = f"%time\nrows = '''{text}'''\n"
    extracted = extract(open_document("a.ipynb", as_bytes(notebook(code(source)))), DEFAULT, str(tmp_path))
    assert extracted.extracts == ()
    assert extracted.left


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders there")
@pytest.mark.parametrize("kind", ["pipe", "folder", "another table", "link to nothing"])
def test_what_stands_in_the_place_of_a_table_is_not_waited_for(tmp_path, kind: str) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "repo").mkdir()
    raw = as_bytes(notebook(code(data.SOURCES["list_of_dicts"](data.people("payment", 9)))))
    made = extract(open_document("a.ipynb", raw), DEFAULT, str(tmp_path / "away")).extracts[0]
    path = tmp_path / "away" / made.name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "another table":
        path.write_text("theirs")
    else:
        path.symlink_to(tmp_path / "nowhere")
    signal.alarm(20)
    if kind == "link to nothing":
        store(made, str(tmp_path / "away"))
        assert path.read_text() == made.content
    else:
        with pytest.raises(UnreadableError):
            store(made, str(tmp_path / "away"))
    signal.alarm(0)
