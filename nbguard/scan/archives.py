"""Takes notebooks out of archives: ``.zip`` files that hold some, and ``.ipynb.gz``.

What a member claims about its size is not believed: it is unpacked up to a bound and no further.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nbguard.scan.sources import Blob

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

# How many members are looked through and how many notebooks taken out of one archive, and their bytes in all.
MOST_MEMBERS = 100_000
MOST_NOTEBOOKS = 2_000
MOST_BYTES = 500_000_000
# Notebooks shrink to a tenth, rarely to a fiftieth. What shrinks more is none; below the free size it doesn't matter.
STEEPEST = 200
FREE_BYTES = 10_000_000
_CHUNK = 1 << 20
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP_MARK = b"\x1f\x8b"


def unpack_notebooks(blob: Blob, limit: int) -> Iterator[Blob]:
    """The notebooks in an archive, each with the path ``archive!/member``; none where the file is no archive.

    A notebook of more than ``limit`` bytes, an archive that unpacks to far more than it weighs or holds too many
    members, an encrypted or damaged member: each comes as a blob without bytes and with its problem.
    """
    name = blob.path.lower()
    if name.endswith(".zip") and blob.raw.startswith(_ZIP_MARKS):
        yield from _unpack_zip(blob, limit)
    elif name.endswith(".ipynb.gz") and blob.raw.startswith(_GZIP_MARK):
        yield _unpack_gzip(blob, limit)


def _unpack_gzip(blob: Blob, limit: int) -> Blob:
    import gzip
    import zlib

    path = f"{blob.path}!/{blob.path.replace(chr(92), '/').rpartition('/')[2][:-3]}"
    limit = min(limit, MOST_BYTES, max(FREE_BYTES, STEEPEST * len(blob.raw)))
    try:
        with gzip.GzipFile(fileobj=BytesIO(blob.raw)) as file:
            raw = file.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        return Blob(path, b"", "can't be unpacked: damaged", packed=True)
    if len(raw) > limit:
        return Blob(path, b"", f"not scanned: unpacks to more than {limit // 1_000_000} MB", packed=True)
    return Blob(path, raw, packed=True)


def _unpack_zip(blob: Blob, limit: int) -> Iterator[Blob]:
    import zipfile

    try:
        with zipfile.ZipFile(BytesIO(blob.raw)) as archive:
            members = archive.infolist()
            notebooks = [member for member in members[:MOST_MEMBERS] if member.filename.lower().endswith(".ipynb")]
            if len(members) > MOST_MEMBERS:
                reason = f"holds {len(members):,} files; only {MOST_MEMBERS:,} were looked through"
                yield Blob(blob.path, b"", reason, packed=True)
            if len(notebooks) > MOST_NOTEBOOKS:
                reason = f"holds {len(notebooks):,} notebooks; only {MOST_NOTEBOOKS:,} were scanned"
                yield Blob(blob.path, b"", reason, packed=True)
            left = MOST_BYTES
            for number, member in enumerate(notebooks[:MOST_NOTEBOOKS]):
                if left <= 0:
                    reason = f"unpacks to more than {MOST_BYTES // 1_000_000} MB; {number} notebooks of it were scanned"
                    yield Blob(blob.path, b"", reason, packed=True)
                    break
                raw, problem, unpacked = _read_member(archive, member, min(limit, left))
                yield Blob(f"{blob.path}!/{member.filename}", raw, problem, packed=True)
                left -= unpacked
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        yield Blob(blob.path, b"", "can't be unpacked: a damaged zip file", packed=True)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> tuple[bytes, str, int]:
    """A member's bytes or why there are none, and how many bytes were unpacked for that."""
    import zlib
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

    if member.flag_bits & 1:
        return b"", "not scanned: encrypted", 0
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # The others unpack without a bound: 4 kB of bzip2 can be gigabytes.
        return b"", "not scanned: packed in another way than stored or deflated", 0
    limit = min(limit, max(FREE_BYTES, STEEPEST * member.compress_size))
    chunks, size = [], 0
    try:
        with archive.open(member) as file:
            while size <= limit and (chunk := file.read(min(_CHUNK, limit + 1 - size))):
                chunks.append(chunk)
                size += len(chunk)
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, zlib.error):
        return b"", "can't be unpacked: damaged", size
    if size > limit:
        return b"", f"not scanned: unpacks to more than {limit // 1_000_000} MB", size
    return b"".join(chunks), "", size
