"""Files around a filled form: scripts as they are, notebooks as Jupyter saves them."""

from __future__ import annotations

import json
import re
from typing import Any

_MARK = re.compile(r"^(%%%%|>>>> \w+|@@@@ \w+|#### \w+)$", re.MULTILINE)
_OUTPUTS = ("stream", "result", "html", "json", "error")


def write_notebook(text: str, kernel: str, as_string: bool) -> bytes:
    """A notebook of a text with marks: ``%%%%`` a new cell, ``>>>> KIND`` an output, ``@@@@ PLACE`` metadata.

    ``as_string`` writes sources as one string, as some tools do, instead of a list of lines.
    """
    cells: list[dict[str, Any]] = []
    metadata: dict[str, Any] = {"kernelspec": {"name": kernel, "display_name": kernel, "language": kernel}}
    pieces = ["%%%%", *_MARK.split(text)]
    for mark, raw in zip(pieces[::2], pieces[1::2], strict=True):
        body = raw.strip("\n")
        kind, _, what = mark.partition(" ")
        if kind == ">>>>":
            cells[-1]["outputs"].append(_make_output(what, body))
        elif mark == "@@@@ notebook":
            metadata |= json.loads(body)
        elif mark == "@@@@ cell":
            cells[-1]["metadata"] |= json.loads(body)
        elif body:
            cells.append(_make_cell(what or "code", body, as_string, len(cells)))
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _make_cell(kind: str, source: str, as_string: bool, number: int) -> dict[str, Any]:
    written = source if as_string else source.splitlines(keepends=True)
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell{number}", "metadata": {}, "source": written}
    return cell | {"execution_count": 1, "outputs": []} if kind == "code" else cell


def _make_output(kind: str, text: str) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    if kind == "stream":
        return {"output_type": "stream", "name": "stdout", "text": lines}
    if kind == "error":
        name, _, value = lines[-1].partition(": ")
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}
    data = {
        "result": {"text/plain": lines},
        "html": {"text/html": lines, "text/plain": ["<table>"]},
        "json": {"application/json": json.loads(text) if kind == "json" else None, "text/plain": ["<JSON>"]},
    }[kind]
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}
