"""`nbguard data redact` over several files: stand-ins agree, no value is printed, the record says what was done."""

from __future__ import annotations

import io
import json
import random
import struct
import tarfile
import zipfile
import zlib
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook, result

SALT = {"NBGUARD_SALT": "a salt of ours"}


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    return folder


def test_a_join_between_files_keeps_working(repository) -> None:
    """What a CSV file holds is looked up in a notebook that holds nothing about people by itself."""
    people = data.people("payment", 80)
    for number, row in enumerate(people):
        row["customer_id"] = f"C{410_000 + number}"
        row["name"] += chr(97 + number // 26) + chr(97 + number % 26)
    (repository / "people.csv").write_text(data.csv_text(people))
    orders = {"customer_id": [row["customer_id"] for row in people[:9]], "total": list(range(9))}
    source = (
        "import pandas as pd\npeople = pd.read_csv('people.csv')\n"
        f"orders = pd.DataFrame({orders!r})\njoined = people.merge(orders, on='customer_id')\n"
        f"one = people[people.name == {people[3]['name']!r}]\n"
    )
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(code(source))))
    run = nbguard("data", "redact", ".", cwd=repository, env=SALT)
    assert (run.status, run.err) == (1, "")
    after = pd.read_csv(repository / "people.csv")
    assert len(after) == 80
    assert after.customer_id.is_unique
    text = "".join(json.loads((repository / "a.ipynb").read_bytes())["cells"][0]["source"])
    names: dict[str, object] = {}
    exec(text.replace("'people.csv'", repr(str(repository / "people.csv"))), names)
    assert len(names["joined"]) == 9
    assert len(names["one"]) == 1
    assert nbguard("scan", "--only", "data", cwd=repository).status == 0


def test_nothing_of_a_value_is_printed_or_recorded(repository) -> None:
    rows = data.people("health", 70)
    for number, row in enumerate(rows):
        row |= {"age": 20 + number, "gender": "FM"[number % 2], "city": "Pirmasens", "postcode": f"6{number:04}"}
    cells = [code(data.list_of_dicts(rows)), code("df", result(text__html=data.html_frame(rows)))]
    path = repository / "a.ipynb"
    path.write_bytes(as_bytes(notebook(*cells)))
    before = path.read_bytes()
    log = repository.parent / "audit.jsonl"
    dry = nbguard("data", "redact", "--dry-run", "--audit", log, path, cwd=repository, env=SALT)
    assert (dry.status, path.read_bytes(), log.read_text()) == (1, before, "")
    done = nbguard("data", "redact", "--audit", log, path, cwd=repository, env=SALT)
    values = {str(value) for row in rows for name, value in row.items() if name not in ("age", "gender")}
    for text in (dry.out, dry.err, done.out, done.err, log.read_text(), path.read_text()):
        shown = [value for value in values if value in text and not value.startswith("MRN999")]
        assert [value for value in shown if not value.endswith("-01-01")] == []
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert {record["method"] for record in records} == {"synthetic", "coarse", "shuffled"}
    assert {record["cell"] for record in records} == {1, 2}
    ages = [record for record in records if record["category"] == "age" and record["cell"] == 1]
    assert [(record["values"], record["event"], record["path"]) for record in ages] == [(56, "redacted", "a.ipynb")]
    assert all(record["time"].endswith("+00:00") for record in records)
    assert nbguard("data", "redact", path, cwd=repository, env=SALT) == (0, "", "")


