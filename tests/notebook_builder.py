"""Builds notebooks for tests, from the cells up."""

import json
from typing import Any


def code(source: str, *outputs: dict[str, Any], count: int | None = 1, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": metadata,
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }


def markdown(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": metadata, "source": source.splitlines(keepends=True)}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def error(ename: str, evalue: str, *frames: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": list(frames)}


def result(count: int = 1, **data: Any) -> dict[str, Any]:
    """An execute_result; MIME types are given with ``__`` for ``/`` (``text__plain``)."""
    mimes = {mime.replace("__", "/"): value for mime, value in data.items()}
    return {"output_type": "execute_result", "execution_count": count, "data": mimes, "metadata": {}}


def notebook(*cells: dict[str, Any], minor: int = 5, language: str = "python", **metadata: Any) -> dict[str, Any]:
    if minor >= 5:
        for number, cell in enumerate(cells):
            cell.setdefault("id", f"cell{number:04d}")
    kernel = {"kernelspec": {"display_name": "Python 3", "language": language, "name": "python3"}}
    return {"cells": list(cells), "metadata": kernel | metadata, "nbformat": 4, "nbformat_minor": minor}


def as_bytes(document: dict[str, Any], indent: int | None = 1, ascii_only: bool = False) -> bytes:
    return (json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\n").encode()
