"""Files in archives are scanned, and no archive costs more than it may: what isn't scanned is said."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile

import pytest

from nbguard.policy.policy_settings import Config
from nbguard.scan import archives
from nbguard.scan.archives import unpack_members
from nbguard.scan.blobs import Blob
from nbguard.scan.scan_paths import scan_paths
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

CREDENTIALS = frozenset(("credential",))
TOKENS = FakeTokens(5)
TOKEN = TOKENS.dwave()
LEAK = as_bytes(notebook(code(f"sampler = DWaveSampler(token='{TOKEN}')")))


def zipped(members, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return target.getvalue()


def unpacked(name, raw, limit=1_000_000_000):
    return list(unpack_members(Blob(name, raw), limit))


def report_of(tmp_path, *names, **options):
    config = Config(str(tmp_path))
    return scan_paths([str(tmp_path / name) for name in names], config, CREDENTIALS, **options).report


def test_empty_members_take_nothing_of_the_bound():
    logs = {f"log.{number}.gz": gzip.compress(b"") for number in range(120)}
    found = unpacked("logs.zip", zipped({**logs, "z.log.gz": gzip.compress(b"the last one")}))
    assert [blob.problem for blob in found if blob.problem] == []
    assert found[-1].raw == b"the last one"


def test_notebooks_in_a_zip_file_are_scanned_under_their_own_path(tmp_path):
    (tmp_path / "lab.zip").write_bytes(zipped({"week1/a.ipynb": LEAK, "week1/b.py": b"x = 1", "c.ipynb": LEAK}))
    report = report_of(tmp_path, "lab.zip")
    assert sorted(finding.path for finding in report.findings) == ["lab.zip!/c.ipynb", "lab.zip!/week1/a.ipynb"]
    assert {(finding.rule, finding.line) for finding in report.findings} == {("dwave-sapi-token", 1)}
    assert report.skipped == ()


def test_a_notebook_packed_by_gzip_is_scanned(tmp_path):
    (tmp_path / "a.ipynb.gz").write_bytes(gzip.compress(LEAK))
    (finding,) = report_of(tmp_path, "a.ipynb.gz").findings
    assert (finding.path, finding.rule) == ("a.ipynb.gz!/a.ipynb", "dwave-sapi-token")


def test_a_value_that_a_packed_notebook_gives_away_is_found_in_other_files(tmp_path):
    token = TOKENS.of("0123456789abcdef", 32)
    leak = notebook(code(f"from qiskit_ionq import IonQProvider\nIonQProvider('{token}')"))
    (tmp_path / "a.zip").write_bytes(zipped({"a.ipynb": as_bytes(leak), "b.ipynb": as_bytes(notebook(code(token)))}))
    (tmp_path / "log.txt").write_text(f"using {token}\n")
    paths = {finding.path for finding in report_of(tmp_path, "a.zip", "log.txt").findings}
    assert paths == {"a.zip!/a.ipynb", "a.zip!/b.ipynb", "log.txt"}


def test_stripping_leaves_archives_as_they_are(tmp_path):
    raw = zipped({"a.ipynb": LEAK})
    (tmp_path / "a.zip").write_bytes(raw)
    report = report_of(tmp_path, "a.zip", strip=True)
    assert (tmp_path / "a.zip").read_bytes() == raw
    assert (len(report.findings), report.skipped) == (1, ())


@pytest.mark.slow
def test_a_bomb_is_a_stated_reason_and_is_not_unpacked():
    """300 MB of spaces weigh 300 kB."""
    bomb = zipped({"bomb.ipynb": b" " * 300_000_000, "a.ipynb": LEAK})
    blobs = unpacked("a.zip", bomb)
    assert [(blob.path, blob.problem, blob.raw == LEAK) for blob in blobs] == [
        ("a.zip!/bomb.ipynb", f"not scanned: unpacks to more than {200 * len(bomb) // 1_000_000} MB", False),
        ("a.zip!/a.ipynb", "", True),
    ]
    (blob,) = unpacked("a.ipynb.gz", gzip.compress(b" " * 300_000_000))
    assert blob.problem.startswith("not scanned: unpacks to more than ")


def test_the_claimed_size_of_a_member_is_not_believed():
    raw = bytearray(zipped({"a.ipynb": b" " * 30_000_000}))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 100)  # the unpacked size in the central directory
    (blob,) = unpacked("a.zip", bytes(raw))
    assert blob.raw == b""
    assert blob.problem


def test_many_members_and_many_bytes_are_bounded_in_all(monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    raw = zipped({f"{number}.ipynb": LEAK for number in range(5)})
    blobs = unpacked("a.zip", raw)
    assert [blob.problem for blob in blobs if blob.problem] == ["holds 5 files; only 3 were looked through"]
    assert sum(blob.raw == LEAK for blob in blobs) == 3
    monkeypatch.setattr(archives, "MOST_MEMBERS", 100)
    monkeypatch.setattr(archives, "MOST_BYTES", 2 * len(LEAK))
    blobs = unpacked("a.zip", raw)
    assert [blob.problem for blob in blobs if blob.problem] == ["unpacks to more than 0 MB; 2 files of it were scanned"]
    monkeypatch.setattr(archives, "MOST_MEMBERS", 4)
    assert unpacked("a.zip", raw)[0].problem == "holds 5 files; only 4 were looked through"


def test_a_notebook_over_the_size_limit_is_said():
    (blob,) = unpacked("a.zip", zipped({"a.ipynb": LEAK * 1000}), limit=len(LEAK))
    assert blob.problem.startswith("not scanned: unpacks to more than ")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_can_not_be_unpacked_within_bounds_is_said(method):
    (blob,) = unpacked("a.zip", zipped({"a.ipynb": LEAK}, method))
    assert blob.problem == "not scanned: packed in another way than stored or deflated"


def test_encrypted_and_damaged_archives_are_said(tmp_path):
    raw = bytearray(zipped({"a.ipynb": LEAK}))
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    raw[6] |= 1
    assert [blob.problem for blob in unpacked("a.zip", bytes(raw))] == ["not scanned: encrypted"]
    whole = zipped({"a.ipynb": LEAK})
    assert [blob.problem for blob in unpacked("a.zip", whole[:-30])] == ["can't be unpacked: a damaged zip file"]
    spoiled = whole[:60] + bytes(20) + whole[80:]
    assert [blob.problem for blob in unpacked("a.zip", spoiled)] == ["can't be unpacked: damaged"]
    assert unpacked("a.ipynb.gz", gzip.compress(LEAK)[:-20])[0].problem == "can't be unpacked: damaged"
    (tmp_path / "a.zip").write_bytes(spoiled)
    assert [skipped.path for skipped in report_of(tmp_path, "a.zip").skipped] == ["a.zip!/a.ipynb"]


def test_a_file_that_is_only_called_zip_is_an_ordinary_file(tmp_path):
    """A pointer of Git LFS, for one."""
    (tmp_path / "a.zip").write_text(f"version https://git-lfs.github.com/spec/v1\n# {TOKEN}\n")
    report = report_of(tmp_path, "a.zip")
    assert [(finding.path, finding.rule) for finding in report.findings] == [("a.zip", "dwave-sapi-token")]
    assert report.skipped == ()


def tarred(members, mode="w:gz"):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        for name, raw in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(raw)
            archive.addfile(header, io.BytesIO(raw))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.TGZ", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")],
)
def test_notebooks_in_tar_archives_are_scanned(tmp_path, name, mode):
    long = "d" * 150 + "/b.ipynb"
    (tmp_path / name).write_bytes(
        tarred({"x.py": b"x = 1", "../up.ipynb": LEAK, long: LEAK, "/etc/c.ipynb": LEAK}, mode)
    )
    report = report_of(tmp_path, name)
    # A tar archive that isn't packed shows the token by itself too.
    found = sorted(finding.path for finding in report.findings if finding.path != "a.tar")
    assert found == sorted(f"{name}!/{member}" for member in ("up.ipynb", long, "etc/c.ipynb"))
    assert report.skipped == ()
    assert sorted(os.listdir(tmp_path)) == [name], "nothing is written"


def test_the_oldest_tar_form_and_concatenated_packings_are_read():
    raw = tarred({"a.ipynb": LEAK}, "w")
    old = bytearray(raw)
    old[257:512] = bytes(255)
    old[148:156] = b"%06o\0 " % (sum(old[:148]) + sum(old[156:512]) + 8 * 32)
    assert [blob.raw == LEAK for blob in unpacked("a.tar", bytes(old))] == [True]
    for packing in (gzip.compress, bz2.compress, lzma.compress):
        ending = {"gzip": "gz", "bz2": "bz2", "lzma": "xz"}[packing.__module__]
        half = len(LEAK) // 2
        packed = packing(LEAK[:half]) + packing(LEAK[half:])
        assert [blob.raw == LEAK for blob in unpacked(f"a.ipynb.{ending}", packed)] == [True]
        assert unpacked(f"a.ipynb.{ending}", packed[:-9])[0].problem == "can't be unpacked: damaged"


def test_links_and_devices_are_passed_over():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            header = tarfile.TarInfo(f"{number}.ipynb")
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
    assert unpacked("a.tar.gz", target.getvalue()) == []


def test_archives_in_archives_are_opened_so_deep_and_no_deeper():
    inner = zipped({"a.ipynb": LEAK})
    for depth, packed in enumerate((inner, tarred({"1.whl": inner}), zipped({"2.tgz": tarred({"1.zip": inner})}))):
        name = "a.tar.gz" if depth == 1 else "a.zip"
        assert [blob.raw == LEAK for blob in unpacked(name, packed)] == [True]
    deep = zipped({"3.zip": zipped({"2.tgz": tarred({"1.zip": inner})})})
    assert [blob.problem for blob in unpacked("a.zip", deep)] == ["not scanned: an archive inside 3 others"]


@pytest.mark.slow
def test_bombs_of_tar_and_of_archives_in_archives_are_bounded(monkeypatch):
    bomb = tarred({"a.ipynb": LEAK, "bomb.ipynb": bytes(80_000_000), "b.ipynb": LEAK}, "w:bz2")
    assert [(blob.path, blob.problem) for blob in unpacked("a.tar.bz2", bomb)] == [
        ("a.tar.bz2!/a.ipynb", ""),
        ("a.tar.bz2", "not scanned to its end: unpacks to more than 10 MB"),
    ]
    monkeypatch.setattr(archives, "MOST_BYTES", 3 * len(LEAK))
    many = zipped({f"{number}.zip": zipped({"a.ipynb": LEAK, "b.ipynb": LEAK}) for number in range(4)})
    blobs = unpacked("a.zip", many)
    assert sum(len(blob.raw) for blob in blobs) <= 3 * len(LEAK)
    assert any("unpacks to more than" in blob.problem for blob in blobs)


def test_tar_archives_hold_no_more_than_they_may(monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    blobs = unpacked("a.tar", tarred({"x": b"", "a.ipynb": LEAK, "b.ipynb": LEAK}, "w"))
    assert [blob.problem for blob in blobs] == ["", "", "only 2 of its files were looked through"]
    (blob,) = unpacked("a.tar", tarred({"a.ipynb": LEAK}, "w"), limit=10)
    assert blob.problem.startswith("not scanned: unpacks to more than ")


def headed(kind, body, name="h"):
    header = tarfile.TarInfo(name)
    header.type, header.size = kind, len(body)
    return header.tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % 512)


@pytest.mark.parametrize(
    "hostile",
    [
        headed(tarfile.GNUTYPE_LONGNAME, b"a.ipynb\0") * 3000,
        headed(tarfile.XHDTYPE, b"16 path=a.ipynb\n") * 3000,
        # Each member would go through all of these again.
        headed(tarfile.XGLTYPE, b"".join(b"14 k%07d=v\n" % number for number in range(5000))),
        # Python before 3.11.10 takes half an hour for it (CVE-2024-6232).
        headed(tarfile.XHDTYPE, b"1" * 1_000_000),
    ],
    ids=["long names", "attributes", "attributes for all", "digits"],
)
def test_headers_that_cost_more_than_they_weigh_are_damage(hostile):
    """Python calls itself for each header before a member, and its own exceptions aren't all that comes of it."""
    blobs = unpacked("a.tar", hostile + tarred({"a.ipynb": LEAK}, "w"))
    assert [blob.problem for blob in blobs] == ["can't be unpacked to its end: a damaged tar file"]


