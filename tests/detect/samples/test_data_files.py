"""Real data files of every kind, by their bytes and by their path: rows are seen, hostile files are survived."""

from __future__ import annotations

import io
import os
import pickle
import random
import sqlite3
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import duckdb
import h5py
import numpy as np
import openpyxl
import pandas as pd
import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.samples.document_search import find_in_field
from nbguard.detect.samples.embedded_files import find_in_file
from nbguard.detect.samples.settings import DEFAULT
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.tables.files import isolated_reader as rows_module
from nbguard.tables.files.contents import read_content
from nbguard.tables.files.isolated_reader import read_rows
from nbguard.tables.files.pickles import read_pickle
from tests.detect.samples import data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENGINE = Engine(Scope(frozenset(("sample-data",))))


def scan(raw: bytes, path: str = "data.bin") -> list[str]:
    return [finding.rule for finding in ENGINE.detect(open_document(path, raw))]


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def hdf5(frame: pd.DataFrame) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        with h5py.File(buffer, "w") as file:
            for name in frame:
                file[f"people/{name}"] = np.array(frame[name].astype(str).tolist(), dtype=h5py.string_dtype())

    return _written(write)


def hdf5_records(frame: pd.DataFrame) -> bytes:
    kinds = [(name, "S40") for name in frame]
    values = np.array([tuple(map(str, row)) for row in frame.itertuples(index=False)], dtype=kinds)

    def write(buffer: io.BytesIO) -> None:
        with h5py.File(buffer, "w") as file:
            file.create_dataset("people", data=values, compression="gzip", chunks=(50,))

    return _written(write)


def duck(frame: pd.DataFrame) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.duckdb")
        connection = duckdb.connect(path)
        connection.execute("CREATE TABLE people AS SELECT * FROM frame")
        connection.close()
        with open(path, "rb") as file:
            return file.read()


def excel(frame: pd.DataFrame) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Customers 2026"])
        sheet.append(list(frame))
        for row in frame.itertuples(index=False):
            sheet.append(list(row))
        book.save(buffer)

    return _written(write)


def sqlite(frame: pd.DataFrame, log: bool = False) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.db")
        connection = sqlite3.connect(path)
        if log:
            connection.execute("PRAGMA journal_mode=WAL")
        frame.to_sql("people", connection, index=False)
        connection.close()
        with open(path, "rb") as file:
            return file.read()


def npz(frame: pd.DataFrame) -> bytes:
    return _written(
        lambda buffer: np.savez_compressed(buffer, people=frame.to_numpy(dtype="U60"), weights=np.zeros((3, 3)))
    )


def records(frame: pd.DataFrame) -> bytes:
    values = np.array([tuple(row) for row in frame.itertuples(index=False)], dtype=[(name, "U60") for name in frame])
    return _written(lambda buffer: np.save(buffer, values))


FORMATS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "parquet": lambda frame: _written(lambda buffer: frame.to_parquet(buffer, row_group_size=40)),
    "parquet, zstd": lambda frame: _written(lambda buffer: frame.to_parquet(buffer, compression="zstd")),
    "feather": lambda frame: _written(frame.to_feather),
    "HDF5": hdf5,
    "HDF5 records": hdf5_records,
    "DuckDB": duck,
    "Excel": excel,
    "SQLite": sqlite,
    "SQLite with a log": lambda frame: sqlite(frame, log=True),
    "npy": lambda frame: _written(lambda buffer: np.save(buffer, frame.to_numpy(dtype="U60"))),
    "npy of objects": lambda frame: _written(lambda buffer: np.save(buffer, frame.to_numpy(dtype=object))),
    "npy records": records,
    "npz": npz,
    "pickled frame": lambda frame: pickle.dumps(frame),
    "pickled objects": lambda frame: pickle.dumps(frame.astype(object), protocol=2),
    "pickled records": lambda frame: pickle.dumps(frame.to_dict("records")),
    "pickled array": lambda frame: pickle.dumps(frame.to_numpy(dtype="U60")),
    "pickled dict of columns": lambda frame: pickle.dumps({name: frame[name].tolist() for name in frame}),
    "JSON lines": lambda frame: frame.to_json(orient="records", lines=True).encode(),
    "CSV in gzip": lambda frame: _written(lambda buffer: frame.to_csv(buffer, compression="gzip")),
    "parquet in a zip": lambda frame: _zipped("a.parquet", _written(frame.to_parquet)),
}
WANTED = {
    "personal": "sample-table-personal",
    "payment": "sample-table-payment",
    "health": "sample-table-health",
    "government-id": "sample-table-government-id",
}


