"""Reads a notebook's structure, nbformat 2 to 4, by byte spans and without decoding what nobody asked for.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

from nbguard.documents.fields import Cell, CellNode, Notebook, Output
from nbguard.documents.spans import (
    MalformedJSONError,
    Member,
    end_of_value,
    first_invalid_escape,
    json_text,
    read_array,
    read_object,
    read_string,
    read_value,
    skip_space,
)
from nbguard.errors import UnreadableError

# nbformat 3 names the MIME types of an output by short keys of their own.
_SHORT_MIME = {
    "text": "text/plain",
    "html": "text/html",
    "latex": "text/latex",
    "svg": "image/svg+xml",
    "json": "application/json",
    "javascript": "application/javascript",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
}


def looks_like_notebook(raw: bytes) -> bool:
    """Whether bytes have the marks of a notebook, whatever the file is called: a copy, a backup, an export to JSON."""
    if raw[:16].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{" or b'"cells"' not in raw:
        return False
    # The format's number stands last, and so not in a file that was cut off.
    return b'"nbformat"' in raw or (b'"cell_type"' in raw and b'"source"' in raw)


def read_notebook(raw: bytes) -> Notebook:
    """Reads the structure of a notebook.

    Raises UnreadableError with a reason and the line where the file isn't JSON, or is JSON but no notebook.
    """
    text = raw.decode("latin-1")
    invalid = first_invalid_escape(text)
    if invalid >= 0:
        text = json_text(raw)
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    cells: list[CellNode] = []
    worksheets: list[Member] = []

    def read_cells(at: int) -> int:
        return read_array(text, at, lambda at: read_cell(text, at, cells))

    def read_worksheet(at: int) -> int:
        members, end = read_object(text, at, {"cells": read_cells})
        worksheets.extend(member for member in members if member.key != "cells")
        return end

    def read_worksheets(at: int) -> int:
        return read_array(text, at, read_worksheet)

    try:
        members, end = read_object(text, skip_space(text, start), {"cells": read_cells, "worksheets": read_worksheets})
        end = skip_space(text, end)
        if end != len(text):
            raise MalformedJSONError("more text after the end", end)
    except MalformedJSONError as error:
        from nbguard.documents.malformed import explain_malformed

        raise UnreadableError(explain_malformed(raw, text, error)) from None
    keys = {member.key for member in members}
    if not keys & {"cells", "worksheets"}:
        raise UnreadableError("not a notebook: it has no cells")
    problem = f"not valid JSON: invalid \\escape (line {text.count(chr(10), 0, invalid) + 1})" if invalid >= 0 else ""
    return Notebook(
        text,
        tuple(members),
        tuple(cells),
        _major(text, members),
        _language(text, members),
        problem,
        tuple(worksheets),
    )


def read_cell(text: str, at: int, cells: list[CellNode], strays: list[Member] | None = None) -> int:
    """Reads the cell at an offset and adds it to the others; returns the offset after it. Raises MalformedJSONError.

    ``strays`` takes what stands among its outputs and is no object; without it, that is malformed.
    """
    outputs: list[Output] = []

    def read_outputs(start: int) -> int:
        if text[start : start + 1] != "[":
            return end_of_value(text, start)
        return read_array(text, start, lambda at: read_output(text, at, outputs, strays))

    members, end = read_object(text, at, {"outputs": read_outputs})
    strings = _strings(text, members, ("id", "cell_type"))
    cell = Cell(len(cells), strings.get("id") or None, strings.get("cell_type", "code"))
    cells.append(CellNode(cell, tuple(members), tuple(outputs), Member("", at, at, end)))
    return end


def read_output(text: str, at: int, outputs: list[Output], strays: list[Member] | None = None) -> int:
    """Reads the output at an offset and adds it to the others, as ``read_cell`` does with a cell."""
    data: list[Member] = []
    if strays is not None and text[at : at + 1] != "{":
        end = end_of_value(text, at)
        strays.append(Member("", at, at, end))
        return end

    def read_data(start: int) -> int:
        if text[start : start + 1] != "{":
            return end_of_value(text, start)
        payloads, end = read_object(text, start)
        data.extend(payloads)
        return end

    members, end = read_object(text, at, {"data": read_data})
    # nbformat 2 and 3 keep the payloads beside the other keys, under short names.
    if not data:
        data = [m._replace(key=_SHORT_MIME[m.key]) for m in members if m.key in _SHORT_MIME and m.key != "text"]
    strings = _strings(text, members, ("output_type", "name", "stream"))
    kind, name = strings.get("output_type", ""), strings.get("name") or strings.get("stream", "")
    outputs.append(Output(kind, name, tuple(members), tuple(data), Member("", at, at, end)))
    return end


def _strings(text: str, members: list[Member], keys: tuple[str, ...]) -> dict[str, str]:
    """The members of these names that are strings; of several with one name the last."""
    return {m.key: read_string(text, m.start)[0] for m in members if m.key in keys and text[m.start] == '"'}


def _major(text: str, members: list[Member]) -> int:
    for member in members:
        if member.key == "nbformat":
            value = read_value(text, member.start)[0]
            return value if isinstance(value, int) else 4
    return 4


def _language(text: str, members: list[Member]) -> str:
    told: list[Member] = []
    for member in members:
        if member.key == "metadata" and text[member.start] == "{":
            told += read_object(text, member.start)[0]
    return language_in(text, told)


def language_in(text: str, members: list[Member]) -> str:
    """The language that a notebook's ``language_info`` or ``kernelspec`` names; Python where they name none."""
    names: dict[str, str] = {}
    for key, _, start, _end in members:
        if key in ("kernelspec", "language_info"):
            value = read_value(text, start)[0]
            name = value.get("language" if key == "kernelspec" else "name") if isinstance(value, dict) else None
            if isinstance(name, str):
                names[key] = name.lower()
    name = names.get("language_info") or names.get("kernelspec") or "python"
    return "python" if name.startswith(("python", "ipython")) else name
