"""What is packed in some other file is looked into as if it lay there by itself: archives, documents, encodings."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.policy.policy_settings import Config
from nbguard.report.records import Report
from nbguard.scan import pdf_text
from nbguard.scan.office_text import text_of_part
from nbguard.scan.scan_paths import scan_paths
from tests.fake_tokens import FakeTokens

TOKENS = FakeTokens(12)
TOKEN = TOKENS.dwave()
ENV = f"DWAVE_API_TOKEN={TOKEN}\n"
PEOPLE = "name,email,iban\n" + "".join(
    f"{first} {last},{first.lower()}.{last.lower()}{number}@corp-mail.net,DE8937040044053201{number:04d}\n"
    for number, (first, last) in enumerate([("Anna", "Schmidt"), ("Paul", "Weber"), ("Lena", "Vogel")] * 20)
)


def scan(folder: Path, *kinds: str, **settings: Any) -> Report:
    return scan_paths([str(folder)], Config(str(folder), **settings), frozenset(kinds)).report


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(members: Mapping[str, bytes], mode: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for name, raw in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(raw)
            archive.addfile(header, io.BytesIO(raw))
    return target.getvalue()


def word(text: str, part: str = "word/document.xml") -> bytes:
    """A document whose text is in runs of three letters, as an editor with a spell checker leaves it."""
    runs = "".join(f"<w:r><w:t>{text[at : at + 3]}</w:t></w:r>" for at in range(0, len(text), 3))
    return zipped({part: f'<w:document xmlns:w="urn:w"><w:body><w:p>{runs}</w:p><w:p/></w:body></w:document>'})


def slides(text: str) -> bytes:
    run = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    return zipped({"ppt/slides/slide1.xml": f'<p:sld xmlns:p="urn:p" xmlns:a="urn:a">{run}</p:sld>'})


def sheet(text: str) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active["B2"] = text
    book.save(target)
    return target.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF file of pages of text: the least that a reader takes."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    for number, text in enumerate(pages):
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /Contents {4 + 2 * number} 0 R /Resources {font}"
        objects.append(f"<< {page} >>".encode())
        stream = zlib_stream(f"BT /F1 9 Tf 20 800 Td ({text}) Tj ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
    raw, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(raw)
    raw += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    raw += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return raw + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def zlib_stream(text: str) -> bytes:
    import zlib

    return zlib.compress(text.encode())


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a.zip": ("a.zip!/conf/.env", lambda: zipped({"conf/.env": ENV, "readme.md": "hello"})),
    "a.whl": ("a.whl!/pkg/settings.py", lambda: zipped({"pkg/settings.py": ENV})),
    ".env.gz": (".env.gz!/.env", lambda: gzip.compress(ENV.encode())),
    "run.log.bz2": ("run.log.bz2!/run.log", lambda: bz2.compress(ENV.encode())),
    "run.log.xz": ("run.log.xz!/run.log", lambda: lzma.compress(ENV.encode())),
    "a.tar": ("a.tar!/.env", lambda: tarred({".env": ENV.encode()}, "w")),
    "a.tgz": ("a.tgz!/deep/x.sh", lambda: tarred({"deep/x.sh": f"export {ENV}".encode()}, "w:gz")),
    "nested.zip": ("nested.zip!/b.tgz!/.env", lambda: zipped({"b.tgz": tarred({".env": ENV.encode()}, "w:gz")})),
    "a.docx": ("a.docx!/word/document.xml", lambda: word(ENV.strip())),
    "notes.docx": ("notes.docx!/word/comments.xml", lambda: word(ENV.strip(), "word/comments.xml")),
    "a.pptx": ("a.pptx!/ppt/slides/slide1.xml", lambda: slides(ENV.strip())),
    "in.zip": ("in.zip!/a.docx!/word/document.xml", lambda: zipped({"a.docx": word(ENV.strip())})),
    "a.pdf": ("a.pdf!/page 2", lambda: pdf("Results of week 3", ENV.strip())),
    "le.env": ("le.env", lambda: ENV.encode("utf-16")),
    "no mark.txt": ("no mark.txt", lambda: ENV.encode("utf-16-le")),
    "no mark.env": ("no mark.env", lambda: ENV.encode("utf-16-be")),
    "be.txt": ("be.txt", lambda: b"\xfe\xff" + ENV.encode("utf-16-be")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_credential_is_found_where_it_is_packed(tmp_path: Path, name: str) -> None:
    """Once, under the path that leads to it."""
    path, make = CASES[name]
    (tmp_path / name).write_bytes(make())
    report = scan(tmp_path, "credential")
    assert [(finding.path, finding.rule) for finding in report.findings] == [(path, "dwave-sapi-token")]
    assert report.skipped == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_value_known_from_another_file_is_found_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    value = TOKENS.of("0123456789abcdef", 32)
    (tmp_path / "a.py").write_text(f"from qiskit_ionq import IonQProvider\nIonQProvider('{value}')\n")
    (tmp_path / "log.txt").write_bytes(f"used {value} today\n".encode(encoding))
    assert [finding.path for finding in scan(tmp_path, "credential").findings] == ["a.py", "log.txt"]


def test_a_sheet_of_a_workbook_is_read_for_credentials(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(sheet(ENV.strip()))
    assert {finding.path.partition("!/")[0] for finding in scan(tmp_path, "credential").findings} == {"a.xlsx"}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("people.zip", lambda: zipped({"people.csv": PEOPLE})),
        ("people.csv.gz", lambda: gzip.compress(PEOPLE.encode())),
        ("people.tgz", lambda: tarred({"people.csv": PEOPLE.encode()}, "w:gz")),
    ],
)
def test_packed_sample_data_is_told_where_it_is_and_only_there(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    plain = {finding.rule for finding in scan(tmp_path, "sample-data").findings}
    assert plain
    (tmp_path / "people.csv").unlink()
    (tmp_path / name).write_bytes(make())
    packed = scan(tmp_path, "sample-data").findings
    assert {finding.rule for finding in packed} == plain
    assert {finding.path for finding in packed} == {f"{name}!/people.csv"}


def test_a_document_with_entities_of_its_own_is_not_blown_up(tmp_path: Path) -> None:
    """A kilobyte of them could be gigabytes. What is in the markup is looked at as text all the same."""
    lol = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    part = f'<!DOCTYPE d [{lol}]><w:d xmlns:w="u"><w:t>&a11;</w:t><w:t>{ENV}</w:t></w:d>'
    (tmp_path / "a.docx").write_bytes(zipped({"word/document.xml": part}))
    report = scan(tmp_path, "credential")
    assert [skipped.reason for skipped in report.skipped] == ["can't be read to its end: damaged"]
    assert [finding.path for finding in report.findings] == ["a.docx!/word/document.xml"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1), min_size=1))
def test_the_text_of_a_document_is_whole(lines: list[str]) -> None:
    """Whatever runs the letters are in."""
    body = "".join(f"<w:p>{''.join(f'<w:t>{escape(letter)}</w:t>' for letter in line)}</w:p>" for line in lines)
    assert text_of_part(f'<w:b xmlns:w="u">{body}</w:b>'.encode()) == ("".join(f"{line}\n" for line in lines), True)


def test_without_a_reader_a_pdf_is_said_not_to_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(ENV.strip()))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (skipped,) = scan(tmp_path, "credential").skipped
    assert (skipped.path, skipped.reason[:17]) == ("a.pdf", "not looked into: ")


@pytest.mark.parametrize("spoil", [lambda raw: raw[:40], lambda raw: raw[: len(raw) // 2], lambda _: b"%PDF-1.7\n" * 9])
def test_a_damaged_pdf_is_said(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a.pdf").write_bytes(spoil(pdf("a", "b")))
    assert [skipped.path for skipped in scan(tmp_path, "credential").skipped] == ["a.pdf"]


def test_a_pdf_that_ends_its_reader_is_said_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "reader.py"
    program.write_text("raise SystemExit")
    (tmp_path / "x").mkdir()
    (tmp_path / "x/a.pdf").write_bytes(pdf(ENV.strip()))
    with monkeypatch.context() as patched:
        patched.setattr(pdf_text, "_reader", pdf_text.ReaderProcess(str(program)))
        (skipped,) = scan(tmp_path / "x", "credential").skipped
    assert skipped.reason.startswith("not looked into: ")
    assert len(scan(tmp_path / "x", "credential").findings) == 1


def test_the_text_of_a_pdf_is_bounded() -> None:
    """A page of 499 characters, thirty times."""
    read = pdf_text.read_pdf(pdf(*["word " * 100] * 30), 1_200)
    assert len(read.pages) == 2
    assert read.problem == "only 2 of its pages were scanned: there is too much text in it"


@pytest.mark.parametrize("name", ["backup", "notes.txt", "lib.jar", "state.pt", "book.epub", "text.odt"])
def test_a_zip_file_is_one_under_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(zipped({"x/.env": ENV}))
    assert [finding.path for finding in scan(tmp_path, "credential").findings] == [f"{name}!/x/.env"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["backup", "dump.sql", "a.zip", "a.docx", "a.tar"])
def test_what_is_packed_is_so_under_any_name(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / name).write_bytes(pack(ENV.encode()))
    assert len(scan(tmp_path, "credential").findings) == 1


def test_a_zip_file_behind_a_program_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"#!/bin/sh\nexec unzip $0\n" + zipped({".env": ENV}))
    assert len(scan(tmp_path, "credential").findings) == 1


@pytest.mark.parametrize("start", [b"7z\xbc\xaf\x27\x1c\0\x04", b"Rar!\x1a\x07\x01\0", b"\x28\xb5\x2f\xfd\x24"])
def test_what_is_packed_in_a_way_that_is_not_opened_is_said(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "a.bin").write_bytes(start + bytes(50))
    (skipped,) = scan(tmp_path, "credential").skipped
    assert (skipped.path, skipped.reason[:17]) == ("a.bin", "not looked into: ")


@pytest.mark.parametrize(
    "text", ["PK is short for a player's kill\n", "BZh is no word\n", "Rar! he said\n", "7z is a tool\n"]
)
def test_text_that_begins_like_an_archive_is_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text + ENV)
    report = scan(tmp_path, "credential")
    assert (len(report.findings), report.skipped) == (1, ())
