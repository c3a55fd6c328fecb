"""Takes files out of tar archives and single packed files, in memory and within bounds.

Nothing is ever extracted to disk, so a member's name (``..``, absolute, anything) is only text. Links, devices and
folders hold nothing of their own and are passed over.
"""

from __future__ import annotations

import bz2
import lzma
import tarfile
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_PIECE = 1 << 16
# A long name or attributes of a member: more than this is no name.
_LONGEST_HEADER = 1 << 20
# Attributes for all that follows, in all: tarfile goes through them again for each member. git has 52 bytes of them.
_MOST_GLOBAL = 1 << 12
# Headers that stand before one member: tarfile recurses for each.
_MOST_HEADERS = 16
# Before 3.11.10, tarfile takes quadratic time for digits in attributes (CVE-2024-6232).
_LONG_NUMBER = lazy_regex(rb"[0-9]{200}")
# The window that xz may ask for: its strongest preset takes 65 MB.
_XZ_MEMORY = 1 << 27
_MAGIC = {"gz": b"\x1f\x8b", "bz2": b"BZh", "xz": b"\xfd7zXZ\x00"}
_DAMAGED = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, zlib.error, lzma.LZMAError)


class TooMuchError(Exception):
    """A stream unpacks to more than it may."""


class ArchiveMember(NamedTuple):
    """A file in an archive; ``problem`` says why its bytes aren't there. A problem without a name is the archive's."""

    name: str
    raw: bytes
    problem: str = ""


def is_packed(raw: bytes, packing: str) -> bool:
    """Whether bytes begin as ``packing`` (gz, bz2 or xz) does."""
    return raw.startswith(_MAGIC[packing])


def unpack_one(raw: bytes, packing: str, limit: int) -> ArchiveMember:
    """The file in a packed one, of ``limit`` bytes at most."""
    try:
        return ArchiveMember("", b"".join(_bounded(_unpack(raw, packing), limit)))
    except TooMuchError:
        return ArchiveMember("", b"", f"not scanned: unpacks to more than {limit // 1_000_000} MB")
    except _DAMAGED:
        return ArchiveMember("", b"", "can't be unpacked: damaged")


def read_tar(raw: bytes, packing: str, limit: int, whole: int) -> Iterator[ArchiveMember]:
    """The files of a tar archive, each of ``limit`` bytes at most, the stream of ``whole`` bytes at most.

    ``packing`` is gz, bz2, xz or empty. A file over the limit, a stream over its bound, and damage come as problems.
    """
    chunks = _unpack(raw, packing) if packing else iter((raw,))
    broken: list[bool] = []
    try:
        reader: Any = _Reader(_bounded(chunks, whole))
        archive: Any = tarfile.open(fileobj=reader, mode="r|", bufsize=_PIECE, tarinfo=_headers(broken))  # noqa: SIM115
        with archive:
            while (member := archive.next()) is not None:
                archive.members = []  # else every header is kept
                if not member.isreg():
                    continue
                if member.issparse():
                    # 500 bytes of it can be any number of zeros, and no bound on the stream would notice.
                    yield ArchiveMember(member.name, b"", "not scanned: packed as a sparse file")
                    continue
                file = archive.extractfile(member)
                content = file.read(limit + 1) if file is not None else b""
                if len(content) > limit:
                    yield ArchiveMember(member.name, b"", f"not scanned: unpacks to more than {limit // 1_000_000} MB")
                elif len(content) < member.size:
                    yield ArchiveMember(member.name, b"", "can't be unpacked: damaged")
                else:
                    yield ArchiveMember(member.name, content)
    except TooMuchError:
        yield ArchiveMember("", b"", f"not scanned to its end: unpacks to more than {whole // 1_000_000} MB")
    except _DAMAGED:
        broken.append(True)
    if broken:
        yield ArchiveMember("", b"", "can't be unpacked to its end: a damaged tar file")


def _headers(broken: list[bool]) -> type[tarfile.TarInfo]:
    """What reads headers, says of one that is none (tarfile takes it for the end), and raises for what is too much."""
    long = (
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    )
    in_a_row = everywhere = 0

    class TolerantHeader(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: Any, encoding: Any, errors: str) -> Any:
            nonlocal in_a_row, everywhere
            try:
                header = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError:
                # An archive ends with zeros, or just so.
                if buf and buf.strip(b"\0"):
                    broken.append(True)
                raise
            in_a_row = in_a_row + 1 if header.type in long else 0
            everywhere += header.size if header.type == tarfile.XGLTYPE else 0
            if header.size < 0 or (in_a_row and header.size > _LONGEST_HEADER):
                raise ValueError
            if in_a_row > _MOST_HEADERS or everywhere > _MOST_GLOBAL:
                raise ValueError
            return header

        def _proc_pax(self, archive: Any) -> Any:
            stream = archive.fileobj
            attributes = stream.read(-(-self.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE)
            if _LONG_NUMBER.search(attributes):
                raise ValueError
            archive.fileobj = _Again(attributes, stream)
            try:
                read: Any = super()
                return read._proc_pax(archive)  # noqa: SLF001 - where tarfile reads attributes
            finally:
                archive.fileobj = stream

    return TolerantHeader


class _Again:
    """A stream that gives some bytes first, in one piece: those that were read from it already."""

    def __init__(self, first: bytes, stream: Any) -> None:
        self._first = first
        self._stream = stream

    def read(self, size: int) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Reader:
    """Chunks as a file that tarfile reads from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._at = 0

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0:
            if self._at >= len(self._chunk):
                self._chunk, self._at = next(self._chunks, b""), 0
                if not self._chunk:
                    break
            part = self._chunk[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)


def _bounded(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise TooMuchError
        yield chunk


def _unpack(raw: bytes, packing: str) -> Iterator[bytes]:
    """The unpacked bytes, a chunk at a time; several packed streams one after the other are one."""
    engine, at, pending = _make_engine(packing), 0, b""
    while True:
        if engine.eof:
            at -= len(engine.unused_data)
            if not is_packed(raw[at : at + 6], packing):
                return
            engine, pending = _make_engine(packing), b""
        ended = at >= len(raw)
        if not pending and getattr(engine, "needs_input", True):
            pending = raw[at : at + _PIECE]
            at += len(pending)
        chunk = engine.decompress(pending, _CHUNK)
        pending = getattr(engine, "unconsumed_tail", b"")
        if chunk:
            yield chunk
        elif ended and not engine.eof and not pending:
            raise EOFError


def _make_engine(packing: str) -> Any:
    if packing == "gz":
        return zlib.decompressobj(31)
    return bz2.BZ2Decompressor() if packing == "bz2" else lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
