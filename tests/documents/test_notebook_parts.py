"""Wherever somebody puts a text into a notebook, also where the format expects none, some part holds it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nbguard.documents.decode import decode
from nbguard.documents.fields import Field
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, result, stream

TOKEN = FakeTokens(12).github()
V3_CELL = {
    "cell_type": "code", "collapsed": False, "input": ["x"], "language": "python", "metadata": {}, "prompt_number": 1,
    "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "t", "png": "iVBORw0KGgo="}],
}  # fmt: skip
V3 = {
    "metadata": {"name": ""},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [{"cells": [V3_CELL], "metadata": {}}],
}


def whole() -> dict[str, Any]:
    made = notebook(
        code("x = 1\n", stream("a\n"), result(text__plain="1", image__png="iVBORw0KGgo="), tags=["a"]),
        markdown("# T\n"),
    )
    made["cells"][1]["attachments"] = {"a.txt": {"text/plain": "b"}, "c.png": {"image/png": "iVBORw0KGgo="}}
    return made


def paths(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to all values inside of a value."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*way, step)
            yield from paths(inner, (*way, step))


def changed(document: dict[str, Any], way: tuple[str | int, ...], new: Any) -> bytes:
    """A copy in which another value stands at the end of a way, or (``new`` is None) a key has the token's name."""
    made = json.loads(json.dumps(document))
    inner = made
    for step in way[:-1]:
        inner = inner[step]
    if new is not None:
        inner[way[-1]] = new
    elif isinstance(inner, dict):
        inner[TOKEN] = inner[way[-1]]
    return as_bytes(made)


def fields_of(raw: bytes) -> list[Field]:
    document = open_document("a.ipynb", raw)
    assert document.problem == ""
    return [field for part in document.parts for field in decode(document, part)]


# Where the format has a list of objects another value is a defect, which is told elsewhere.
_STRUCTURE = {("cells",), ("worksheets",), ("worksheets", 0), ("worksheets", 0, "cells")}


def places() -> list[tuple[str, tuple[str | int, ...]]]:
    made = {"v4": whole(), "v3": V3}
    return [
        (name, way)
        for name, document in made.items()
        for way in paths(document)
        if way not in _STRUCTURE
        and way[-1] != "outputs"
        and not (isinstance(way[-1], int) and way[-2] in ("cells", "outputs"))
    ]


@pytest.mark.parametrize(("which", "way"), places())
@pytest.mark.parametrize("new", [TOKEN, [TOKEN], {"a": [TOKEN]}, [[1, TOKEN]], {TOKEN: 1}, {"a": {TOKEN: {}}}, None])
def test_a_token_in_any_place_is_found(which: str, way: tuple[str | int, ...], new: Any) -> None:
    document = whole() if which == "v4" else V3
    raw = changed(document, way, new)
    if TOKEN.encode() not in raw:
        return  # an element of a list has no key
    assert any(TOKEN in field.text for field in fields_of(raw))
    found = Scanner(Config(root=".")).scan("a.ipynb", raw).findings
    assert [finding.value for finding in found] == [TOKEN]
    assert found[0].field.part.path
    assert TOKEN not in found[0].field.part.path


def test_a_picture_that_is_written_as_one_is_no_text() -> None:
    for payload in ("iVBORw0KGgo=\n", ["iVBO\n", "Rw0KGgo="], "data:image/png;base64,iVBORw0KGgo=", "iVBO\\/w0KGgo="):
        raw = as_bytes(notebook(code("1", result(image__png=payload)))).replace(b"\\\\/", b"\\/")
        assert [field.text for field in fields_of(raw) if field.part.where == "output"] == []


def test_what_the_format_fixes_is_no_text() -> None:
    said = {field.text for field in fields_of(as_bytes(whole()))}
    assert said == {"x = 1\n", "a\n", "1", "a", "# T\n", "b", "Python 3", "python", "python3"}
