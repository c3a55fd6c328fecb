"""Reads from a photograph's EXIF data whether it says where it was taken: JPEG, PNG, WebP and TIFF."""

from __future__ import annotations

_PNG = b"\x89PNG\r\n\x1a\n"
_ORDERS = {b"II*\0": False, b"MM\0*": True}
# Bytes of a JPEG in which its EXIF segment begins; blocks and entries that are looked at.
_HEAD, _BLOCKS, _ENTRIES = 4096, 200, 512
_GPS, _LATITUDE = 0x8825, 2


def is_photograph(raw: bytes) -> bool:
    """Whether a file's bytes are a picture's that can have EXIF data; a PNG or WebP without any isn't meant."""
    if raw.startswith(b"\xff\xd8\xff\xe1") or raw[:4] in _ORDERS:
        return True
    return (raw.startswith(_PNG) and b"eXIf" in raw) or (raw[8:12] == b"WEBP" and b"EXIF" in raw)


def has_position(data: bytes) -> bool:
    """Whether a picture says where it was taken: a GPS directory with a latitude (EXIF 2.32, 4.6.6)."""
    exif = _exif(data)
    big = _ORDERS.get(exif[:4])
    if big is None:
        return False

    def number(offset: int, size: int) -> int:
        return int.from_bytes(exif[offset : offset + size], "big" if big else "little")

    def entries(offset: int) -> dict[int, int]:
        count = min(number(offset, 2), _ENTRIES)
        return {number(place, 2): number(place + 8, 4) for place in range(offset + 2, offset + 2 + 12 * count, 12)}

    position = entries(number(4, 4)).get(_GPS)
    return bool(position) and _LATITUDE in entries(position or 0)


def _exif(data: bytes) -> bytes:
    """The EXIF data of a picture, which are laid out as a TIFF file; empty where there are none."""
    if data[:4] in _ORDERS:
        return data
    if data.startswith(_PNG):
        return _block(data, 8, b"eXIf", "big", 4)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _block(data, 12, b"EXIF", "little", 0).removeprefix(b"Exif\0\0")
    at = data.find(b"Exif\0\0", 0, _HEAD)
    return data[at + 6 :] if at >= 0 else b""


def _block(data: bytes, at: int, wanted: bytes, order: str, checksum: int) -> bytes:
    """The content of a block of a PNG (length, name, content, checksum) or of a WebP (name, length, content)."""
    for _ in range(_BLOCKS):
        head = data[at : at + 8]
        if len(head) < 8:
            break
        name, length = (head[4:], head[:4]) if order == "big" else (head[:4], head[4:])
        size = int.from_bytes(length, "big" if order == "big" else "little")
        if name == wanted:
            return data[at + 8 : at + 8 + size]
        at += 8 + size + checksum + (size % 2 if order == "little" else 0)
    return b""
