"""Makes a document of a file's bytes: a notebook where its name or its form says so, else a text file."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nbguard.documents.decode import encoding_of
from nbguard.documents.fields import MARKED_UP, Document, Part
from nbguard.documents.file_kinds import is_binary, language_of
from nbguard.documents.notebook import looks_like_notebook, read_notebook
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.documents.fields import Notebook


def open_document(path: str, raw: bytes) -> Document:
    """The document in a file. ``path`` is what reports will say; nothing is read from disk.

    What has a notebook's form is one whatever its name. Of a notebook that isn't whole, what can be read is read, with
    the reason in ``problem`` if the file calls itself a notebook; it comes back as text if no cell is whole. An empty
    notebook has no parts and no problem.
    """
    name = os.path.basename(path).lower()
    ending = os.path.splitext(name)[1]
    if ending == ".ipynb":
        if not raw.strip():
            return Document(path, raw, "notebook", "", ())
        try:
            return _notebook(path, raw, read_notebook(raw))
        except UnreadableError as error:
            return _damaged(path, raw, str(error))
    if looks_like_notebook(raw):
        try:
            notebook = read_notebook(raw)
        except UnreadableError:
            return _damaged(path, raw, "")  # it doesn't call itself a notebook, so nothing is wrong with it
        else:
            return _notebook(path, raw, notebook)._replace(problem="")
    return _text(path, raw, language_of(path))


def is_marked_up(path: str, raw: bytes) -> bool:
    """Whether marks may tear a file's text apart, so that no literal need stand in its bytes whole."""
    if not path.lower().endswith(MARKED_UP) and raw[:64].lstrip()[:1] != b"<":
        return False
    return b"</span>" in raw or b"\\PY{" in raw


class NotebookChecker:
    """Says whether bytes are a notebook, without reading what is in them."""

    # Past this many bytes msgspec's 1.6 GB/s repay its import (28 ms) over our own reader.
    _LITTLE = 1_000_000

    def __init__(self) -> None:
        self._checked = 0
        self._decode: Callable[[bytes], bool] | None = None

    def find_problem(self, raw: bytes) -> str:
        """Why these bytes are no notebook, as ``open_document`` would say it; empty where they are one."""
        self._checked += len(raw)
        if self._decode is None and self._checked > self._LITTLE:
            self._decode = _make_quick_decoder()
        if self._decode is not None and self._is_well_formed(raw):
            return ""
        try:
            return read_notebook(raw).problem if raw.strip() else ""
        except UnreadableError as error:
            return str(error)

    def _is_well_formed(self, raw: bytes) -> bool:
        # What msgspec refuses may still be a notebook for Jupyter (NaN, a byte order mark): the full reader decides.
        try:
            return self._decode is not None and self._decode(raw)
        except ValueError:
            return False


def _make_quick_decoder() -> Callable[[bytes], bool]:
    import msgspec

    # Both are kept undecoded; a file with neither isn't a notebook.
    shape = msgspec.defstruct("NotebookShape", [("cells", msgspec.Raw, None), ("worksheets", msgspec.Raw, None)])
    decode = msgspec.json.Decoder(shape).decode

    def is_notebook(raw: bytes) -> bool:
        read: Any = decode(raw)
        return read.cells is not None or read.worksheets is not None

    return is_notebook


def _notebook(path: str, raw: bytes, notebook: Notebook) -> Document:
    from nbguard.documents.notebook_parts import notebook_parts

    return Document(path, raw, "notebook", notebook.language, notebook_parts(notebook), notebook.problem)


def _damaged(path: str, raw: bytes, problem: str) -> Document:
    if encoding_of(raw)[0] != "utf-8":
        return _text(path, raw, "json", problem)
    from nbguard.documents.damaged_notebook import read_damaged

    parts, language, cells = read_damaged(raw)
    return Document(path, raw, "notebook" if cells else "text", language if cells else "json", parts, problem)


def _text(path: str, raw: bytes, language: str, problem: str = "") -> Document:
    part = Part("file", None, "", f"text/x-{language or 'plain'}", "text", 0, len(raw))
    encoding, mark = encoding_of(raw)
    if encoding == "utf-8" and b"\0" not in raw:
        return Document(path, raw, "text", language, (part,), problem)
    from nbguard.documents.mixed_encodings import stretches_of

    if is_binary(path, raw):
        from nbguard.documents.sqlite_records import find_seams

        cuts = [0, *find_seams(raw), len(raw)]
        parts = tuple(part._replace(start=start, end=end) for start, end in pairwise(cuts))
    else:
        mixed = stretches_of(raw, encoding, mark)
        parts = tuple(part._replace(form=form, start=start, end=end) for form, start, end in mixed)
    return Document(path, raw, "text", language, parts or (part,), problem)
