"""What is scanned: a file's bytes under a path, and which names are those of archives that are opened."""

from __future__ import annotations

from typing import NamedTuple

# What standard input is called.
STANDARD_INPUT = "<stdin>"
# How archives end that notebooks are taken out of (see scan.archives).
ZIPS = (".zip", ".whl", ".egg")
TARS = {
    ".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.bz2": "bz2", ".tbz2": "bz2", ".tar.xz": "xz", ".txz": "xz",
}  # fmt: skip
PACKED_NOTEBOOKS = {".ipynb.gz": "gz", ".ipynb.bz2": "bz2", ".ipynb.xz": "xz"}
ARCHIVES = (*ZIPS, *TARS, *PACKED_NOTEBOOKS)


class Blob(NamedTuple):
    """A file's bytes and the path that reports give. ``problem`` says why the bytes couldn't be had.

    ``packed``: it is a member of an archive or standard input, so there is no file of this path. ``size`` is that of
    a file of which ``raw`` is the head only, else 0.
    """

    path: str
    raw: bytes
    problem: str = ""
    packed: bool = False
    size: int = 0
