"""Changes decoded text by replacing bytes: where a character sits in the file, and what has to stand there instead."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING

from nbguard.documents.fields import Edit
from nbguard.documents.spans import array_elements, json_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.documents.fields import Document, Field, Part

# The forms of parts in which bytes can be replaced: what is damaged isn't written into.
EDITABLE_FORMS = frozenset(("text", "string", "lines", "frames", "json"))


def replace(document: Document, field: Field, start: int, end: int, text: str) -> Edit:
    """The edit that puts ``text`` in the place of the characters from ``start`` to ``end`` of a field.

    In a list of lines each new line becomes an element, laid out as its neighbours are; everything outside the
    replaced characters keeps its bytes.
    """
    return Writer(document, field).replace(start, end, text)


class Writer:
    """Writes into one field: for many edits of the same one."""

    def __init__(self, document: Document, field: Field) -> None:
        # Loaded here: to strip a notebook takes none of it.
        from nbguard.documents.positions import FieldPlaces

        self._document, self._field = document, field
        self.places = FieldPlaces(document, field)

    def replace(self, start: int, end: int, text: str) -> Edit:
        """As the function ``replace``."""
        document, field, part = self._document, self._field, self._field.part
        first, last = self.places.span(start, end)
        if part.form == "text":
            encoding = self.places.encoding
            if "\n" in text and b"\r\n" in document.raw[:65536]:
                text = text.replace("\r\n", "\n").replace("\n", "\r\n")
            return Edit(first, last, text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace"))
        pieces = [_encode_json(piece, document) for piece in text.split("\n")]
        if part.form == "string":
            joint = "\\n"
        else:
            newline = "" if part.form == "frames" else "\\n"
            joint = f'{newline}",{_separator(document, part)}"' if len(pieces) > 1 else ""
            closed = end == len(field.text) or (end > start and _ends_a_line(field.text, end))
            if closed and len(pieces) > 1 and not pieces[-1]:
                pieces = [*pieces[:-2], pieces[-2] + newline]  # what follows closes this element: no empty one after it
        encoded = joint.join(pieces)
        if (
            part.form in ("lines", "frames")
            and first == last
            and not document.raw[part.start + 1 : part.end - 1].strip()
        ):
            encoded = f'"{encoded}"' if text else ""  # the list has no element yet to write into
        return Edit(first, last, encoded.encode("utf-8", "surrogatepass"))


def apply(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit done. Without edits the very same object comes back.

    Raises ValueError where two edits overlap.
    """
    ordered = sorted(edits, key=itemgetter(0, 1))
    if not ordered:
        return raw
    pieces: list[bytes] = []
    at = 0
    for start, end, replacement in ordered:
        if start < at:
            raise ValueError(f"two edits overlap at byte {start}")
        pieces += (raw[at:start], replacement)
        at = end
    pieces.append(raw[at:])
    return b"".join(pieces)


def _ends_a_line(text: str, end: int) -> bool:
    return text[end - 1 : end] == "\n"


def _separator(document: Document, part: Part) -> str:
    """The white space that stands before an element of a list of lines."""
    text = json_text(document.raw[part.start : part.end])
    elements = array_elements(text, 0)[0]
    if len(elements) > 1:
        return text[text.index(",", elements[0].end) + 1 : elements[1].start]
    return text[1 : elements[0].start] if elements else ""


def _encode_json(text: str, document: Document) -> str:
    return json.dumps(text, ensure_ascii=text.isascii() or document.raw.isascii())[1:-1]
