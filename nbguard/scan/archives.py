"""Takes notebooks out of archives: zip files and wheels, tar archives, and single packed notebooks.

What a member claims about its size is not believed: it is unpacked up to a bound and no further. Archives in archives
are opened too, up to three in each other, and share one bound.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nbguard.scan.blobs import ARCHIVES, PACKED_NOTEBOOKS, TARS, ZIPS, Blob

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

# How many members are looked through and how many notebooks taken out of one archive, and their bytes in all.
MOST_MEMBERS = 100_000
MOST_NOTEBOOKS = 2_000
MOST_BYTES = 500_000_000
# How many archives may lie in each other.
DEEPEST = 3
# Notebooks shrink to a tenth, rarely to a fiftieth. What shrinks more is none; below the free size it doesn't matter.
STEEPEST = 200
FREE_BYTES = 10_000_000
_CHUNK = 1 << 20
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class _Bounds:
    """What may still be taken out of an archive and those in it."""

    def __init__(self) -> None:
        self.bytes = MOST_BYTES
        self.members = MOST_MEMBERS
        self.notebooks = MOST_NOTEBOOKS


def is_archive(path: str) -> bool:
    """Whether a file's name is that of an archive that is opened."""
    return path.lower().endswith(ARCHIVES)


def unpack_notebooks(blob: Blob, limit: int) -> Iterator[Blob]:
    """The notebooks in an archive, each with the path ``archive!/member``; none where the file is no archive.

    A notebook of more than ``limit`` bytes, an archive that unpacks to far more than it weighs or holds too many
    members, an encrypted or damaged member: each comes as a blob without bytes and with its problem.
    """
    if is_archive(blob.path):
        yield from _unpack(blob, limit, _Bounds(), 1)


def _unpack(blob: Blob, limit: int, bounds: _Bounds, depth: int) -> Iterator[Blob]:
    members = _open(blob, limit, bounds)
    if members is None:
        return
    if depth > DEEPEST:
        yield Blob(blob.path, b"", f"not scanned: an archive inside {DEEPEST} others", packed=True)
        return
    for member in members:
        if member.problem or not is_archive(member.path):
            yield member
        else:
            yield from _unpack(member, limit, bounds, depth + 1)


def _open(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob] | None:
    """The notebooks and archives in an archive; None where its name promises more than there is."""
    name, raw = blob.path.lower(), blob.raw
    if name.endswith(ZIPS):
        return _unpack_zip(blob, limit, bounds) if raw.startswith(_ZIP_MARKS) else None
    from nbguard.scan.tar_archives import is_packed

    for ending, packing in PACKED_NOTEBOOKS.items():
        if name.endswith(ending):
            return iter((_unpack_one(blob, packing, limit, bounds),)) if is_packed(raw, packing) else None
    packing = next(packing for ending, packing in TARS.items() if name.endswith(ending))
    if is_packed(raw, packing) if packing else _is_tar(raw):
        return _unpack_tar(blob, packing, limit, bounds)
    return None


def _join(archive: str, member: str) -> str:
    """A member's path, with ``..`` and a leading ``/`` left out, as tar and unzip do."""
    parts = member.replace(chr(92), "/").split("/")
    return f"{archive}!/{'/'.join(part for part in parts if part not in ('', '.', '..'))}"


def _is_tar(raw: bytes) -> bool:
    # The oldest form has no mark, but numbers where the owner is.
    return raw[257:262] == b"ustar" or (len(raw) % 512 == 0 and raw[100:108].strip(b" \0").isdigit())


def _wanted(name: str) -> bool:
    return name.lower().endswith(".ipynb") or is_archive(name)


def _unpack_one(blob: Blob, packing: str, limit: int, bounds: _Bounds) -> Blob:
    from nbguard.scan.tar_archives import unpack_one

    name = blob.path.replace(chr(92), "/").rpartition("/")[2][: -1 - len(packing)]
    limit = min(limit, bounds.bytes, max(FREE_BYTES, STEEPEST * len(blob.raw)))
    _, raw, problem = unpack_one(blob.raw, packing, limit)
    bounds.bytes -= len(raw) or limit
    return Blob(_join(blob.path, name), raw, problem, packed=True)


def _unpack_tar(blob: Blob, packing: str, limit: int, bounds: _Bounds) -> Iterator[Blob]:
    from nbguard.scan.tar_archives import read_tar

    whole = min(bounds.bytes, max(FREE_BYTES, STEEPEST * len(blob.raw))) if packing else len(blob.raw)
    for name, raw, problem in read_tar(blob.raw, packing, limit, whole, _wanted):
        bounds.members -= 1
        bounds.bytes -= len(raw)
        if bounds.members < 0:
            yield Blob(blob.path, b"", f"only {MOST_MEMBERS:,} of its files were looked through", packed=True)
            return
        if problem and not name:
            yield Blob(blob.path, b"", problem, packed=True)
        elif problem or _wanted(name):
            bounds.notebooks -= 1
            if bounds.notebooks < 0:
                yield Blob(blob.path, b"", f"only {MOST_NOTEBOOKS:,} of its notebooks were scanned", packed=True)
                return
            yield Blob(_join(blob.path, name), raw, problem, packed=True)


def _unpack_zip(blob: Blob, limit: int, bounds: _Bounds) -> Iterator[Blob]:
    import zipfile

    try:
        with zipfile.ZipFile(BytesIO(blob.raw)) as archive:
            members = archive.infolist()
            notebooks = [member for member in members[: bounds.members] if _wanted(member.filename)]
            if len(members) > bounds.members:
                reason = f"holds {len(members):,} files; only {bounds.members:,} were looked through"
                yield Blob(blob.path, b"", reason, packed=True)
            if len(notebooks) > bounds.notebooks:
                reason = f"holds {len(notebooks):,} notebooks; only {bounds.notebooks:,} were scanned"
                yield Blob(blob.path, b"", reason, packed=True)
            taken = notebooks[: bounds.notebooks]
            bounds.members -= min(len(members), bounds.members)
            bounds.notebooks -= len(taken)
            for number, member in enumerate(taken):
                if bounds.bytes <= 0:
                    reason = f"unpacks to more than {MOST_BYTES // 1_000_000} MB; {number} notebooks of it were scanned"
                    yield Blob(blob.path, b"", reason, packed=True)
                    break
                raw, problem, unpacked = _read_member(archive, member, min(limit, bounds.bytes))
                bounds.bytes -= unpacked
                yield Blob(_join(blob.path, member.filename), raw, problem, packed=True)
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
