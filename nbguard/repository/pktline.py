"""Git's packet lines: four hexadecimal digits of length, then that many bytes; 0000 ends a list.

Format: https://git-scm.com/docs/gitprotocol-common#_pkt_line_format
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LONGEST = 65516
_FLUSH = b"0000"


_DIGITS = frozenset(b"0123456789abcdefABCDEF")


class MalformedPacketError(NbguardError):
    """What stands where a packet's length belongs is none."""


def read_packets(stream: BinaryIO) -> Iterator[bytes]:
    """The packets up to the next flush. Raises EOFError where the stream ends before, or MalformedPacketError."""
    while True:
        head = stream.read(4)
        if len(head) < 4:
            raise EOFError
        length = int(head, 16) if _DIGITS.issuperset(head) else 1
        if not length:
            return
        if length < 4:  # 0001 to 0003 mean other things in other protocols, and nothing in this one
            raise MalformedPacketError("no packet line")
        packet = stream.read(length - 4)
        if len(packet) < length - 4:
            raise EOFError
        yield packet


def read_list(stream: BinaryIO) -> list[str]:
    """The lines up to the next flush, without their line feeds. Raises EOFError where the stream ends before."""
    return [packet.removesuffix(b"\n").decode("utf-8", "surrogateescape") for packet in read_packets(stream)]


def read_content(stream: BinaryIO) -> bytes:
    """The content up to the next flush."""
    return b"".join(read_packets(stream))


def format_list(*lines: str) -> bytes:
    """A list of lines as packets, with the flush that ends it."""
    return b"".join(_packet(f"{line}\n".encode("utf-8", "surrogateescape")) for line in lines) + _FLUSH


def format_content(content: bytes) -> bytes:
    """Content of any length as packets, with the flush that ends it."""
    view = memoryview(content)
    pieces: list[bytes | memoryview] = []
    for start in range(0, len(content), _LONGEST):
        piece = view[start : start + _LONGEST]
        pieces += (b"%04x" % (len(piece) + 4), piece)
    pieces.append(_FLUSH)
    return b"".join(pieces)


def _packet(line: bytes) -> bytes:
    return b"%04x%b" % (len(line) + 4, line)
