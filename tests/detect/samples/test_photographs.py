"""A picture that says where it was taken is found in every format that can say so; one that doesn't isn't."""

from __future__ import annotations

import struct
import zlib

import pytest

from nbguard.tables.files.exif import has_position
from tests.command_line import nbguard


def exif(position: bool, big: bool = False) -> bytes:
    """EXIF data with a camera's orientation, and a latitude where a position is wanted (EXIF 2.32)."""
    order = ">" if big else "<"
    entry = struct.pack(order + "HHII", 0x8825, 4, 1, 26) if position else struct.pack(order + "HHII", 0x0112, 3, 1, 1)
    directory = struct.pack(order + "H", 1) + entry + b"\0\0\0\0"
    gps = struct.pack(order + "H", 1) + struct.pack(order + "HHII", 2, 5, 3, 60) + b"\0\0\0\0"
    return (b"MM\0*" if big else b"II*\0") + struct.pack(order + "I", 8) + directory + gps + b"\0" * 40


def png(content: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"eXIf", content) + chunk(b"IEND", b"")


def webp(content: bytes) -> bytes:
    blocks = b"VP8X" + struct.pack("<I", 9) + b"\0" * 10 + b"EXIF" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(blocks) + 4) + b"WEBP" + blocks


def jpeg(content: bytes) -> bytes:
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(content) + 8) + b"Exif\0\0" + content + b"\xff\xd9"


FORMATS = {"jpg": jpeg, "png": png, "webp": webp, "tif": lambda content: content}


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("ending", FORMATS)
def test_a_position_is_known_in_every_format(ending: str, big: bool) -> None:
    assert has_position(FORMATS[ending](exif(True, big)))
    assert not has_position(FORMATS[ending](exif(False, big)))


@pytest.mark.parametrize("ending", FORMATS)
def test_a_cut_or_broken_picture_does_no_harm(ending: str) -> None:
    whole = FORMATS[ending](exif(True))
    for end in range(len(whole)):
        has_position(whole[:end])
        has_position(whole[:end] + b"\xff" * 40)


def test_a_scan_finds_the_files(tmp_path) -> None:
    for ending, make in FORMATS.items():
        (tmp_path / f"with.{ending}").write_bytes(make(exif(True)))
        (tmp_path / f"without.{ending}").write_bytes(make(exif(False)))
    run = nbguard("scan", "--only", "data", "--output-format", "concise", ".", cwd=tmp_path)
    assert {line.split(":")[0] for line in run.out.splitlines() if "sample-photo-position" in line} == {
        f"with.{ending}" for ending in FORMATS
    }
