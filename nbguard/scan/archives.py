"""Takes files out of archives and documents: zip files and wheels, tar archives, packed files, Office files, PDF.

What a member claims about its size is not believed: it is unpacked up to a bound and no further. Archives in archives
are opened too, up to three in each other, and share one bound.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nbguard.scan.blobs import (
    CLOSED_MARKS,
    OFFICE,
    PACKED,
    PACKED_MARKS,
    PDF,
    TARS,
    ZIP_MARKS,
    ZIPS,
    Blob,
    may_hold_files,
)

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

# How many files are taken out of one archive, and their bytes in all.
MOST_MEMBERS = 100_000
MOST_BYTES = 500_000_000
# How many archives may lie in each other.
DEEPEST = 3
# Notebooks shrink to a tenth, rarely to a fiftieth. What shrinks more is none; below the free size it doesn't matter.
STEEPEST = 200
FREE_BYTES = 10_000_000
_CHUNK = 1 << 20
_SHEETS = (".xlsx", ".xlsm")
# What stands behind the first four bytes of bzip2: a block, or the end of an empty file.
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")


class _Bounds:
    """What may still be taken out of an archive and those in it."""

    def __init__(self) -> None:
        self.bytes = MOST_BYTES
        self.members = MOST_MEMBERS


def unpack_members(blob: Blob, limit: int) -> Iterator[Blob] | None:
    """The files in an archive, each with the path ``archive!/member``; None where the file is no archive.

    A file of more than ``limit`` bytes, an archive that unpacks to far more than it weighs or holds too many
    members, an encrypted or damaged member: each comes as a blob without bytes and with its problem.
    """
    return _unpack(blob, limit, _Bounds(), 1) if may_hold_files(blob.path, blob.raw) else None


def _unpack(blob: Blob, limit: int, bounds: _Bounds, depth: int) -> Iterator[Blob] | None:
    members = _open(blob, limit, bounds)
    if members is None:
        return None
    if depth > DEEPEST:
        reason = f"not scanned: an archive inside {DEEPEST} others"
        return iter((Blob(blob.path, b"", reason, packed=True),))
    return _with_inner(members, limit, bounds, depth)


def _with_inner(members: Iterator[Blob], limit: int, bounds: _Bounds, depth: int) -> Iterator[Blob]:
    """The members, and in the place of an archive among them what is in it; tables of sheets are read as a whole."""
    for member in members:
        inner = None
        if not member.problem and may_hold_files(member.path, member.raw):
            inner = _unpack(member, limit, bounds, depth + 1)
        if inner is None or member.path.lower().endswith(_SHEETS):
            yield member
        yield from inner or ()


def _open(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob] | None:
    """The files in an archive, by its name or by how it begins; None where it is none."""
    name = blob.path.lower()
    if name.endswith(OFFICE):
        return _unpack_office(blob, limit, bounds) if _is_zip(blob.raw) else _open_by_marks(blob, limit, bounds)
    if name.endswith(ZIPS):
        return _unpack_zip(blob, limit, bounds) if _is_zip(blob.raw) else _open_by_marks(blob, limit, bounds)
    if name.endswith(PDF):
        return _read_pdf(blob, limit, bounds) or _open_by_marks(blob, limit, bounds)
    return _open_tar(name, blob, limit, bounds) or _open_by_marks(blob, limit, bounds)


def _open_tar(name: str, blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob] | None:
    packing = next((packing for ending, packing in TARS.items() if name.endswith(ending)), None)
    if packing is None:
        return None
    from nbguard.scan.tar_archives import is_packed

    if is_packed(blob.raw, packing) if packing else _is_tar(blob.raw):
        return _unpack_tar(blob, packing, limit, bounds)
    return None


def _open_by_marks(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob] | None:
    """What begins as an archive is one, under any name: nothing else begins so."""
    raw = blob.raw
    if raw.startswith(ZIP_MARKS):
        return _unpack_zip(blob, limit, bounds)
    packing = next((packing for mark, packing in PACKED_MARKS.items() if raw.startswith(mark)), "")
    if packing and (packing != "bz2" or raw[4:10] in _BZIP2_BLOCKS):
        return iter((_unpack_one(blob, packing, limit, bounds),))
    closed = next((what for mark, what in CLOSED_MARKS.items() if raw.startswith(mark)), "")
    return iter((Blob(blob.path, b"", f"not looked into: {closed}", packed=True),)) if closed else None


def _is_zip(raw: bytes) -> bool:
    """Whether zip's directory is at the end, as where a program to unpack it stands in front, or its mark in front."""
    import zipfile

    return raw.startswith(ZIP_MARKS) or zipfile.is_zipfile(BytesIO(raw))


