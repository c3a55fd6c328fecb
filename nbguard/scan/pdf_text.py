"""The text of PDF files, page by page, read by pypdf in another process: a hostile file costs that process only."""

from __future__ import annotations

import os
from typing import NamedTuple

from nbguard.tables.files.isolated_reader import ReaderProcess

_PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pdf_process.py")
_reader = ReaderProcess(_PROGRAM)


class PdfText(NamedTuple):
    """The text of each page by its number from 1; ``problem`` says what of the file couldn't be read."""

    pages: tuple[tuple[int, str], ...] = ()
    problem: str = ""

    def __repr__(self) -> str:
        """Shows no content."""
        return f"PdfText({len(self.pages)} pages)"


def is_pdf(raw: bytes) -> bool:
    """Whether bytes are those of a PDF file: its mark may stand behind a little of something else."""
    return b"%PDF-" in raw[:1024]


def read_pdf(raw: bytes, limit: int) -> PdfText:
    """The text of a PDF's pages, its notes and its fields, of ``limit`` bytes at most."""
    from importlib.util import find_spec

    if find_spec("pypdf") is None:
        from nbguard.version import how_to_add

        return PdfText(problem=f"not looked into: for PDF files, install pypdf (`{how_to_add('pdf')}`)")
    try:
        answer = _reader.ask({"size": len(raw), "limit": limit}, raw)
    except OSError:
        return PdfText(problem="not looked into: no process could be started")
    if answer is None:
        return PdfText(problem="not looked into: this PDF broke its reader or took too long")
    return PdfText(tuple((number, text) for number, text in answer["pages"]), answer["problem"])
