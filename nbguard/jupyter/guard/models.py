"""Contents models and the bytes they become on disk: exactly those that the contents manager is going to write."""

from __future__ import annotations

import json
from base64 import decodebytes, encodebytes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# MIME types besides text/* whose values nbformat writes line by line.
_SPLIT_AS_WELL = frozenset(("application/javascript", "image/svg+xml"))
_TRANSIENT = frozenset(("orig_nbformat", "orig_nbformat_minor", "signature"))


def bytes_of(model: Mapping[str, Any]) -> bytes | None:
    """What a contents model puts into its file; None for a folder, or where there is nothing to write.

    Raises ValueError, TypeError or the like where the content isn't what the model says it is.
    """
    content = model.get("content")
    if content is None or model.get("type") == "directory":
        return None
    if model.get("type") == "notebook":
        return notebook_bytes(content)
    if model.get("format") == "base64":
        return decodebytes(content.encode("ascii"))
    raw: bytes = content.encode("utf-8")
    return raw


def put_back(model: dict[str, Any], raw: bytes) -> None:
    """Has the model write these bytes instead; its type and format stay."""
    if model.get("type") == "notebook":
        model["content"] = _read_notebook(raw)
    elif model.get("format") == "base64":
        model["content"] = encodebytes(raw).decode("ascii")
    else:
        model["content"] = raw.decode("utf-8")


def notebook_bytes(content: Mapping[str, Any]) -> bytes:
    """The file that nbformat writes for a notebook's content, byte for byte.

    Written here because nbformat copies every object and lays it out in Python, which takes ten times as long and
    would hold the server up at every save.
    """
    import msgspec

    try:
        if content["nbformat"] == 4:
            compact = json.dumps(_as_written(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            return msgspec.json.format(compact.encode("utf-8"), indent=1) + b"\n"
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError):
        pass  # NaN, bytes, a cell without a type: nbformat has its own ways with them
    return _write_slowly(content)


def _write_slowly(content: Mapping[str, Any]) -> bytes:
    import nbformat

    node = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    major, _ = nbformat.reader.get_version(node)  # type: ignore[no-untyped-call]
    text: str = nbformat.versions[major].writes_json(node)
    return (text if text.endswith("\n") else text + "\n").encode("utf-8")


def _read_notebook(raw: bytes) -> Any:
    import nbformat

    content = json.loads(raw.decode("utf-8"))
    reader = nbformat.versions.get(content.get("nbformat"))
    return reader.to_notebook_json(content) if reader is not None else content


def _as_written(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its lines split and without what isn't kept, as nbformat has it; nothing is changed in place."""
    metadata = content["metadata"]
    return {
        **content,
        "metadata": {key: value for key, value in metadata.items() if key not in _TRANSIENT},
        "cells": [_written_cell(cell) for cell in content["cells"]],
    }


def _written_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(cell)
    source = cell.get("source")
    if isinstance(source, str):
        written["source"] = source.splitlines(True)
    if "trusted" in cell["metadata"]:
        written["metadata"] = {key: value for key, value in cell["metadata"].items() if key != "trusted"}
    if cell.get("attachments"):
        written["attachments"] = {name: _written_data(data) for name, data in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        written["outputs"] = [_written_output(output) for output in cell["outputs"]]
    return written


def _written_output(output: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = output["output_type"]
    if kind in ("execute_result", "display_data"):
        return {**output, "data": _written_data(output["data"])}
    if kind == "stream" and isinstance(output["text"], str):
        return {**output, "text": output["text"].splitlines(True)}
    return output


def _written_data(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: value.splitlines(True)
        if isinstance(value, str) and (mime.startswith("text/") or mime in _SPLIT_AS_WELL)
        else value
        for mime, value in data.items()
    }
