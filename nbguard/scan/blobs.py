"""What is scanned: a file's bytes under a path, and which names are those of archives that are opened."""

from __future__ import annotations

from nbguard.named_tuple import NamedTuple

# What standard input is called.
STANDARD_INPUT = "<stdin>"
# How archives and documents end that are opened (see scan.archives).
ZIPS = (".zip", ".whl", ".egg", ".jar", ".war", ".npz", ".odt", ".ods", ".odp", ".epub")
OFFICE = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".pptm")
TARS = {
    ".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.bz2": "bz2", ".tbz2": "bz2", ".tar.xz": "xz", ".txz": "xz",
}  # fmt: skip
PACKED = {".gz": "gz", ".bz2": "bz2", ".xz": "xz"}
PDF = ".pdf"
ARCHIVES = (*ZIPS, *OFFICE, *TARS, *PACKED, PDF)
# How they begin, whatever their names are.
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
PACKED_MARKS = {b"\x1f\x8b\x08": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}
# What isn't opened, and is said not to be.
CLOSED_MARKS = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive", b"Rar!\x1a\x07": "a RAR archive", b"\x28\xb5\x2f\xfd": "packed by zstd",
}  # fmt: skip
_MARKS = (*ZIP_MARKS, *PACKED_MARKS, *CLOSED_MARKS)


class Blob(NamedTuple):
    """A file's bytes and the path that reports give. ``problem`` says why the bytes couldn't be had.

    ``packed``: it is a member of an archive or standard input, so there is no file of this path. ``size`` is that of
    a file of which ``raw`` is the head only, else 0. ``samples``: whether sample data is looked for in it, too; where
    not, the archive's own tables are what is looked at.
    """

    path: str
    raw: bytes
    problem: str = ""
    packed: bool = False
    size: int = 0
    samples: bool = True

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Blob({self.path!r}, {len(self.raw)} bytes, {self.problem!r})"


def is_archive(path: str) -> bool:
    """Whether a file's name is that of an archive or document that is opened."""
    return path.lower().endswith(ARCHIVES)


def may_hold_files(path: str, raw: bytes) -> bool:
    """Whether a file is an archive or document by its name, or begins as one."""
    return is_archive(path) or raw.startswith(_MARKS)