def test_the_record_is_enough_to_do_it_again(repository) -> None:
    """Method, columns and rows; and the same file, salt and day give the same bytes and the same record."""
    path, log = repository / "a.csv", repository.parent / "audit.jsonl"
    path.write_text(data.csv_text(data.people("payment", 5)))
    before, runs = path.read_bytes(), []
    for _ in range(2):
        path.write_bytes(before)
        log.unlink(missing_ok=True)
        nbguard("data", "redact", "--audit", log, path, cwd=repository, env={**SALT, "SOURCE_DATE_EPOCH": "1800000000"})
        runs.append((path.read_bytes(), log.read_bytes()))
    assert runs[0] == runs[1]
    records = [json.loads(line) for line in runs[0][1].splitlines()]
    table = [record for record in records if record["rule"] != "echo"]
    assert table
    assert {record["rows"] for record in table} == {5}
    header = before.decode().splitlines()[0].split(",")
    iban = next(record for record in table if record["category"] == "iban")
    assert [header[number - 1] for number in iban["columns"]] == ["iban"]
    assert {record["before"] for record in records} == {sha256(before).hexdigest()}
    assert {record["after"] for record in records} == {sha256(runs[0][0]).hexdigest()}
    assert all(record["salt"] and record["version"] for record in records)


def test_nothing_is_changed_where_the_record_cannot_be_written(repository) -> None:
    path = repository / "a.csv"
    path.write_text(data.csv_text(data.people("payment", 5)))
    before = path.read_bytes()
    run = nbguard("data", "redact", "--audit", repository / "no" / "log", path, cwd=repository)
    assert (run.status, path.read_bytes()) == (2, before)
    assert "nothing was changed" in run.err


def test_another_salt_gives_other_stand_ins(repository) -> None:
    path = repository / "a.csv"
    texts = []
    for salt in ("one", "two", "one"):
        path.write_text(data.csv_text(data.people("personal", 5)))
        assert nbguard("data", "redact", path, cwd=repository, env={"NBGUARD_SALT": salt}).status == 1
        texts.append(path.read_text())
    assert texts[0] == texts[2] != texts[1]


def test_a_file_with_thousands_of_rows_is_redacted_to_its_end(repository) -> None:
    rng = random.Random(5)
    path = repository / "a.csv"
    rows = [{"name": f"{rng.choice(data.FIRST)} {rng.choice(data.LAST)}", "iban": data.german_iban(rng), "note": "a,b"}
            for _ in range(3000)]  # fmt: skip
    path.write_text(data.csv_text(rows))
    assert nbguard("data", "redact", path, cwd=repository, env=SALT).status == 1
    after = pd.read_csv(path)
    assert after.shape == (3000, 3)
    assert after.iban.is_unique
    assert set(after.iban.str[4:8]) == {"0000"}
    assert set(after.note) == {"a,b"}


def _binary_files(rows: list[dict[str, object]]) -> dict[str, bytes]:
    """Real files of binary formats that hold the values as they are, not compressed."""
    frame = pd.DataFrame(rows)
    lines = "".join(f"{row['email']}\n" for row in rows).encode()
    parquet, feather, npy, archive, tar = (io.BytesIO() for _ in range(5))
    frame.to_parquet(parquet, compression=None)
    frame.to_feather(feather, compression="uncompressed")
    np.save(npy, np.array([row["email"] for row in rows], dtype="S40"))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("notes.txt", lines)
    with tarfile.open(fileobj=tar, mode="w") as packed_tar:
        member = tarfile.TarInfo("notes.txt")
        member.size = len(lines)
        packed_tar.addfile(member, io.BytesIO(lines))
    text = b"tEXtComment\0" + lines
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), text, b"IDAT" + zlib.compress(b"\0\0"), b"IEND")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )
    stream = b"".join(b"BT (" + line + b") Tj ET\n" for line in lines.split())
    pdf = b"%%PDF-1.4\n%%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        len(stream),
        stream,
    )
    return {
        "k.parquet": parquet.getvalue(), "k.feather": feather.getvalue(), "k.npy": npy.getvalue(),
        "k.zip": archive.getvalue(), "k.tar": tar.getvalue(), "k.png": png, "k.pdf": pdf,
        "late.bin": b"x" * 9_000 + b"\n" + lines + b"\0\1\2",
    }  # fmt: skip


