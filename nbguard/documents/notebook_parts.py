"""The parts of a notebook that hold text: values, and the keys and names that somebody may have put a text into.

What the format fixes (``cell_type``, ``nbformat``, the usual MIME types) is left out, as are pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.fields import SHORTEST_NAME, Part
from nbguard.documents.spans import Member, end_of_value, read_object, skip_space

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.documents.fields import Cell, CellNode, Notebook, Output

_PICTURES = ("image/", "application/pdf", "video/", "audio/", "font/")
# What base64 is written with, in a string or in a list of lines.
_BASE64 = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="[], \t\r\n\\'
_CONTROL_OF_NOTEBOOK = ("nbformat", "nbformat_minor")
_CONTROL_OF_CELL = ("cell_type", "id", "execution_count", "prompt_number", "collapsed", "language")
_CONTROL_OF_OUTPUT = ("output_type", "name", "stream", "execution_count", "prompt_number")
_USUAL_KEYS = frozenset(
    (
        "application/javascript", "application/vnd.jupyter.widget-state+json",
        "application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json",
    )
)  # fmt: skip


def is_picture(mime: str) -> bool:
    """Whether a MIME type's payload is a picture, sound or the like, and so no text. SVG is text."""
    return mime.startswith(_PICTURES) and not mime.startswith("image/svg")


def notebook_parts(notebook: Notebook) -> tuple[Part, ...]:
    """Every value of a notebook that holds text, and every key that may, in file order; pictures are left out."""
    text = notebook.text
    parts: list[Part] = []
    for member in notebook.members:
        if member.key not in ("cells", "worksheets"):
            parts += top_parts(text, member)
    for member in notebook.worksheets:
        parts += _metadata_parts(text, None, member) if member.key == "metadata" else _json_parts(None, member)
    parts += _key_parts(text, None, (*notebook.members, *notebook.worksheets), "")
    for node in notebook.cells:
        parts += cell_parts(text, node, notebook.language)
    parts.sort(key=lambda part: part.start)
    return tuple(parts)


def top_parts(text: str, member: Member) -> list[Part]:
    """The parts of a member of the notebook itself that isn't its cells."""
    if member.key == "metadata":
        return _metadata_parts(text, None, member)
    if member.key in _CONTROL_OF_NOTEBOOK and _is_mute(text, member):
        return []
    return _json_parts(None, member)


def cell_parts(text: str, node: CellNode, language: str) -> list[Part]:
    """The parts of a cell, those of its outputs last."""
    parts = _key_parts(text, node.cell, node.members, "")
    for member in node.members:
        if member.key != "outputs" or not node.outputs or text[member.start] != "[":
            parts += member_parts(text, node.cell, member, language)
    for number, output in enumerate(node.outputs):
        parts += output_parts(text, node.cell, f"outputs[{number}]", output)
    return parts


def member_parts(text: str, cell: Cell, member: Member, language: str) -> list[Part]:
    """The parts of a member of a cell that isn't a list of outputs."""
    key, _, start, end = member
    if key in ("source", "input"):
        return [Part("source", cell, "source", source_mime(cell, language), _form(text, start), start, end)]
    if key == "metadata":
        return _metadata_parts(text, cell, member)
    if key == "attachments":
        return _attachment_parts(text, cell, member)
    if key == "outputs":
        return _json_parts(cell, member, "output")
    return [] if key in _CONTROL_OF_CELL and _is_mute(text, member) else _json_parts(cell, member)


def output_parts(text: str, cell: Cell, path: str, output: Output) -> list[Part]:
    """The parts of an output."""
    parts = _key_parts(text, cell, output.members, path, "output")
    spoken_for = {member.start for member in output.data}
    for member in output.members:
        key, _, start, end = member
        if start in spoken_for or (key == "data" and output.data and text[start] == "{"):
            continue
        if key in _CONTROL_OF_OUTPUT and _is_mute(text, member):
            continue
        if key in ("ename", "evalue", "traceback"):
            form = "frames" if key == "traceback" and text[start] == "[" else _form(text, start)
            parts.append(Part("traceback", cell, f"{path}.{key}", "text/plain", form, start, end))
        elif key == "metadata":
            parts += [part._replace(path=f"{path}.{part.path}") for part in _metadata_parts(text, cell, member)]
        elif key == "text":
            parts.append(Part("output", cell, f"{path}.text", "text/plain", _form(text, start), start, end))
        else:
            parts += _json_parts(cell, member._replace(key=f"{path}.{key}"), "output")
    parts += data_parts(text, cell, f"{path}.data", output.data)
    # Short keys of old formats stand among the output's own, which were looked at.
    return parts + _key_parts(text, cell, (m for m in output.data if m not in output.members), f"{path}.data", "output")