def test_attributes_that_git_and_tar_write_are_read():
    target = io.BytesIO()
    with tarfile.open(
        fileobj=target, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "f" * 40}
    ) as archive:
        for number in range(3):
            header = tarfile.TarInfo("é" * 200 + f"{number}.ipynb")
            header.size, header.mtime, header.pax_headers = len(LEAK), 1.5, {"SCHILY.xattr.user.x": "1" * 150}
            archive.addfile(header, io.BytesIO(LEAK))
    assert [blob.raw == LEAK for blob in unpacked("a.tar", target.getvalue())] == [True] * 3


def test_a_sparse_file_is_not_blown_up():
    """Half a kilobyte of it stands for any number of zeros, which aren't in the stream that is bounded."""
    header = tarfile.TarInfo("a.ipynb")
    header.type = tarfile.GNUTYPE_SPARSE
    raw = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    raw[386:410] = b"00000000000\0" * 2
    raw[483:495] = b"%011o\0" % 500_000_000
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + sum(raw[156:512]) + 8 * 32)
    (blob,) = unpacked("a.tar", bytes(raw) + bytes(1024))
    assert (blob.raw, blob.problem) == (b"", "not scanned: packed as a sparse file")


def test_damage_in_a_tar_archive_is_said():
    """Python takes a header that is none for the end, and what stands behind it would be hidden."""
    raw = bytearray(tarred({"a.ipynb": LEAK, "b.ipynb": LEAK}, "w"))
    second = 512 + -(-len(LEAK) // 512) * 512
    raw[second + 148 : second + 156] = b"7777777\0"
    said = "can't be unpacked to its end: a damaged tar file"
    assert [blob.problem for blob in unpacked("a.tar", bytes(raw))] == ["", said]
    packed = gzip.compress(bytes(raw))
    assert [blob.problem for blob in unpacked("a.tgz", packed[:-40])][-1] == said
    huge = tarfile.TarInfo("x" * 200).tobuf(tarfile.GNU_FORMAT)
    header = bytearray(huge[:512])
    header[124:136] = b"77777777777\0"
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:512]) + 8 * 32)
    assert [blob.problem for blob in unpacked("a.tar", bytes(header) + bytes(1024))] == [said]
