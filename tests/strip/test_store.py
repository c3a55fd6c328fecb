"""Outputs that are kept come back where their cell is, and never as a change that git would see."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from nbguard.strip.options import DEFAULT, StripOptions
from nbguard.strip.store import OutputStore
from nbguard.strip.strip_bytes import strip
from tests.notebook_builder import as_bytes, code, markdown, notebook, result, stream
from tests.strip.written_notebooks import written


def test_outputs_and_counts_come_back_byte_for_byte(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    raw = as_bytes(notebook(code("1", stream("é"), count=3), markdown("#"), code("2", result(4, image__png="A" * 900))))
    raw = raw.replace(b"\n", b"\r\n")
    assert store.save(raw) == 2
    assert store.restore(strip(raw)) == raw


def test_moved_cells_get_their_outputs_and_changed_ones_get_none(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    store.save(as_bytes(notebook(code("1", stream("one")), code("2", stream("two")))))
    other = as_bytes(notebook(code("2", count=None), code("1 ", count=None)))
    moved, changed = json.loads(store.restore(other))["cells"]
    assert moved["outputs"][0]["text"] == ["two"]
    assert changed["outputs"] == []


def test_nothing_comes_back_that_git_would_take_for_a_change(tmp_path: Path) -> None:
    OutputStore(str(tmp_path), DEFAULT).save(as_bytes(notebook(code("1", stream("one")))))
    raw = as_bytes(notebook(code("1", count=None)))
    assert OutputStore(str(tmp_path), StripOptions(keep_output=True)).restore(raw) is raw


def test_a_damaged_store_is_passed_over(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    store.save(as_bytes(notebook(code("1", stream("one")))))
    raw = as_bytes(notebook(code("1", count=None)))
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    for damage in (b"", b"1\n[", b'1\n[], "x": [1]', b"x\n[]", b"1\n{}", kept.read_bytes()[:-1]):
        kept.write_bytes(damage)
        assert store.restore(raw) is raw


def test_a_source_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    raw = as_bytes(notebook(code("1", stream("one")))).replace(b'"source"', b'"source": "2",\n   "source"')
    store.save(raw)
    assert strip(store.restore(strip(raw))) == strip(raw)
    assert b"one" in store.restore(strip(raw))


def test_the_store_is_for_the_person_only(tmp_path: Path) -> None:
    OutputStore(str(tmp_path / "outputs"), DEFAULT).save(as_bytes(notebook(code("1", stream("one")))))
    for path in (tmp_path / "outputs").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written())
def test_what_comes_back_strips_to_what_git_has(tmp_path: Path, raw: bytes) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    store.save(raw)
    stored = strip(raw)
    restored = store.restore(stored)
    assert strip(restored) == stored


def test_what_is_no_notebook_passes(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    assert store.save(b"{") == 0
    assert store.restore(b"{") == b"{"


def test_pruning_forgets_what_no_notebook_has_and_nothing_else(tmp_path: Path) -> None:
    store = OutputStore(str(tmp_path), DEFAULT)
    stays = as_bytes(notebook(code("1", stream("one")), code("2", stream("two"))))
    store.save(stays)
    store.save(as_bytes(notebook(code("3", stream("three")))))
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "left-by-a-killed-process.17").write_bytes(b"1\n[]")
    assert store.prune([strip(stays), b"{"]) == (2, 2)
    assert store.restore(strip(stays)) == stays
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 2
