"""Tells the files that are never edited: replacing bytes in a binary file breaks its lengths and checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.decode import encoding_of
from nbguard.documents.edits import EDITABLE_FORMS
from nbguard.documents.file_kinds import is_binary, language_of
from nbguard.tables.files.signatures import is_data_file

if TYPE_CHECKING:
    from nbguard.documents.fields import Document

_MARKS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_TEXT_CONTROLS = b"\t\n\v\f\r\b\x1b"
_CONTROLS = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)


def is_untouched(document: Document) -> bool:
    """Whether a file is binary by its NUL bytes, wherever they are, or by its first bytes, or damaged.

    A text may begin like a data file, such as a table whose first column is called ``PAR1``: it is a text as long as
    it is UTF-8 without control characters.
    """
    raw = document.raw
    if any(part.form not in EDITABLE_FORMS for part in document.parts):
        return True
    if document.kind == "notebook":
        return False
    if is_binary(document.path, raw):
        return True
    if b"\0" in raw and encoding_of(raw)[0] == "utf-8" and not language_of(document.path):
        return True
    return (raw.startswith(_MARKS) or is_data_file(raw)) and not _is_text(raw)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return len(raw.translate(None, _CONTROLS)) == len(raw)