def _zipped(name: str, content: bytes) -> bytes:
    def write(buffer: io.BytesIO) -> None:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)

    return _written(write)


def people(kind: str, count: int = 120) -> pd.DataFrame:
    return pd.DataFrame(data.people(kind, count))


@pytest.mark.parametrize("kind", WANTED)
@pytest.mark.parametrize("form", FORMATS)
def test_rows_of_people_are_seen(form: str, kind: str) -> None:
    """Whatever the file is called: first bytes decide. Number and class of the rows are told."""
    found = ENGINE.detect(open_document("data.bin", FORMATS[form](people(kind))))
    assert WANTED[kind] in {finding.rule for finding in found}
    assert any("120 rows" in finding.message for finding in found if finding.rule == WANTED[kind])


@pytest.mark.parametrize("form", FORMATS)
def test_measurements_are_no_people(form: str) -> None:
    """Angles, counts, calibrations and names of devices, in every format."""
    rng = random.Random(3)
    frame = pd.DataFrame(
        {
            "device": [rng.choice(("ibm_torino", "Aria-1", "Ankaa-3")) for _ in range(200)],
            "bitstring": ["".join(rng.choices("01", k=12)) for _ in range(200)],
            "count": [str(rng.randrange(1000)) for _ in range(200)],
            "theta": [f"{rng.random():.6f}" for _ in range(200)],
        }
    )
    assert scan(FORMATS[form](frame)) == []


@pytest.mark.parametrize("form", ["parquet", "DuckDB", "feather", "HDF5", "SQLite", "npy", "pickled frame"])
def test_a_large_data_set_of_no_person_is_told(form: str) -> None:
    """By its size, as in a notebook."""
    rng = random.Random(4)
    words = ["battery", "screen", "great", "poor", "would", "buy", "again", "friendly", "cold", "noisy"]
    frame = pd.DataFrame(
        {
            "id": [str(number) for number in range(3000)],
            "review": [" ".join(rng.choices(words, k=12)) for _ in range(3000)],
        }
    )
    assert scan(FORMATS[form](frame)) == ["sample-bulk"]


@pytest.mark.parametrize("form", ["parquet", "feather", "HDF5", "DuckDB", "Excel", "SQLite"])
def test_a_file_is_read_at_its_path(form: str, tmp_path: Path) -> None:
    """Of large files only the beginning is given, and what is needed is read from the disk; nothing is written."""
    path = tmp_path / "it's data.bin"
    path.write_bytes(FORMATS[form](people("payment")))
    before = os.stat(path).st_mtime_ns
    found = list(find_in_file(path.read_bytes()[:100], DEFAULT, find_in_field, str(path)))
    assert [hit.rule for hit in found] == ["sample-table-payment"]
    assert os.listdir(tmp_path) == ["it's data.bin"]
    assert os.stat(path).st_mtime_ns == before


def test_rows_from_the_end_count() -> None:
    """A parquet file is sampled from the beginning to the end: its last row group can be the one with people."""
    empty = pd.DataFrame([dict.fromkeys(people("payment"), "-")] * 400)
    frame = pd.concat([empty, people("payment", 40)])
    (table,) = read_rows(
        "a parquet file", _written(lambda buffer: frame.to_parquet(buffer, row_group_size=40, index=False))
    ).tables
    assert table.rows == 440
    assert any(value != "-" for value in table.columns[0].values)


@pytest.mark.parametrize("form", FORMATS)
def test_broken_files_are_survived(form: str) -> None:
    """Cut off, and with bytes changed at random; the next file is read all the same."""
    rng = random.Random(form)
    whole = FORMATS[form](people("payment", 60))
    for _ in range(12):
        broken = bytearray(whole[: rng.randrange(16, len(whole) + 1)])
        for _ in range(rng.randrange(8)):
            broken[rng.randrange(12, len(broken))] = rng.randrange(256)
        scan(bytes(broken))
    assert "sample-table-payment" in scan(whole)