def test_binary_files_keep_their_bytes(repository) -> None:
    """Lengths, offsets and checksums in them would be wrong: a value that a text file holds as well is told instead."""
    rows = [
        {"email": f"marla.klein{number}@provider.net", "name": f"Marla Klein{chr(97 + number)}"} for number in range(20)
    ]
    files = _binary_files(rows)
    assert all(rows[7]["email"].encode() in raw for raw in files.values())
    for name, raw in files.items():
        (repository / name).write_bytes(raw)
    (repository / "k.csv").write_text(data.csv_text(rows))
    run = nbguard("data", "redact", ".", cwd=repository, env=SALT)
    assert run.status == 1
    assert rows[7]["email"] not in (repository / "k.csv").read_text()
    assert [name for name, raw in files.items() if (repository / name).read_bytes() != raw] == []
    told = run.err.splitlines()
    assert sorted({line.partition(":")[0].rpartition("/")[2] for line in told}) == sorted(files)
    assert len(told) == len(files)
    assert all("stays: it is " in line for line in told)
    assert sum("it is a binary file" in line for line in told) >= 3
    assert {line.partition(":")[0] for line in run.out.splitlines()} <= {"k.csv", "./k.csv"}


def test_a_text_that_begins_like_a_data_file_is_redacted(repository) -> None:
    rows = [{"PAR1": number, "email": f"marla.klein{number}@provider.net"} for number in range(20)]
    (repository / "k.csv").write_text(data.csv_text(rows))
    assert nbguard("data", "redact", ".", cwd=repository, env=SALT).status == 1
    assert "provider.net" not in (repository / "k.csv").read_text()


@pytest.mark.parametrize("column", ["customer_id", "mrn"])
def test_ids_in_round_numbers_join_as_before(repository, column: str) -> None:
    """A round number may be a count in code as well: what replaces it in one frame has to do so in the other."""
    ids = [100_000, 300_000, 301_000, 12_345_000, 123_457, 200_000, 555_000, 999_000]
    people = data.people("payment", len(ids))
    for row, number in zip(people, ids, strict=True):
        row[column] = number
    source = f"{data.list_of_dicts(people)}\norders = {[{column: number, 'total': 1} for number in ids]!r}\n"
    counts = "count, steps = 300000, range(100000)\n"
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(code("people = " + repr(people)), code(source + counts))))
    run = nbguard("data", "redact", ".", cwd=repository, env=SALT)
    assert (run.status, run.err) == (1, "")
    cells = json.loads((repository / "a.ipynb").read_bytes())["cells"]
    names: dict[str, list[dict[str, object]]] = {}
    exec("".join(cells[0]["source"]), names)
    text = "".join(cells[1]["source"])
    exec(text[text.index("orders = ") :], names)
    after = [row[column] for row in names["people"]]
    assert len(set(after)) == len(ids)
    assert after == [row[column] for row in names["orders"]]
    assert not {12_345_000, 123_457} & set(after)
    if column == "customer_id":
        assert counts in text
        assert {number for number in ids if number in after} == {100_000, 300_000, 301_000, 200_000, 555_000, 999_000}


@pytest.mark.parametrize("dry", [("--dry-run",), ()])
def test_an_output_is_named_once(repository, dry: tuple[str, ...]) -> None:
    """The output that shows the table that moves is a finding by itself; two of them in a cell are told in one line."""
    rows = data.people("payment", 8)
    shown = (result(text__html=data.html_frame(rows)), result(text__html=data.html_frame(data.people("payment", 9))))
    cells = [code(f"people = {rows!r}"), code("people", *shown)]
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
    run = nbguard("data", "extract", *dry, "--to", repository.parent / "out", ".", cwd=repository)
    assert run.status == 1
    assert [line.partition(": ")[2] for line in run.err.splitlines()] == [
        "cell 2: sample-table-payment stays: it is in an output: nbguard strip takes it out"
    ]
