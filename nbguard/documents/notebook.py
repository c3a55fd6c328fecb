"""Reads a notebook's structure, nbformat 2 to 4, by byte spans and without decoding what nobody asked for.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

from nbguard.documents.fields import Cell, CellNode, Notebook, Output, Part
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
_PICTURES = ("image/", "application/pdf", "video/", "audio/", "font/")


def is_picture(mime: str) -> bool:
    """Whether a MIME type's payload is a picture, sound or the like, and so no text. SVG is text."""
    return mime.startswith(_PICTURES) and not mime.startswith("image/svg")


def looks_like_notebook(raw: bytes) -> bool:
    """Whether bytes have the marks of a notebook, whatever the file is called: a copy, a backup, an export to JSON."""
    return raw[:16].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b'"nbformat"' in raw and b'"cells"' in raw


def read_notebook(raw: bytes) -> Notebook:
    """Reads the structure of a notebook.

    Raises UnreadableError with a reason and the line where the file isn't JSON, or is JSON but no notebook.
    """
    text = json_text(raw)
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    cells: list[CellNode] = []

    def read_cells(at: int) -> int:
        return read_array(text, at, lambda at: _read_cell(text, at, cells))

    def read_worksheets(at: int) -> int:
        return read_array(text, at, lambda at: read_object(text, at, {"cells": read_cells})[1])

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
    invalid = first_invalid_escape(raw.decode("latin-1"))
    problem = f"not valid JSON: invalid \\escape (line {text.count(chr(10), 0, invalid) + 1})" if invalid >= 0 else ""
    return Notebook(text, tuple(members), tuple(cells), _major(text, members), _language(text, members), problem)


def _read_cell(text: str, at: int, cells: list[CellNode]) -> int:
    outputs: list[Output] = []

    def read_outputs(start: int) -> int:
        if text[start : start + 1] != "[":
            return end_of_value(text, start)
        return read_array(text, start, lambda at: _read_output(text, at, outputs))

    members, end = read_object(text, at, {"outputs": read_outputs})
    strings = _strings(text, members, ("id", "cell_type"))
    cell = Cell(len(cells), strings.get("id") or None, strings.get("cell_type", "code"))
    cells.append(CellNode(cell, tuple(members), tuple(outputs), Member("", at, at, end)))
    return end


def _read_output(text: str, at: int, outputs: list[Output]) -> int:
    data: list[Member] = []

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


def notebook_parts(notebook: Notebook) -> tuple[Part, ...]:
    """Every value of a notebook that holds text, in file order; pictures are left out."""
    text = notebook.text
    parts: list[Part] = []
    for member in notebook.members:
        if member.key == "metadata":
            parts += _metadata_parts(text, None, member)
        elif member.key not in ("cells", "worksheets", "nbformat", "nbformat_minor"):
            parts.append(Part("metadata", None, member.key, "application/json", "json", member.start, member.end))
    for node in notebook.cells:
        parts += _cell_parts(text, node, notebook.language)
    parts.sort(key=lambda part: part.start)
    return tuple(parts)


def _cell_parts(text: str, node: CellNode, language: str) -> list[Part]:
    cell = node.cell
    parts: list[Part] = []
    for key, _, start, end in node.members:
        if key in ("source", "input"):
            parts.append(Part("source", cell, "source", _source_mime(cell, language), _form(text, start), start, end))
        elif key == "metadata":
            parts += _metadata_parts(text, cell, Member(key, start, start, end))
        elif key == "attachments":
            parts += _attachment_parts(text, cell, start)
        elif key == "outputs" and not node.outputs and end - start > 2:
            parts.append(Part("output", cell, "outputs", "application/json", "json", start, end))
        elif key not in ("outputs", "cell_type", "id", "execution_count", "prompt_number", "collapsed", "language"):
            parts.append(Part("metadata", cell, key, "application/json", "json", start, end))
    for number, output in enumerate(node.outputs):
        parts += _output_parts(text, cell, f"outputs[{number}]", output)
    return parts


def _output_parts(text: str, cell: Cell, path: str, output: Output) -> list[Part]:
    parts: list[Part] = []
    spoken_for = {member.start for member in output.data}
    for key, _, start, end in output.members:
        if start in spoken_for or key in ("data", "output_type", "name", "stream", "execution_count", "prompt_number"):
            continue
        if key in ("ename", "evalue", "traceback"):
            form = "frames" if key == "traceback" and text[start] == "[" else _form(text, start)
            parts.append(Part("traceback", cell, f"{path}.{key}", "text/plain", form, start, end))
        elif key == "metadata":
            parts += [
                part._replace(path=f"{path}.{part.path}")
                for part in _metadata_parts(text, cell, Member(key, start, start, end))
            ]
        elif key == "text":
            parts.append(Part("output", cell, f"{path}.text", "text/plain", _form(text, start), start, end))
        else:
            parts.append(Part("output", cell, f"{path}.{key}", "application/json", "json", start, end))
    for mime, _, start, end in output.data:
        if is_picture(mime):
            continue
        where = "widget" if mime.startswith("application/vnd.jupyter.widget") else "output"
        form = _form(text, start)
        parts.append(Part(where, cell, f"{path}.data.{mime}", mime, form, start, end))
    return parts


def _metadata_parts(text: str, cell: Cell | None, member: Member) -> list[Part]:
    if text[member.start : member.start + 1] != "{" or member.end - member.start <= 2:
        return []
    return [
        Part(
            "widget" if key == "widgets" else "metadata",
            cell,
            f"metadata.{key}",
            "application/json",
            "json",
            start,
            end,
        )
        for key, _, start, end in read_object(text, member.start)[0]
    ]


def _attachment_parts(text: str, cell: Cell, at: int) -> list[Part]:
    if text[at : at + 1] != "{":
        return []
    parts = []
    for name, _, start, _end in read_object(text, at)[0]:
        if text[start] != "{":
            continue
        for mime, _, value, value_end in read_object(text, start)[0]:
            if not is_picture(mime):
                parts.append(
                    Part("attachment", cell, f"attachments.{name}.{mime}", mime, _form(text, value), value, value_end)
                )
    return parts


def _form(text: str, start: int) -> str:
    mark = text[start]
    if mark == '"':
        return "string"
    # A list is text only when its first element is; anything else is left to the JSON reader.
    if mark == "[" and text[skip_space(text, start + 1)] in '"]':
        return "lines"
    return "json"


def _source_mime(cell: Cell, language: str) -> str:
    if cell.type == "code":
        return f"text/x-{language or 'python'}"
    return "text/markdown" if cell.type in ("markdown", "heading") else "text/plain"


def _major(text: str, members: list[Member]) -> int:
    for member in members:
        if member.key == "nbformat":
            value = read_value(text, member.start)[0]
            return value if isinstance(value, int) else 4
    return 4


def _language(text: str, members: list[Member]) -> str:
    names: dict[str, str] = {}
    for member in members:
        if member.key != "metadata" or text[member.start] != "{":
            continue
        for key, _, start, _end in read_object(text, member.start)[0]:
            if key in ("kernelspec", "language_info"):
                value = read_value(text, start)[0]
                name = value.get("language" if key == "kernelspec" else "name") if isinstance(value, dict) else None
                if isinstance(name, str):
                    names[key] = name.lower()
    name = names.get("language_info") or names.get("kernelspec") or "python"
    return "python" if name.startswith(("python", "ipython")) else name