def data_parts(text: str, cell: Cell, path: str, data: Iterable[Member]) -> Iterator[Part]:
    """The payloads of an output by MIME type; a picture's that isn't written as one is text."""
    for mime, _, start, end in data:
        if not (is_picture(mime) and _is_encoded(text, start, end)):
            where = "widget" if mime.startswith("application/vnd.jupyter.widget") else "output"
            yield Part(where, cell, f"{path}.{mime}", mime, _form(text, start), start, end)


def _metadata_parts(text: str, cell: Cell | None, member: Member) -> list[Part]:
    if text[member.start : member.start + 1] != "{":
        return _json_parts(cell, member)
    members = read_object(text, member.start)[0]
    parts = _key_parts(text, cell, members, "metadata")
    for key, _, start, end in members:
        where = "widget" if key == "widgets" else "metadata"
        parts.append(Part(where, cell, f"metadata.{key}", "application/json", "json", start, end))
    return parts


def _attachment_parts(text: str, cell: Cell, member: Member) -> list[Part]:
    if text[member.start : member.start + 1] != "{":
        return _json_parts(cell, member, "attachment")
    attached = read_object(text, member.start)[0]
    parts = _key_parts(text, cell, attached, "attachments", "attachment")
    for name, _, start, end in attached:
        path = f"attachments.{name}"
        if text[start] != "{":
            parts += _json_parts(cell, Member(path, start, start, end), "attachment")
            continue
        payloads = read_object(text, start)[0]
        parts += _key_parts(text, cell, payloads, path, "attachment")
        for mime, _, value, value_end in payloads:
            if not (is_picture(mime) and _is_encoded(text, value, value_end)):
                parts.append(Part("attachment", cell, f"{path}.{mime}", mime, _form(text, value), value, value_end))
    return parts


def _json_parts(cell: Cell | None, member: Member, where: str = "metadata") -> list[Part]:
    """A value of any kind under its key; nothing where it is empty."""
    if member.end - member.start <= 2:
        return []
    return [Part(where, cell, member.key, "application/json", "json", member.start, member.end)]


def _key_parts(
    text: str, cell: Cell | None, members: Iterable[Member], path: str, where: str = "metadata"
) -> list[Part]:
    """The keys that are long enough for a token, and no usual ones. What a key says is no part of its path."""
    place = f"{path} (a key)".lstrip()
    return [
        Part(where, cell, place, "text/plain", "string", key_start, end_of_value(text, key_start))
        for key, key_start, _, _ in members
        if len(key) >= SHORTEST_NAME and key not in _USUAL_KEYS
    ]


def _is_mute(text: str, member: Member) -> bool:
    """Whether a value is too short to say anything."""
    return member.end - member.start < SHORTEST_NAME + 2 and text[member.start] not in "{["


def _is_encoded(text: str, start: int, end: int) -> bool:
    """Whether a payload is written as base64, as pictures are."""
    written = text[start:end].encode("latin-1")
    if b"base64," in written[:100]:
        written = written[written.index(b"base64,") + 7 :]
    return not written.translate(None, _BASE64)


def _form(text: str, start: int) -> str:
    mark = text[start]
    if mark == '"':
        return "string"
    # A list is text only when its first element is; anything else is left to the JSON reader.
    if mark == "[" and text[skip_space(text, start + 1)] in '"]':
        return "lines"
    return "json"


def source_mime(cell: Cell, language: str) -> str:
    """What the source of a cell is written in."""
    if cell.type == "code":
        return f"text/x-{language or 'python'}"
    return "text/markdown" if cell.type in ("markdown", "heading") else "text/plain"
