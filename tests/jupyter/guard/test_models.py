"""The bytes that are looked at are those that reach the disk."""

import json
from base64 import encodebytes
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.jupyter.guard.models import bytes_of, notebook_bytes, put_back
from nbguard.strip.strip_bytes import strip
from tests import notebook_builder as nb
from tests.growth import assert_linear

# Line ends of every kind that str.splitlines knows, escapes of JSON, and characters outside of the first plane.
TEXT = st.text(st.sampled_from('ab"\\/\n\r\t\x0b\x0c\x1c\x85\u2028\x00\x7f\b🎉é '), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
METADATA = st.dictionaries(TEXT | st.sampled_from(["trusted", "tags", "signature", "orig_nbformat"]), JSON, max_size=3)
LINES = TEXT | st.lists(TEXT, max_size=3)
MIMES = st.sampled_from(
    ["text/plain", "text/html", "image/svg+xml", "application/javascript", "application/json", "image/png"]
)
DATA = st.dictionaries(MIMES, LINES | JSON, max_size=3)
OUTPUTS = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": st.just("stdout"), "text": LINES}),
    st.fixed_dictionaries({"output_type": st.just("display_data"), "data": DATA, "metadata": METADATA}),
    st.fixed_dictionaries(
        {"output_type": st.just("execute_result"), "data": DATA, "metadata": METADATA, "execution_count": st.just(1)}
    ),
    st.fixed_dictionaries(
        {"output_type": st.just("error"), "ename": TEXT, "evalue": TEXT, "traceback": st.lists(TEXT, max_size=2)}
    ),
)
CELLS = st.one_of(
    st.fixed_dictionaries(
        {
            "cell_type": st.just("code"),
            "id": st.just("a1"),
            "metadata": METADATA,
            "source": LINES,
            "outputs": st.lists(OUTPUTS, max_size=2),
            "execution_count": st.none(),
        }
    ),
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["markdown", "raw"]), "id": st.just("a2"), "metadata": METADATA, "source": LINES},
        optional={"attachments": st.dictionaries(TEXT, DATA, max_size=2)},
    ),
)
NOTEBOOKS = st.fixed_dictionaries(
    {
        "cells": st.lists(CELLS, max_size=3),
        "metadata": METADATA,
        "nbformat": st.just(4),
        "nbformat_minor": st.sampled_from([4, 5]),
    }
)


def _as_nbformat_writes(content: dict[str, Any]) -> bytes:
    # Without validation, which changes no byte but takes its time; the file's last line end is nbformat.write's.
    return (nbformat.v4.writes(nbformat.from_dict(content)) + "\n").encode()


@settings(max_examples=60)
@given(NOTEBOOKS)
def test_a_notebook_is_written_as_nbformat_writes_it(content: dict[str, Any]) -> None:
    before = json.dumps(content)
    assert notebook_bytes(content) == _as_nbformat_writes(content)
    assert json.dumps(content) == before


def test_what_json_does_not_have_is_left_to_nbformat() -> None:
    content = nb.notebook(nb.code("1", nb.result(application__json={"x": float("inf")})))
    assert notebook_bytes(content) == _as_nbformat_writes(content)


@settings(max_examples=60)
@given(NOTEBOOKS)
def test_what_is_put_back_is_what_is_written(content: dict[str, Any]) -> None:
    model = {"type": "notebook", "content": content}
    raw = bytes_of(model)
    assert raw is not None
    stripped = strip(raw)
    put_back(model, stripped)
    written = bytes_of(model)
    assert written == _as_nbformat_writes(model["content"])
    # Lines may be split elsewhere; what is in them is the same.
    assert nbformat.v4.reads(written.decode()) == nbformat.v4.reads(stripped.decode())


@pytest.mark.parametrize("form", ["text", "base64"])
@given(raw=st.binary(max_size=200))
def test_files_go_there_and_back(form: str, raw: bytes) -> None:
    if form == "text":
        raw = raw.decode("utf-8", "replace").encode()
    content = raw.decode() if form == "text" else encodebytes(raw).decode()
    model = {"type": "file", "format": form, "content": content}
    assert bytes_of(model) == raw
    put_back(model, raw[::-1] if form == "base64" else raw)
    assert bytes_of(model) == (raw[::-1] if form == "base64" else raw)


def test_a_folder_and_an_empty_model_have_no_bytes() -> None:
    assert bytes_of({"type": "directory", "content": None}) is None
    assert bytes_of({"type": "notebook"}) is None


@pytest.mark.slow
def test_time_grows_with_the_notebook() -> None:
    def write(cells: int) -> None:
        notebook_bytes(nb.notebook(*(nb.code("x = 1\n" * 10, nb.stream("y\n" * 10)) for _ in range(cells))))

    assert_linear(write, 2000)
