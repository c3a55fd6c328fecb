"""Data that is packed: in files of data formats, in base64 and hex in source, in attachments; and what isn't."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import pickle
import random
import sqlite3
import struct
import zipfile

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.tables.files.contents import read_content
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("sample-data",))))


def scan(raw: bytes, path: str = "a.ipynb") -> list[str]:
    return [finding.rule for finding in ENGINE.detect(open_document(path, raw))]


def rows() -> list[dict[str, str]]:
    return [{key: str(value) for key, value in row.items()} for row in data.people("payment", 5)]


def as_csv() -> bytes:
    lines = [",".join(rows()[0]), *(",".join(row.values()) for row in rows())]
    return "\n".join(lines).encode()


def sqlite_file(values: list[dict[str, str]]) -> bytes:
    connection = sqlite3.connect(":memory:")
    names = ", ".join('"' + key + '"' for key in values[0])
    connection.execute(f"CREATE TABLE t ({names})")
    marks = ",".join("?" * len(values[0]))
    connection.executemany(f"INSERT INTO t VALUES ({marks})", [list(value.values()) for value in values])
    connection.commit()
    return connection.serialize()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def excel() -> bytes:
    def cells(values: list[str]) -> str:
        return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)

    body = "".join(f"<row>{cells(list(row.values()))}</row>" for row in rows())
    return zipped(
        "xl/worksheets/sheet1.xml", f"<sheetData><row>{cells(list(rows()[0]))}</row>{body}</sheetData>".encode()
    )


PACKED = {
    "sqlite": sqlite_file(rows()),
    "gzip": gzip.compress(as_csv()),
    "bzip2": bz2.compress(as_csv()),
    "zip": zipped("people.csv", as_csv()),
    "xlsx": excel(),
    "pickle": pickle.dumps(rows(), protocol=4),
}


@pytest.mark.parametrize("form", PACKED)
def test_a_data_file_is_looked_into(form: str) -> None:
    """By its first bytes, whatever its name is. Accounts are found where they are whole strings, too."""
    found = scan(PACKED[form], "data.bin")
    assert set(found) & {"sample-table-payment", "sample-iban"}


@pytest.mark.parametrize("form", PACKED)
@pytest.mark.parametrize("written", ["base64", "hex", "pieces", "uri", "attachment"])
def test_a_blob_in_a_notebook_is_looked_into(form: str, written: str) -> None:
    packed = PACKED[form]
    text = base64.b64encode(packed).decode()
    pieces = "(\n" + "\n".join(f"    '{text[n : n + 76]}'" for n in range(0, len(text), 76)) + ")"
    cell = {
        "base64": lambda: code(f'x = "{text}"'),
        "hex": lambda: code(f'x = bytes.fromhex("{packed.hex()}")'),
        "pieces": lambda: code(f"x = {pieces}"),
        "uri": lambda: markdown(f'<a href="data:application/octet-stream;base64,{text}">data</a>'),
        "attachment": lambda: {**markdown("x"), "attachments": {"a.bin": {"application/octet-stream": text}}},
    }[written]()
    assert set(scan(as_bytes(notebook(cell)))) & {"sample-table-payment", "sample-iban"}


def test_a_blob_of_no_person_is_a_data_set() -> None:
    rng = random.Random(4)
    packed = pickle.dumps([rng.random() for _ in range(300)], protocol=4)
    assert scan(as_bytes(notebook(code(f'x = "{base64.b64encode(packed).decode()}"')))) == ["sample-blob"]
    assert scan(packed, "weights.pkl") == []


def test_a_pickle_is_never_run() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return exec, ("raise SystemExit('ran')",)

    assert read_content(pickle.dumps(Bomb(), protocol=4)) is not None


def photograph(with_position: bool) -> bytes:
    """The beginning of a JPEG: EXIF with one entry in its directory, which points at a GPS directory."""
    gps = struct.pack("<HHHIIHHII", 2, 1, 2, 2, 78, 2, 5, 3, 60)
    directory = struct.pack("<HHHII", 1, 0x8825 if with_position else 0x8769, 4, 1, 26) + b"\0\0\0\0"
    exif = b"Exif\0\0II*\0\x08\0\0\0" + directory + gps
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + bytes(400)


@pytest.mark.parametrize("position", [True, False])
def test_a_photograph_with_a_position_is_told(position: bool) -> None:
    raw = photograph(position)
    text = base64.b64encode(raw).decode()
    wanted = ["sample-photo-position"] if position else []
    attached = {**markdown("x"), "attachments": {"a.jpg": {"image/jpeg": text}}}
    shown = code("x", {"output_type": "display_data", "data": {"image/jpeg": text}, "metadata": {}})
    inline = markdown(f'<img src="data:image/jpeg;base64,{text}">')
    for cell in (attached, shown, inline):
        assert scan(as_bytes(notebook(cell))) == wanted
    assert scan(raw, "a.jpg") == wanted


@pytest.mark.parametrize("form", PACKED)
def test_broken_files_are_survived(form: str) -> None:
    """Cut off, and with bytes changed at random."""
    rng = random.Random(9)
    packed = PACKED[form]
    for _ in range(60):
        broken = bytearray(packed[: rng.randrange(8, len(packed))])
        for _ in range(rng.randrange(6)):
            broken[rng.randrange(6, len(broken))] = rng.randrange(256)
        scan(bytes(broken), "a.bin")


def test_a_compressed_bomb_stays_bounded() -> None:
    content = read_content(gzip.compress(bytes(200_000_000), 1))
    assert content is not None
    assert len(content.text) <= 2_000_000


def test_pictures_and_wheels_of_ours_are_no_data() -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(9000)).decode()
    cells = (
        markdown(f"![x](data:image/png;base64,{picture})"),
        code(f'x = "{picture}"'),
        code(json.dumps({"a": picture})),
    )
    assert scan(as_bytes(notebook(*cells))) == []