def test_the_next_file_is_read_after_one_that_ended_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that crashes, and one that never ends."""
    whole = FORMATS["parquet"](people("payment"))
    assert read_rows("a parquet file", whole).tables
    process = rows_module._reader._process
    assert process is not None
    process.kill()
    process.wait()
    assert "broke its reader" in read_rows("a parquet file", whole).problem
    assert read_rows("a parquet file", whole).tables
    monkeypatch.setattr(rows_module, "_SECONDS", 0.0)
    assert not read_rows("a parquet file", whole * 50).tables
    monkeypatch.undo()
    assert read_rows("a parquet file", whole).tables


@pytest.mark.parametrize(
    ("form", "library"), [("parquet", "pyarrow"), ("feather", "pyarrow"), ("DuckDB", "duckdb"), ("HDF5", "h5py")]
)
def test_without_the_library_it_is_said(form: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names in the file still tell where they are about people; else the file is told by what it is."""
    import importlib.util

    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == library else find_spec(name))
    found = list(find_in_file(FORMATS[form](people("personal")), DEFAULT, find_in_field))
    assert found
    neutral = pd.DataFrame({"a": ["x", "y", "z"], "b": ["u", "v", "w"]})
    silent = list(find_in_file(FORMATS[form](neutral), DEFAULT, find_in_field))
    if form == "HDF5":  # measurements mostly: its name says nothing
        assert silent == []
    else:
        assert [hit.rule for hit in silent] == ["sample-blob"]
        assert f"rows not looked into: install {library}" in silent[0].message


def test_nothing_is_imported_that_isnt_needed() -> None:
    """The libraries stay out of this process: they are large, and a file may break them."""
    import subprocess

    program = (
        "import sys; from nbguard.tables.files.isolated_reader import read_rows; "
        "rows = read_rows('a parquet file', sys.stdin.buffer.read()); assert rows.tables; "
        "print(sorted(set(sys.modules) & {'pyarrow', 'numpy', 'pandas', 'duckdb', 'h5py'}))"
    )
    whole = FORMATS["parquet"](people("payment"))
    done = subprocess.run([sys.executable, "-c", program], input=whole, capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"[]"


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    """What it would call stands there as a call; what it was given is looked at."""
    target = tmp_path / "ran"

    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return os.mkdir, (str(target),)

    for protocol in range(6):
        tables, texts = read_pickle(pickle.dumps([Bomb(), data.people("payment", 5)], protocol=protocol))
        assert str(target) in texts
        assert any(table.rows == 5 for table in tables)
    assert not target.exists()


def test_a_pickle_of_references_stays_bounded() -> None:
    """Lists that hold each other twice, thirty deep, are a billion values; one that holds itself has no end."""
    nested: list[Any] = ["Anna Keller"]
    for _ in range(30):
        nested = [nested, nested]
    endless: list[Any] = []
    endless.append(endless)
    for value in (nested, endless):
        tables, texts = read_pickle(pickle.dumps(value))
        assert len(tables) < 200_000
        assert len(texts) <= 5_000


def test_links_of_hdf5_lead_nowhere(tmp_path: Path) -> None:
    """A link to another file isn't followed."""
    other = tmp_path / "other.h5"
    other.write_bytes(hdf5(people("payment")))
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["people"] = h5py.ExternalLink(str(other), "people")
        file["iban"] = h5py.ExternalLink(str(other), "people/iban")
    assert scan(path.read_bytes()) == []


def test_views_of_databases_lead_nowhere(tmp_path: Path) -> None:
    """A view can read any file; tables only are looked at."""
    other = tmp_path / "other.csv"
    people("payment").to_csv(other)
    path = tmp_path / "a.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE a (n INTEGER)")
    connection.execute(f"CREATE VIEW people AS SELECT * FROM read_csv('{other}')")
    connection.close()
    assert scan(path.read_bytes()) == []


@pytest.mark.slow
def test_bombs_stay_bounded() -> None:
    """Much that unpacks to more, in every format that packs."""
    zeros = bytes(10_000_000)
    archive = _written(lambda buffer: _many(buffer, zeros))
    content = read_content(archive)
    assert content is not None
    assert len(content.text) <= 2_000_000
    frame = pd.DataFrame({"name": ["x" * 1_000_000] * 200})
    packed = FORMATS["parquet, zstd"](frame)
    assert len(packed) < 100_000
    assert scan(packed) == []


def _many(buffer: io.BytesIO, content: bytes) -> None:
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"{number}.csv", content)
