"""The collaboration store: what is found in it, and how it is deleted."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nbguard.errors import UnreadableError
from nbguard.jupyter.collaboration.decoding import Replay
from nbguard.jupyter.collaboration.document_store import (
    as_notebook,
    find_stores,
    find_users,
    purge_store,
    read_rooms,
    read_texts,
)
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear
from tests.jupyter.collaboration.stores import file_updates, notebook_updates, source_of, typed, write_store

TOKEN = FakeTokens(20).ionq()
CALL = f'IonQProvider("{TOKEN}")'


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    return folder


def _texts(tmp_path: Path, *rooms: list[bytes]) -> tuple[str, ...]:
    read = read_texts(str(write_store(tmp_path / ".jupyter_ystore.db", *rooms)))
    assert read.complete
    assert read.rooms == len(rooms)
    return read.texts


def _move(notebook: Any) -> None:
    """A token is typed, and moved to Vault afterwards."""
    typed(source_of(notebook), "\n" + CALL)
    del source_of(notebook)[: len(str(source_of(notebook)))]
    typed(source_of(notebook), 'secret("quantum/ionq#api_key")')


def test_what_was_typed_and_taken_out_again_is_found(tmp_path: Path) -> None:
    """A search of the file's bytes finds nothing: each update holds a character."""
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(_move))
    assert TOKEN.encode() not in path.read_bytes()
    texts = read_texts(str(path)).texts
    assert "x = 1\n" + CALL in texts
    assert 'secret("quantum/ionq#api_key")' in texts
    assert len(texts) < 12  # one of each run of typing, not one for each character


@pytest.mark.parametrize("before", ["", "# é🎉\n"])
def test_a_paste_that_is_typed_on_is_kept(tmp_path: Path, before: str) -> None:
    def paste(notebook: Any) -> None:
        typed(source_of(notebook), before)
        source_of(notebook).insert(len(str(source_of(notebook)).encode()), CALL)
        typed(source_of(notebook), "abc")

    assert any(text.endswith(CALL) for text in _texts(tmp_path, notebook_updates(paste)))


def test_a_token_that_was_typed_into_is_kept(tmp_path: Path) -> None:
    def spoil(notebook: Any) -> None:
        typed(source_of(notebook), CALL)
        source_of(notebook).insert(len("x = 1" + CALL) - 10, "-")

    assert "x = 1" + CALL in _texts(tmp_path, notebook_updates(spoil))


def test_cells_outputs_and_metadata_that_are_gone_are_found(tmp_path: Path) -> None:
    def come_and_go(notebook: Any) -> None:
        output = {"output_type": "stream", "name": "stdout", "text": f"shown {TOKEN}"}
        cell = {
            "cell_type": "code",
            "source": f"a = '{TOKEN}'",
            "metadata": {"m": f"meta {TOKEN}"},
            "outputs": [output],
        }
        notebook.ycells.append(notebook.create_ycell(cell))
        del notebook.ycells[1]

    texts = _texts(tmp_path, notebook_updates(come_and_go))
    assert {f"a = '{TOKEN}'", f"shown {TOKEN}", f"meta {TOKEN}"} <= set(texts)


def test_text_files_and_several_documents(tmp_path: Path) -> None:
    def write_and_clear(text: Any) -> None:
        typed(text, f"token = {TOKEN}")
        del text[:]

    texts = _texts(tmp_path, notebook_updates(_move), file_updates(write_and_clear))
    assert f"token = {TOKEN}" in texts
    assert "x = 1\n" + CALL in texts


def test_long_documents_have_a_checkpoint_that_counts_as_well(tmp_path: Path) -> None:
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(lambda n: typed(source_of(n), "y" * 250)))
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM ycheckpoints").fetchone() == (1,)
        database.execute("DELETE FROM yupdates")
    assert any("y" * 90 in text for text in read_texts(str(path)).texts)


def test_when_time_runs_out_it_is_said(tmp_path: Path) -> None:
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(_move))
    assert not read_texts(str(path), 0.0).complete


