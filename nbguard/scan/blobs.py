"""What is scanned: a file's bytes under a path, and which names are those of archives that are opened."""

from __future__ import annotations

from typing import NamedTuple

# What standard input is called.
STANDARD_INPUT = "<stdin>"
# How archives and documents end that are opened (see scan.archives).
ZIPS = (".zip", ".whl", ".egg")
OFFICE = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".pptm")
TARS = {
    ".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.bz2": "bz2", ".tbz2": "bz2", ".tar.xz": "xz", ".txz": "xz",
}  # fmt: skip
PACKED = {".gz": "gz", ".bz2": "bz2", ".xz": "xz"}
PDF = ".pdf"
ARCHIVES = (*ZIPS, *OFFICE, *TARS, *PACKED, PDF)


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