def _join(archive: str, member: str) -> str:
    """A member's path, with ``..`` and a leading ``/`` left out, as tar and unzip do."""
    parts = member.replace(chr(92), "/").split("/")
    return f"{archive}!/{'/'.join(part for part in parts if part not in ('', '.', '..'))}"


def _is_tar(raw: bytes) -> bool:
    # The oldest form has no mark, but numbers where the owner is.
    return raw[257:262] == b"ustar" or (len(raw) % 512 == 0 and raw[100:108].strip(b" \0").isdigit())


def _unpack_one(blob: Blob, packing: str, limit: int, bounds: _Bounds) -> Blob:
    from nbguard.scan.tar_archives import unpack_one

    name = blob.path.replace(chr(92), "/").rpartition("/")[2]
    name = name.rpartition(".")[0] if name.lower().endswith(tuple(PACKED)) else name
    limit = min(limit, bounds.bytes, max(FREE_BYTES, STEEPEST * len(blob.raw)))
    _, raw, problem = unpack_one(blob.raw, packing, limit)
    bounds.bytes -= limit if problem else len(raw)
    return Blob(_join(blob.path, name), raw, problem, packed=True)


def _unpack_tar(blob: Blob, packing: str, limit: int, bounds: _Bounds) -> Iterator[Blob]:
    from nbguard.scan.tar_archives import read_tar

    whole = min(bounds.bytes, max(FREE_BYTES, STEEPEST * len(blob.raw))) if packing else len(blob.raw)
    for name, raw, problem in read_tar(blob.raw, packing, limit, whole):
        bounds.members -= 1
        bounds.bytes -= len(raw)
        if bounds.members < 0:
            yield Blob(blob.path, b"", f"only {MOST_MEMBERS:,} of its files were looked through", packed=True)
            return
        yield Blob(_join(blob.path, name) if name else blob.path, raw, problem, packed=True)


def _unpack_zip(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob]:
    import zipfile

    try:
        with zipfile.ZipFile(BytesIO(blob.raw)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            taken = members[: bounds.members]
            if len(members) > len(taken):
                reason = f"holds {len(members):,} files; only {len(taken):,} were looked through"
                yield Blob(blob.path, b"", reason, packed=True)
            bounds.members -= len(taken)
            for number, member in enumerate(taken):
                if bounds.bytes <= 0:
                    reason = f"unpacks to more than {MOST_BYTES // 1_000_000} MB; {number} files of it were scanned"
                    yield Blob(blob.path, b"", reason, packed=True)
                    break
                raw, problem, unpacked = _read_member(archive, member, min(limit, bounds.bytes))
                bounds.bytes -= unpacked
                yield Blob(_join(blob.path, member.filename), raw, problem, packed=True)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        yield Blob(blob.path, b"", "can't be unpacked: a damaged zip file", packed=True)


def _unpack_office(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob]:
    """The members of an Office document; of those with text, the text. Its sheets are read as tables elsewhere."""
    from nbguard.scan.office_text import is_text_part, text_of_part

    sheets = blob.path.lower().endswith(_SHEETS)
    for packed in _unpack_zip(blob, limit, bounds):
        member = packed._replace(samples=not sheets)
        if member.problem or not is_text_part(member.path.rpartition("!/")[2]):
            yield member
            continue
        text, whole = text_of_part(member.raw)
        if text.strip():
            yield member._replace(raw=text.encode("utf-8", "replace"))
        if not whole:
            # What it says is looked at all the same, as far as its markup lets it be seen.
            yield member
            yield member._replace(raw=b"", problem="can't be read to its end: damaged")


def _read_pdf(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob] | None:
    from nbguard.scan.pdf_text import is_pdf, read_pdf

    if not is_pdf(blob.raw):
        return None
    pages, problem = read_pdf(blob.raw, min(limit, bounds.bytes))
    texts = [(number, text.encode("utf-8", "replace")) for number, text in pages]
    bounds.bytes -= sum(len(text) for _, text in texts)
    read = [Blob(f"{blob.path}!/page {number}", text, packed=True) for number, text in texts]
    return iter([*read, Blob(blob.path, b"", problem, packed=True)] if problem else read)


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