def test_an_update_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    path = write_store(tmp_path / ".jupyter_ystore.db", [*notebook_updates(_move), b"\xff\xff\xff"])
    read = read_texts(str(path))
    assert not read.complete
    assert read.rooms == 1


@pytest.mark.parametrize("content", [b"", b"x", b"SQLite format 3\0" + b"\0" * 200])
def test_what_is_no_store_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".jupyter_ystore.db"
    path.write_bytes(content)
    with pytest.raises(UnreadableError):
        list(read_rooms(str(path)))
    with pytest.raises(UnreadableError):
        purge_store(str(path))
    assert path.read_bytes() == content


def test_reading_shows_no_content() -> None:
    from nbguard.jupyter.collaboration.document_store import Room, Texts

    assert TOKEN not in repr(Room("a", (TOKEN.encode(),)))
    assert TOKEN not in repr(Texts(1, (TOKEN,), True))


def test_texts_are_looked_through_as_cells() -> None:
    assert [cell["source"] for cell in json.loads(as_notebook(["a", "é🎉"]))["cells"]] == ["a", "é🎉"]


def test_stores_that_were_put_aside_are_found(tmp_path: Path) -> None:
    for name in (".jupyter_ystore.db", ".jupyter_ystore(1).db", "other.db", ".jupyter_ystore.db-journal"):
        (tmp_path / name).write_bytes(b"")
    found = find_stores([str(tmp_path), str(tmp_path / "none"), str(tmp_path)])
    assert sorted(map(os.path.basename, found)) == [".jupyter_ystore(1).db", ".jupyter_ystore.db"]


def test_purging_leaves_nothing(tmp_path: Path) -> None:
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(_move), notebook_updates(_move))
    Path(f"{path}-journal").write_bytes(b"")
    assert purge_store(str(path)) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["runtime"]
    write_store(path, notebook_updates(lambda _: None))  # Jupyter makes a new one
    assert read_texts(str(path)).rooms == 1


def test_a_store_in_use_is_left_alone(tmp_path: Path) -> None:
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(_move))
    before = path.read_bytes()
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnreadableError, match="stop the Jupyter server first"):
            purge_store(str(path))
    database.close()
    assert path.read_bytes() == before


def _run(folder: Path, program: str) -> "subprocess.Popen[bytes]":
    running = subprocess.Popen([sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.readline()
    return running


@pytest.mark.parametrize("inside", [True, False])
def test_a_server_that_runs_is_noticed(tmp_path: Path, runtime: Path, inside: bool) -> None:
    """One that runs in the folder will open the store; one that has it open may run anywhere."""
    path = write_store(tmp_path / ".jupyter_ystore.db", notebook_updates(_move))
    opens = "" if inside else f"f = open({str(path)!r}, 'rb')\n"
    program = f"import sys, time\n{opens}print('ready', flush=True)\ntime.sleep(60)"
    running = _run(tmp_path if inside else runtime, program)
    try:
        assert find_users(str(path)) == []  # it doesn't say that it is a server
        told = {"pid": running.pid, "root_dir": str(tmp_path)}
        (runtime / "jpserver-1.json").write_text(json.dumps(told))
        (runtime / "jpserver-2.json").write_text("{")
        assert find_users(str(path)) == [running.pid]
        with pytest.raises(UnreadableError, match=f"process {running.pid}"):
            purge_store(str(path))
    finally:
        running.kill()
        running.communicate()
    time.sleep(0.05)
    assert find_users(str(path)) == []
    assert purge_store(str(path)) == 1


@pytest.mark.slow
def test_time_grows_with_the_edits() -> None:
    def replay(cells: int) -> None:
        def edit(notebook: Any) -> None:
            for _ in range(cells):
                notebook.ycells.append(notebook.create_ycell({"cell_type": "markdown", "source": "", "metadata": {}}))
                typed(notebook.ycells[-1]["source"], "abc")

        replayed = Replay()
        replayed.apply(notebook_updates(edit))
        assert len(replayed.texts()) > cells

    assert_linear(replay, 40)
